from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from check.examples import run
from msgspec.structs import replace

from beeflow.actions.definitions import describe_actions
from beeflow.beestreamed.catalog import load_catalog
from beeflow.check import Facts

if TYPE_CHECKING:
    from pathlib import Path

    from check.rules.telling import Tell


@pytest.fixture(scope="session")
def facts() -> Facts:
    """What is known of the real platform and of our own actions, without any plug-in."""
    registry = describe_actions(entries=())
    definitions = {name: registry.definition(name) for name in registry.names()}
    actions = {name: one for name, one in definitions.items() if one is not None}
    return Facts(actions, load_catalog().webhooks, networks=(), now=1_796_000_000.0)


@pytest.fixture
def tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, facts: Facts) -> Tell:
    """Check what a text holds (one file, or several as in the examples of rules)."""
    numbers = count()

    def check(text: str, **known: Any) -> list[str]:
        folder = tmp_path / str(next(numbers))
        folder.mkdir()
        monkeypatch.chdir(folder)
        report = run(text, folder, replace(facts, **known))
        told = []
        for one in report.findings:
            source = report.sources[one.file].text
            marked = source[one.range.start.offset : one.range.end.offset]
            told.append(f"{one.rule} {one.severity} <{marked}> {one.message} | {one.help}")
        return told

    return check

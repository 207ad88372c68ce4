from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from check.examples import run
from msgspec.structs import replace

if TYPE_CHECKING:
    from pathlib import Path

    from check.rules.telling import Tell

    from beeflow.check import Facts


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

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

import pytest

from beeflow.actions.definition import Args, Context, DefinedAction, Definition, DescribedAction
from beeflow.actions.plugins import GROUP, Tools, load_plugins, start_plugins, stop_plugins
from beeflow.config import Secrets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from beeflow.types import Json

MODULE = """
from beeflow.actions.definition import DefinedAction, Definition


class Note(DefinedAction):
    definition = Definition(name="crm.note", summary="Note", effect="once", sample={"ok": True})

    async def start(self, tools):
        self.token = tools.secrets.get("CRM_TOKEN")

    async def call(self, args, context):
        return {"ok": True, "token": self.token}


class NotAsync(DefinedAction):
    definition = Definition(name="crm.slow", summary="Slow", effect="once")

    def call(self, args, context):
        return None


class Badly(DefinedAction):
    definition = Definition(name="Note", summary="Badly named", effect="once")

    async def call(self, args, context):
        return None


class Taken(DefinedAction):
    definition = Definition(name="slack.post", summary="Taken", effect="once")

    async def call(self, args, context):
        return None


def actions():
    return [Note()]


def wrong():
    return [NotAsync(), Badly(), Taken(), Note(), "text"]


def raising():
    raise RuntimeError("no licence")
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installed distribution with an action."""
    (tmp_path / "acme_crm.py").write_text(MODULE)
    info = tmp_path / "acme_crm-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-crm\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\ncrm = acme_crm:actions\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop("acme_crm", None)


def entry(value: str) -> EntryPoint:
    return EntryPoint("crm", value, GROUP)


@pytest.mark.usefixtures("package")
async def test_an_installed_distribution_brings_its_actions(context: Any) -> None:
    assert [one.name for one in entry_points(group=GROUP)] == ["crm"]
    plugins = load_plugins({"slack.post"})
    assert plugins.problems == ()
    (action,) = plugins.actions
    tools: Any = Tools(Secrets({"BEEFLOW_SECRET_CRM_TOKEN": "tok"}), None)  # type: ignore[arg-type]  # not used
    assert await start_plugins(plugins.actions, tools) == []
    assert await action.call({}, context) == {"ok": True, "token": "tok"}
    assert await stop_plugins(plugins.actions) == []


@pytest.mark.usefixtures("package")
def test_what_is_wrong_is_reported_and_the_rest_is_loaded() -> None:
    plugins = load_plugins({"slack.post"}, [entry("acme_crm:wrong")])
    assert [action.name for action in plugins.actions] == ["crm.note"]
    told = "\n".join(plugins.problems)
    assert "the plug-in crm (acme_crm:wrong): the `call` of `crm.slow` must be `async def`" in told
    assert "`Note` is not a name for an action: write it as resource.verb" in told
    assert "`slack.post` is there already" in told
    assert "'text' is not an action" in told


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("acme_crm:raising", "RuntimeError: no licence"),
        ("acme_crm:nothing", "AttributeError"),
        ("acme_gone:actions", "ModuleNotFoundError"),
        ("acme_crm:MODULE", "AttributeError"),
    ],
)
def test_a_broken_package_never_stops_the_daemon(value: str, expected: str) -> None:
    plugins = load_plugins((), [entry(value)])
    assert plugins.actions == ()
    assert f"the plug-in crm ({value}) could not be loaded: " in plugins.problems[0]
    assert expected in plugins.problems[0]


class Fragile(DefinedAction):
    definition = Definition(name="crm.fragile", summary="Breaks", effect="once")

    async def start(self, tools: Tools) -> None:
        raise OSError("no start")

    async def stop(self) -> None:
        raise OSError("no stop")

    async def call(self, args: Args, context: Context) -> Json:
        return None


async def test_what_breaks_at_start_or_end_is_told() -> None:
    tools: Any = None
    assert await start_plugins([DescribedAction(Fragile.definition), Fragile()], tools) == [
        "crm.fragile could not be started: OSError: no start"
    ]
    assert await stop_plugins([Fragile()]) == ["crm.fragile could not be stopped: OSError: no stop"]

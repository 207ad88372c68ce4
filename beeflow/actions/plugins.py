"""Actions from other packages, by the entry point `beeflow.actions`.

A package says in its `pyproject.toml`::

    [project.entry-points."beeflow.actions"]
    crm = "acme_crm.beeflow:actions"

and `acme_crm/beeflow.py` has a function without parameters that returns actions::

    from beeflow.actions.definition import DefinedAction, Definition
    from beeflow.actions.parameter import Parameter

    class NoteContact(DefinedAction):
        definition = Definition(
            name="crm.note",
            summary="Write a note on a contact",
            effect="once",
            parameters=(Parameter("email", {"type": "string"}, "Whose", required=True),),
            sample={"ok": True},
        )

        async def start(self, tools):          # optional: at the daemon's start
            self.token = tools.secrets.get("CRM_TOKEN")

        async def call(self, args, context):   # raises beeflow.errors.ActionError
            return {"ok": True}

        async def stop(self):                  # optional: at its end
            ...

    def actions():
        return [NoteContact()]

`Tools` holds `secrets` and an aiohttp `session`. A package that is broken is reported
(`Registry.problems`) and left out: it never stops the daemon.
"""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import msgspec

from beeflow.actions.definition import DefinedAction
from beeflow.actions.offered import may_be_offered

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from importlib.metadata import EntryPoint

    from aiohttp import ClientSession

GROUP = "beeflow.actions"

_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+")


class Lookup(Protocol):
    """Finds secrets by name."""

    def get(self, name: str) -> str | None:
        """Return a secret's value, None where there is none."""
        ...


class Tools(msgspec.Struct, frozen=True):
    """What an action of another package is given at the start; the session is shared."""

    secrets: Lookup
    session: ClientSession


@runtime_checkable
class Startable(Protocol):
    """An action that prepares something before its first call."""

    async def start(self, tools: Tools) -> None:
        """Prepare."""
        ...


@runtime_checkable
class Stoppable(Protocol):
    """An action that lets go of something at the end."""

    async def stop(self) -> None:
        """Let go."""
        ...


class Plugins(msgspec.Struct, frozen=True):
    """The actions of other packages, and what was wrong with those that are left out."""

    actions: tuple[DefinedAction, ...] = ()
    problems: tuple[str, ...] = ()


def load_plugins(taken: Collection[str], entries: Iterable[EntryPoint] | None = None) -> Plugins:
    """Load them; `taken` are the names that are taken already."""
    found = _installed() if entries is None else entries
    actions: dict[str, DefinedAction] = {}
    problems: list[str] = []
    for entry in sorted(found, key=lambda entry: entry.name):
        try:
            offered = list(_offered(entry))
        except Exception as error:  # noqa: BLE001 - somebody else's code may raise anything
            problems.append(
                f"{_origin(entry)} could not be loaded: {type(error).__name__}: {error}"
            )
            continue
        for action in offered:
            wrong = _wrong(action, {*taken, *actions})
            if wrong is None:
                actions[action.name] = action
            else:
                problems.append(f"{_origin(entry)}: {wrong}")
    return Plugins(tuple(actions.values()), tuple(problems))


def _installed() -> Iterable[EntryPoint]:
    if not may_be_offered(GROUP):
        return ()
    from importlib.metadata import entry_points  # noqa: PLC0415 - see `offered`

    return entry_points(group=GROUP)


async def start_plugins(actions: Sequence[DefinedAction], tools: Tools) -> list[str]:
    """Start those that want to be; returns what went wrong, one text for each action."""
    problems: list[str] = []
    for action in actions:
        if isinstance(action, Startable):
            try:
                await action.start(tools)
            except Exception as error:  # noqa: BLE001 - somebody else's code may raise anything
                problems.append(
                    f"{action.name} could not be started: {type(error).__name__}: {error}"
                )
    return problems


async def stop_plugins(actions: Sequence[DefinedAction]) -> list[str]:
    """Stop those that want to be; returns what went wrong, one text for each action."""
    problems: list[str] = []
    for action in actions:
        if isinstance(action, Stoppable):
            try:
                await action.stop()
            except Exception as error:  # noqa: BLE001 - somebody else's code may raise anything
                problems.append(
                    f"{action.name} could not be stopped: {type(error).__name__}: {error}"
                )
    return problems


def _offered(entry: EntryPoint) -> Iterable[DefinedAction]:
    offer = entry.load()
    actions: Iterable[DefinedAction] = offer()
    return actions


def _wrong(action: object, taken: Collection[str]) -> str | None:
    if not isinstance(action, DefinedAction):
        return f"{action!r} is not an action: it must be a DefinedAction"
    name = action.name
    if not _NAME.fullmatch(name):
        return f"`{name}` is not a name for an action: write it as resource.verb"
    if name in taken:
        return f"`{name}` is there already"
    if not inspect.iscoroutinefunction(action.call):
        return f"the `call` of `{name}` must be `async def`"
    return None


def _origin(entry: EntryPoint) -> str:
    return f"the plug-in {entry.name} ({entry.value})"

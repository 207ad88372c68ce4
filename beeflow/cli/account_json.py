"""A dry run as data: what `beeflow dry-run --json` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import asdict

from beeflow.types import Json, iso

if TYPE_CHECKING:
    from beeflow.drivers.account import Account, Step

VERSION = 1
"""Of this format; a later one may have more fields, not other ones."""


def account_json(account: Account) -> dict[str, Json]:
    """Return a dry run as JSON: what starts it, the steps in order, and the endings."""
    steps: list[Json] = [
        {"number": number, **_step(step), "after": round(step.at - account.at, 3)}
        for number, step in enumerate(account.steps, 1)
    ]
    return {
        "version": VERSION,
        "recipe": account.recipe,
        "name": account.title,
        "file": account.file,
        "mode": account.mode,
        "trigger": {
            "type": account.trigger,
            "origin": account.origin,
            "payload": _plain(dict(account.payload)),
        },
        "at": iso(account.at),
        "steps": steps,
        "outcomes": [ending.outcome for ending in account.endings],
    }


def _step(step: Step) -> dict[str, Json]:
    what: dict[str, Json] = {
        name: iso(value) if name == "until" and isinstance(value, float) else _plain(value)
        for name, value in asdict(step.what).items()
    }
    return {
        "kind": type(step.what).__name__.lower(),
        "path": step.path,
        "name": step.name,
        "file": step.file,
        "line": step.line,
        "at": iso(step.at),
        "arms": [arm.title for arm in step.arms],
        **what,
    }


def _plain(value: object) -> Json:
    """Turn tuples into lists, and structs into objects; all else is JSON already."""
    if isinstance(value, msgspec.Struct):
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, bool | int | float | str) else None

"""Kept values, and which texts in them nobody may read.

A recipe that keeps what it computed from a secret is told so by the checker, and may do so all the
same. The runs that find it there did not see it being computed: so the texts are kept beside the
values, in a namespace of their own, and are let go with the values that hold them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from msgspec import structs

from beeflow.engine import commands as c
from beeflow.engine.hiding import HIDDEN
from beeflow.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from beeflow.engine.performing import Desk
    from beeflow.types import Json

BESIDE: Final = f"~{HIDDEN}"
"""How the namespace of the texts is called, after that of the values."""


async def asked_state(desk: Desk, command: c.ReadState) -> c.Result:
    """Read the kept values."""
    values = await desk.world.journal.state(desk.namespace)
    desk.note(desk.done(command.path, "state", dict(values)))
    await _learn(desk, command.path, values)
    return c.Answer(values)


async def asked_change(desk: Desk, command: c.WriteState) -> c.Result:
    """Change the kept values, together with the record that says so."""
    journal, space = desk.world.journal, desk.namespace
    record = desk.done(command.path, "keep", None, desk.shown(_change(command)))
    try:
        hidden = desk.shown.found_in(dict(command.assign)) if desk.shown.armed else ()
        if hidden:
            await _keep_beside(desk, command.path, hidden)
        values = await desk.commit(journal.change_state, desk.run_id, space, record, command)
    except ValueError as error:
        failure = Failure("limit", str(error))
        desk.note(structs.replace(record, status="failed", failure=failure))
        return c.Failed(failure)
    await _learn(desk, command.path, values)
    return c.Answer(values)


async def _learn(desk: Desk, path: str, values: Mapping[str, Json]) -> None:
    """Learn what of the values nobody may read, and note it beside them."""
    if values:
        hidden = await desk.world.journal.state(desk.namespace + BESIDE)
        desk.shown.know(map(str, hidden.values()))
        desk.keep(path, dict(values))


async def _keep_beside(desk: Desk, path: str, texts: Sequence[str]) -> None:
    """Keep texts that are about to be in the values, and let go of those that are not any more."""
    journal, space = desk.world.journal, desk.namespace + BESIDE
    values, known = await journal.state(desk.namespace), await journal.state(space)
    gone = tuple(key for key, text in known.items() if not desk.shown.finds(str(text), values))
    made: dict[str, Json] = {_key(text): text for text in texts}
    change = c.WriteState(
        f"{path}/{HIDDEN}", made, {}, tuple(key for key in gone if key not in made)
    )
    record = desk.done(change.path, HIDDEN)
    await desk.commit(journal.change_state, desk.run_id, space, record, change)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _change(command: c.WriteState) -> Json:
    increment: dict[str, Json] = dict(command.increment)
    return {
        "set": dict(command.assign),
        "increment": increment,
        "delete": list(command.delete),
    }

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from beeflow.actions.definition import Args, Context, DefinedAction, Definition
from beeflow.actions.late import LateAction

if TYPE_CHECKING:
    from beeflow.types import Json

NOTE = Definition(name="crm.note", summary="Note", effect="once", sample={"ok": True})


class Note(DefinedAction):
    definition = NOTE

    async def call(self, args: Args, context: Context) -> Json:
        return [args["text"], context.run]


async def test_it_is_made_once_beside_the_event_loop_when_it_is_called(context: Any) -> None:
    made = []

    def make() -> DefinedAction:
        made.append(threading.current_thread() is threading.main_thread())
        return Note()

    late = LateAction(NOTE, make)
    assert (late.name, late.sample, made) == ("crm.note", {"ok": True}, [])

    both = asyncio.gather(late.call({"text": "a"}, context), late.call({"text": "b"}, context))
    assert [*await both] == [["a", "run-1"], ["b", "run-1"]]
    assert await late.call({"text": "c"}, context) == ["c", "run-1"]
    assert made == [False]

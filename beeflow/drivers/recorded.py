"""Answers that are on record: what a read was answered once, it is answered again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from beeflow.engine import commands as c
from beeflow.engine.performing import mask_fields
from beeflow.errors import Failure

if TYPE_CHECKING:
    from beeflow.engine.hiding import Hide
    from beeflow.engine.journal.records import Record
    from beeflow.engine.ports import Actions
    from beeflow.types import Json

Key: TypeAlias = tuple[str, str]
"""An action and its arguments as text: what tells one question from another."""


class Recorded(msgspec.Struct):
    """What calls were answered, by action and arguments as the records have them: masked."""

    actions: Actions
    answers: dict[Key, c.Result] = msgspec.field(default_factory=dict)

    def add(self, records: Iterable[Record]) -> None:
        """Take up what a run was answered; of the same question the last answer counts."""
        for record in records:
            given = record.input
            if record.kind == "call" and isinstance(given, Mapping):
                result = _result(record)
                if result is not None:
                    self.answers[_key(given.get("action"), given.get("args"))] = result

    def answer(self, call: c.Call, hide: Hide) -> c.Result | None:
        """Return what the same call was answered, None where that is not on record.

        `hide` masks arguments as they are masked when they are recorded.
        """
        if not self.answers:
            return None
        action = self.actions.get(call.action)
        args: Json = dict(call.args)
        try:
            masked = hide(args if action is None else mask_fields(args, action))
            return self.answers.get(_key(call.action, masked))
        except TypeError:
            return None  # arguments that are not known are on no record


def _key(action: object, args: object) -> Key:
    return str(action), json.dumps(args, sort_keys=True)


def _result(record: Record) -> c.Result | None:
    if record.status == "done":
        return c.Answer(record.output)
    if record.status == "failed":
        # Nobody waits here for the answer to another attempt: what failed has failed.
        failure: Any = record.failure or Failure("action", "it failed")
        return c.Failed(failure)
    return None

"""What cannot be taken back: a message that somebody has read, a thing that is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Effect


def is_irreversible(action: str, effect: Effect, args: Mapping[str, object]) -> bool:
    """Whether nobody can undo a call once it was made: mails, messages, votes, deletions.

    What is created can be deleted, and what is changed can be changed back.
    """
    if effect == "read":
        return False
    verb = action.rpartition(".")[2]
    deletes = verb.startswith("delete") or str(args.get("method", "")).upper() == "DELETE"
    return effect == "once" or deletes

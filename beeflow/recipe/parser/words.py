"""The words that keys with a closed list of values take; the schema for editors shows them, too."""

from __future__ import annotations

from typing import Final, Literal, get_args

from beeflow.recipe.model import InputType

MODE: Final[tuple[Literal["live", "shadow"], ...]] = ("live", "shadow")
MISSED: Final[tuple[Literal["skip", "once", "all"], ...]] = ("skip", "once", "all")
IF_PAST: Final[tuple[Literal["skip", "now"], ...]] = ("skip", "now")
FIRES: Final[tuple[Literal["once", "each"], ...]] = ("once", "each")
OUTCOMES: Final[tuple[Literal["failed", "succeeded", "unknown"], ...]] = (
    "failed",
    "succeeded",
    "unknown",
)
ENDINGS: Final[tuple[Literal["succeeded", "failed"], ...]] = ("succeeded", "failed")
ON_ERROR: Final[tuple[Literal["fail", "continue"], ...]] = ("fail", "continue")
ON_UNKNOWN: Final[tuple[Literal["fail", "retry", "continue"], ...]] = ("fail", "retry", "continue")
CONCURRENCY: Final[tuple[Literal["queue", "drop", "restart", "parallel"], ...]] = (
    "queue",
    "drop",
    "restart",
    "parallel",
)
INPUT_TYPES: Final[tuple[InputType, ...]] = get_args(InputType)

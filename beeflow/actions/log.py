"""`log.write`: a line in the log of the daemon."""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Protocol

from beeflow.actions.definition import Args, Context, DefinedAction, Definition
from beeflow.actions.parameter import Parameter

if TYPE_CHECKING:
    from beeflow.types import Json


class Masker(Protocol):
    """Takes secrets out of a text."""

    def mask_text(self, text: str) -> str:
        """Return the text with every secret replaced."""
        ...


LOGGER = logging.getLogger("beeflow.recipe")

_CONTROL = r"[\x00-\x1f\x7f-\x9f\u2028\u2029]"

_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}

WRITE = Definition(
    name="log.write",
    summary="Write a line into the log",
    description="The line goes to the logger `beeflow.recipe`, with the recipe and the run.",
    # A second line does no harm, so a retry or a restart may write it again.
    effect="idempotent",
    parameters=(
        Parameter(
            "message",
            {"type": ["string", "number", "boolean", "array", "object", "null"]},
            "What to write",
            True,
        ),
        Parameter(
            "level", {"type": "string", "enum": list(_LEVELS), "default": "info"}, "How grave it is"
        ),
    ),
    sample=None,
    answer={"type": "null"},
)


class LogWrite(DefinedAction):
    """Writes to the logger `beeflow.recipe`, on one line, secrets masked."""

    definition = WRITE

    def __init__(self, masker: Masker) -> None:
        self._masker = masker

    async def call(self, args: Args, context: Context) -> Json:
        """Write the line."""
        message = args["message"]
        text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
        shown = self._masker.mask_text(str(context.hide(text)))
        line = re.sub(_CONTROL, lambda match: repr(match[0])[1:-1], shown)
        LOGGER.log(
            _LEVELS[str(args.get("level", "info"))],
            "%s: %s",
            context.recipe,
            line,
            extra={"recipe": context.recipe, "run": context.run, "step": context.path},
        )
        return None

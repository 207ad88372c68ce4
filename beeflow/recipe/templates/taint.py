"""Where secrets go: what is known of them in a run, and a rendering that watches.

Of the value at hand, a rendering's `level` says how much of a secret is in it:

===== ==============================================================================
CLEAR nothing
KNOWN something, and all of it would be recognised
LOOSE something, and some of it is too short to be recognised: what is put together
      of such parts is taken down as a whole
===== ==============================================================================
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from beeflow.recipe.templates.limits import Context, Frame, Taint
from beeflow.recipe.templates.values import shorten

if TYPE_CHECKING:
    from beeflow.types import Json

CLEAR: Final = 0
KNOWN: Final = 1
LOOSE: Final = 2

HIDDEN: Final = "***"

SHORTEST: Final = 4
"""Texts of fewer characters are not taken down: they would blot out half of every other."""

_CUTS: Final = (199, 119, 39)
"""How much of a text messages quote."""


class TracedFrame(Frame):
    """A rendering that watches where secrets go."""

    __slots__ = ("level", "loose", "pieces", "seen", "taint")

    def __init__(self, source: str, scope: Mapping[str, object], context: Context) -> None:
        super().__init__(source, scope, context)
        self.taint: Taint = context.taint  # type: ignore[assignment]  # there is one, see `Context`
        self.level = CLEAR
        self.loose: set[str] = set()
        """Names set within the template whose values are loose."""
        self.pieces = 0
        """How many loose values were written."""
        self.seen: list[str] = []
        """Texts with secrets in them, for messages that quote a part."""

    def note(self, value: object) -> int:
        """Take down every text in a value that was made of a secret; returns its level."""
        texts = list(_texts(value))
        self.seen += texts
        long = [text for text in texts if len(text.strip()) >= SHORTEST]
        self.taint.derive(long)
        if len(long) < len(texts):
            return LOOSE
        return KNOWN if texts else CLEAR

    def judge(self, value: object) -> int:
        """Return the level of a value whose texts, if they are secret, are known by now."""
        if not isinstance(value, str | int | float | list | dict) or isinstance(value, bool):
            return CLEAR
        if not self.taint.holds(value):
            return CLEAR
        self.seen += _texts(value)
        return KNOWN


def _texts(value: object) -> Iterator[str]:
    """Yield the texts in a value that say something; numbers only from four digits on."""
    if isinstance(value, str):
        if value.strip():
            yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        text = str(value)
        if len(text) >= SHORTEST:
            yield text


def told(level: int, value: object) -> Json:
    """Return an operand for the record: what cannot be masked there by its value is left out."""
    shown = shorten(value)
    if level == CLEAR:
        return shown
    cut = isinstance(shown, str) and shown != value
    return HIDDEN if cut or level == LOOSE else shown


def conceal(message: str, seen: Iterable[str]) -> str:
    """Return a message without what it quotes of texts with secrets in them."""
    for text in sorted(set(seen), key=len, reverse=True):
        for length in (len(text), *_CUTS):
            if SHORTEST <= length <= len(text):
                part = text[:length]
                for form in (part, json.dumps(part, ensure_ascii=False)[1:-1]):
                    message = message.replace(form, HIDDEN)
    return message

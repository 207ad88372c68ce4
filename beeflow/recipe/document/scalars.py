"""Which plain scalars are more than text (recipe language, section 1).

Only `true`, `false`, `null`, `~`, nothing at all, and plain decimal numbers are typed. What a
person may have meant as text stays text: `on`, `no`, `True`, `12:30`, `0123`, `1e3`, `0x1F`,
dates, and also `-0`, `+5`, `.5`, `5.`, `1_000`, and integers of more than 18 digits, which are
identifiers more often than quantities and do not fit every reader of JSON.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beeflow.recipe.document.nodes import Scalar

_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,30}")


def resolve(text: str) -> Scalar:
    """Return the value of a plain (unquoted) scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "-0123456789":
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text

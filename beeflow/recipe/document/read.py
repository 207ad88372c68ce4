"""From bytes or text to a document: encoding and size first, then YAML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from beeflow.recipe import limits
from beeflow.recipe.document.compose import Broke, Composer, Refused
from beeflow.recipe.document.nodes import Document
from beeflow.recipe.document.source import Source
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from beeflow.recipe.document.mending import Mended

_BOM: Final = "\ufeff"
_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def decode(data: bytes, path: str) -> tuple[Source, Problem | None]:
    """Return a file's bytes as text; a mark of UTF-8 at the beginning is dropped.

    With a problem, the source holds what could be read, so that the problem has a place in it.
    """
    if len(data) > limits.FILE_BYTES:
        message = f"the file has {len(data)} bytes, and {limits.FILE_BYTES} are allowed"
        source = Source(path, "")
        return source, Problem("limit", message, source.span(0, 0))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        source = Source(path, "")
        help_ = "save it as UTF-8 (in an editor: Save as, Encoding)"
        return source, Problem(
            "yaml-encoding", "the file is UTF-16, and must be UTF-8", source.span(0, 0), help=help_
        )
    try:
        return Source(path, data.decode().removeprefix(_BOM)), None
    except UnicodeDecodeError as error:
        source = Source(path, data.decode(errors="replace").removeprefix(_BOM))
        start = len(data[: error.start].decode().removeprefix(_BOM))
        message = f"the byte 0x{data[error.start]:02X} here is not UTF-8"
        help_ = "save the file as UTF-8"
        span = source.span(start, start + 1)
        return source, Problem("yaml-encoding", message, span, help=help_)


def read_document(source: Source) -> Document:
    """Return the document in a text; never raises for what the text holds."""
    problem = _refused(source)
    if problem is not None:
        return Document(source, None, (problem,))
    try:
        return _composed(source)
    except Broke as broke:
        # Most files are not broken, and starting is most of what reading one takes.
        from beeflow.recipe.document.mending import mended  # noqa: PLC0415

        repaired = mended(source, broke)
    if not repaired.is_read:
        return Document(repaired.source, None, _once([*repaired.problems]), is_whole=False)
    return _composed(repaired.source, repaired)


def _composed(source: Source, repaired: Mended | None = None) -> Document:
    """Return the document in a text that is YAML; raises `Broke` where it is not."""
    # Read as it was when it was found to be readable: lines and columns are those of the text.
    composer = Composer(Source(source.path, source.text))
    found = list(repaired.problems) if repaired else []
    whole = repaired is None or repaired.is_whole
    try:
        root = composer.compose()
    except Refused as refused:
        place = refused.problem.span
        found.extend(one for one in composer.problems if one.span != place)
        return Document(source, None, (*_once(found), refused.problem))
    return Document(source, root, _once([*found, *composer.problems]), whole)


def _once(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))[: limits.PROBLEMS]


def _refused(source: Source) -> Problem | None:
    text = source.text
    if len(text) > limits.FILE_BYTES:
        message = f"the text has {len(text)} characters, and {limits.FILE_BYTES} are allowed"
        return Problem("limit", message, source.span(0, 0))
    found = _UNPRINTABLE.search(text)
    if found is None:
        return None
    code = ord(found[0])
    message = f"the character U+{code:04X} cannot be seen and is not allowed here"
    help_ = 'remove it; if it is meant, write it as an escape in double quotes, such as "\\u0007"'
    return Problem("yaml-encoding", message, source.span(found.start(), found.end()), help=help_)

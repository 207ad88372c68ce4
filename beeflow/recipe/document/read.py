"""From bytes or text to a document: encoding and size first, then YAML."""

from __future__ import annotations

from typing import Final

from beeflow.recipe import limits
from beeflow.recipe.document.compose import Broke, Composer, Refused
from beeflow.recipe.document.nodes import Document
from beeflow.recipe.document.source import Source
from beeflow.recipe.document.unseen import without_refused
from beeflow.recipe.problem import Problem

_BOM: Final = "\ufeff"
_SAVE: Final = "save the file as UTF-8 (in an editor: Save as, Encoding)"
_MARKS: Final = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_LOOKED_AT: Final = 200
"""Bytes at a file's beginning that show whether every second one is empty."""


def decode(data: bytes, path: str) -> tuple[Source, Problem | None]:
    """Return a file's bytes as text; a mark of UTF-8 at the beginning is dropped.

    With a problem, the source holds what could be read, so that the problem has a place in it.
    """
    if len(data) > limits.FILE_BYTES:
        message = f"the file has {len(data)} bytes, and {limits.FILE_BYTES} are allowed"
        source = Source(path, "")
        return source, Problem("limit", message, source.span(0, 0))
    wide = _wide(data)
    if wide is not None:
        source = Source(path, data.decode(wide, errors="replace").removeprefix(_BOM))
        message = f"the file is {wide[:6].upper()}, and must be UTF-8"
        return source, Problem("yaml-encoding", message, source.span(0, 1), help=_SAVE)
    try:
        return Source(path, data.decode().removeprefix(_BOM)), None
    except UnicodeDecodeError as error:
        return _not_utf8(data, path, error.start)


def _wide(data: bytes) -> str | None:
    """Return an encoding of several bytes a character, by its mark or the empty bytes in it."""
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)
    if marked is not None:
        return marked
    pairs = data[:_LOOKED_AT]
    empty = pairs[1::2].count(0), pairs[::2].count(0)
    if max(empty) * 4 < len(pairs) or not pairs:
        return None
    return "utf-16-le" if empty[0] > empty[1] else "utf-16-be"


def _not_utf8(data: bytes, path: str, at: int) -> tuple[Source, Problem]:
    """Return a file that is most likely in the encoding of old Windows programs."""
    text, help_ = data.decode(errors="replace"), _SAVE
    if data[:at].isascii():
        try:
            text = data.decode("cp1252")
            help_ = f"it looks like Windows-1252, where it is `{text[at]}`: {_SAVE}"
        except UnicodeDecodeError:
            pass  # it is no text of that kind either
    start = len(data[:at].decode().removeprefix(_BOM))
    source = Source(path, text.removeprefix(_BOM))
    message = f"the byte 0x{data[at]:02X} here is not UTF-8"
    return source, Problem("yaml-encoding", message, source.span(start, start + 1), help=help_)


def read_document(source: Source) -> Document:
    """Return the document in a text; never raises for what the text holds."""
    problem = _refused(source)
    if problem is not None:
        return Document(source, None, (problem,))
    source, unseen = without_refused(source)
    try:
        return _composed(source, unseen)
    except Broke as broke:
        # Most files are not broken, and starting is most of what reading one takes.
        from beeflow.recipe.document.mending import mended  # noqa: PLC0415

        repaired = mended(source, broke, unseen)
    told = list(repaired.problems)
    if not repaired.is_read:
        return Document(repaired.source, None, _once(told), is_whole=False)
    return _composed(repaired.source, told, is_whole=repaired.is_whole)


def _composed(source: Source, told: list[Problem], *, is_whole: bool = True) -> Document:
    """Return the document in a text that is YAML; raises `Broke` where it is not."""
    # Read as it was when it was found to be readable: lines and columns are those of the text.
    composer = Composer(Source(source.path, source.text))
    try:
        root = composer.compose()
    except Refused as refused:
        place = refused.problem.span
        found = [*told, *(one for one in composer.problems if one.span != place)]
        return Document(source, None, (*_once(found), refused.problem))
    return Document(source, root, _once([*told, *composer.problems]), is_whole)


def _once(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))[: limits.PROBLEMS]


def _refused(source: Source) -> Problem | None:
    text = source.text
    if len(text) > limits.FILE_BYTES:
        message = f"the text has {len(text)} characters, and {limits.FILE_BYTES} are allowed"
        return Problem("limit", message, source.span(0, 0))
    return None

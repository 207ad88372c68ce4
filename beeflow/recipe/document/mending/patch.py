"""A text under repair that remembers where in the file each of its characters came from."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beeflow.recipe.document.mending.guess import Edit


class Patch:
    """A text with its origins: one for each character, and one for its end."""

    __slots__ = ("origins", "text")

    def __init__(self, text: str, origins: Sequence[int] | None = None) -> None:
        self.text = text
        self.origins = range(len(text) + 1) if origins is None else origins

    def edited(self, edits: Sequence[Edit]) -> Patch:
        """Return the text with edits made; they must not overlap."""
        text, origins = self.text, list(self.origins)
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
            first, last = origins[start], origins[end]
            origins[start:end] = [min(first + at, last) for at in range(len(new))]
        return Patch(text, origins)

    def written(self, offset: int) -> int:
        """Return where in the file the character at `offset` stands."""
        return self.origins[min(max(offset, 0), len(self.text))]

    def offset(self, written: int) -> int:
        """Return where in the text a character of the file stands, or the next that is left."""
        return min(bisect_left(self.origins, written), len(self.text))

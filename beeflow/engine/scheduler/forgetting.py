"""Forgetting: a recipe that is switched off does not make up for that time once it is on again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from beeflow.engine.book import RecipeBook
    from beeflow.engine.journal.protocol import Journal


async def forget_disabled(
    book: RecipeBook, journal: Journal, kind: Literal["schedule", "event_start", "watch"]
) -> None:
    """Drop what the disabled recipes' triggers of a kind have seen so far.

    A recipe that is not there at all, because its file is broken just now, say, keeps its marks.
    """
    for recipe in book:
        if not recipe.enabled:
            marks = await journal.marks(f"{kind}/{recipe.id}/")
            if marks:
                await journal.mark(dict.fromkeys(marks))

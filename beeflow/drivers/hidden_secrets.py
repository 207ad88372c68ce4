"""Secrets in a dry run: never looked up, and shown as what everybody sees of them."""

from __future__ import annotations

from typing import Final

from beeflow.recipe.templates import Unknown

MASK: Final = "***"


class HiddenSecrets:
    """`secrets` in expressions: every name is there, and nobody knows its value."""

    def attribute(self, name: str) -> object:
        """Return a value that is not known, and reads as `***`, as does what is made of it."""
        return Unknown(f"secrets.{name}", MASK, secret=True)

    def names(self) -> tuple[str, ...]:
        """Tell nothing."""
        return ()

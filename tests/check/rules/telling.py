"""How tests of rules ask what the checker tells."""

from __future__ import annotations

from typing import Any, Protocol


class Tell(Protocol):
    """Checks some text; `known` are facts.

    Returns a line for each finding: rule, severity, `<what is marked>`, message, ` | `, help.
    """

    def __call__(self, text: str, **known: Any) -> list[str]: ...

"""Names that must exist: an unknown one is refused with the nearest."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from beeflow.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable


def known_name(what: str, name: str, known: Iterable[str]) -> str:
    """Return `name` where it is known; raises `UsageError` with the nearest ones."""
    names = list(known)
    if name in names:
        return name
    raise UsageError(f"there is no {what} `{name}`; {suggestion(name, names)}")


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return the mend for an unknown name."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    if close:
        return f"did you mean {' or '.join(f'`{one}`' for one in close)}?"
    few = ", ".join(names[:20]) or "none"
    return f"there are: {few}" + (", …" if len(names) > 20 else "")  # noqa: PLR2004 - a line's worth

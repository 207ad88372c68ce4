"""The SQL of the journal: named queries in the `.sql` files of `queries/`."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "queries"

_HEADER = re.compile(r"^-- name: ([a-z_]+)\n", re.MULTILINE)


def load(subject: str) -> Mapping[str, str]:
    """Return the queries of one subject, by name.

    In the file each query stands below a line `-- name: the_name`.
    """
    head, *rest = _HEADER.split((FOLDER / f"{subject}.sql").read_text(encoding="utf-8"))
    if head.strip():
        raise ValueError(f"{subject}.sql: text before the first `-- name:`")
    names, texts = rest[::2], rest[1::2]
    if len(set(names)) < len(names):
        raise ValueError(f"{subject}.sql: a name stands there twice")
    return MappingProxyType(
        {name: text.strip().removesuffix(";") for name, text in zip(names, texts, strict=True)}
    )

"""Where the data that travels with the package lies: `schemas/` and `recipes/`.

In a checkout (and an editable install) they are folders beside `beeflow/`; in a wheel they are
inside the package, under `beeflow/_data`.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def data_folder(name: str) -> Path:
    """Return the folder `name` (`schemas`, `recipes`) that came with this beeflow."""
    packed = _PACKAGE / "_data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name

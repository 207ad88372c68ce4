"""The garbage collector, kept out of imports."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def sparing_the_collector() -> Iterator[None]:
    """Look for no garbage while the block imports, nor ever again among what it imported.

    Modules make objects by the ten thousand, which live as long as the process.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()

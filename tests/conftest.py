"""What holds for all tests."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _logging_is_left_as_found() -> Iterator[None]:
    """Undo what a command did to the log: it is the process's, and tests share one."""
    root, ours = logging.getLogger(), logging.getLogger("beeflow")
    before = root.level, ours.level, list(root.handlers)
    yield
    root.setLevel(before[0])
    ours.setLevel(before[1])
    for handler in [one for one in root.handlers if one not in before[2]]:
        root.removeHandler(handler)

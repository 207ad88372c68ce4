"""Sizes for people."""

from __future__ import annotations

import pytest

from beeflow.cli.journal.place import sized


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.0 KiB"),
        (1536 * 1024, "1.5 MiB"),
        (3000 * 2**30, "3,000.0 GiB"),
    ],
)
def test_bytes_are_told_in_the_largest_unit(size: int, text: str) -> None:
    assert sized(size) == text

from __future__ import annotations

from beeflow.check.visible import visible, width


def test_what_cannot_be_shown_is_spelt() -> None:
    assert visible("a\x1bb\tc\U000e0001") == "a\\x1bb c\ufffd"


def test_combining_characters_take_no_column() -> None:
    assert width("e\u0301日") == 3

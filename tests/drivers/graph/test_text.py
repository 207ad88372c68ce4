from __future__ import annotations

from beeflow.drivers.graph.text import BOLD, cut, width


def test_wide_letters_take_more_room() -> None:
    assert width("iiii") < width("aaaa") < width("WWWW") < width("世界世界")
    assert width("abc", BOLD) > width("abc")


def test_text_is_cut_where_it_goes_on() -> None:
    assert cut("a\n b") == "a b"
    assert cut("abcdef", 4) == "abc…"

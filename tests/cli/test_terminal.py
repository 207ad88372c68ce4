from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from beeflow.cli.terminal import Style, console, one_line, print_json, print_table, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beeflow.types import Json


def shown(
    titles: Sequence[str],
    rows: Sequence[Sequence[str]],
    styles: Sequence[Style] = (),
    colours: Literal["standard"] | None = None,
) -> str:
    out = io.StringIO()
    terminal = colours is not None
    console = Console(file=out, soft_wrap=True, force_terminal=terminal, color_system=colours)
    print_table(console, titles, rows, styles)
    return out.getvalue()


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert shown(("id", "what"), [("e-1", "x"), ("e-1000", "yy")]) == (
        "ID      WHAT\ne-1     x\ne-1000  yy\n"
    )


def test_an_empty_table_is_its_heading() -> None:
    assert shown(("id", "what"), []) == "ID  WHAT\n"


def test_wide_characters_take_two_columns() -> None:
    assert shown(("a", "b"), [("日本", "x"), ("abcd", "y")]) == "A     B\n日本  x\nabcd  y\n"


def test_styles_may_depend_on_the_cell() -> None:
    text = shown(
        ("a",),
        [("good",), ("bad",)],
        (lambda cell: "red" if cell == "bad" else "",),
        "standard",
    )
    assert "\x1b[31mbad" in text
    assert "good" in text
    assert "[31mgood" not in text


@given(st.text())
def test_nothing_shown_can_steer_a_terminal(text: str) -> None:
    safe = printable(text)
    assert not any(char in safe for char in "\x1b\x07\x08\x0d\x7f\x9b\u202e\u2066")


def test_an_escape_sequence_shows_as_text() -> None:
    assert printable("a\x1b[31mb\u202ec") == "a\\x1b[31mb\\u202ec"


@given(st.text(), st.integers(2, 50))
def test_one_line_is_one_line_and_no_longer(text: str, width: int) -> None:
    line = one_line(text, width)
    assert "\n" not in line
    assert len(line) <= width


@pytest.mark.parametrize("value", [[], {"a": "é\u2028\ud800"}, None, [1.5, True]])
def test_json_is_one_document_whatever_is_in_it(
    value: Json, capfd: pytest.CaptureFixture[str]
) -> None:
    print_json(value)
    assert json.loads(capfd.readouterr().out.encode("utf-8", "surrogatepass")) == value or value


def test_a_reader_who_went_away_is_told_of_as_with_any_other_output(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Closed(io.StringIO):
        def write(self, text: str, /) -> int:
            raise BrokenPipeError(len(text))

    monkeypatch.setattr("sys.stdout", Closed())
    with pytest.raises(BrokenPipeError):
        console().print("x")

"""The bar on stderr."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console

from beeflow.cli import progress as module
from beeflow.cli.progress import progress

if TYPE_CHECKING:
    import pytest


def test_nothing_is_drawn_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("checking", 10) as show:
        show(5)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


def test_a_terminal_is_shown_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = io.StringIO()
    terminal = Console(file=drawn, force_terminal=True, width=80)
    monkeypatch.setattr(module, "console", lambda **_: terminal)

    with progress("checking", None) as show:
        show(30, 40)

    assert "checking" in drawn.getvalue()
    assert "75%" in drawn.getvalue()

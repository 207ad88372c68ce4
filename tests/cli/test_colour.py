from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

import pytest

from beeflow.cli.colour import busy, colour_wanted

if TYPE_CHECKING:
    from collections.abc import Callable


class Terminal:
    def __init__(self, stream: TextIO, *, tty: bool = True) -> None:
        self._stream, self._tty = stream, tty

    def isatty(self) -> bool:
        return self._tty

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Pretend, when called, that both streams are terminals."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")

    def pretend() -> None:
        monkeypatch.setattr(sys, "stdout", Terminal(sys.stdout))
        monkeypatch.setattr(sys, "stderr", Terminal(sys.stderr))

    return pretend


def test_a_terminal_is_coloured(on_terminal: Callable[[], None]) -> None:
    on_terminal()
    assert colour_wanted()


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_the_environment_can_forbid_colour(
    on_terminal: Callable[[], None], monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    on_terminal()
    monkeypatch.setenv(name, value)
    assert not colour_wanted()


def test_a_pipe_is_not_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal(sys.stdout, tty=False))
    assert not colour_wanted()


def test_a_terminal_sees_that_something_is_done(
    on_terminal: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    on_terminal()
    with busy("checking"):
        pass
    assert "checking" in capsys.readouterr().err


def test_a_pipe_sees_nothing_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    with busy("checking"):
        pass
    assert capsys.readouterr().err == ""

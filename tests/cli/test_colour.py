import sys

import pytest

from beeflow.cli.colour import busy, colour_wanted


class Terminal:
    def __init__(self, stream, *, tty: bool = True) -> None:
        self._stream, self._tty = stream, tty

    def isatty(self) -> bool:
        return self._tty

    def __getattr__(self, name: str):
        return getattr(self._stream, name)


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", Terminal(sys.stdout))
    monkeypatch.setattr(sys, "stderr", Terminal(sys.stderr))


@pytest.mark.usefixtures("terminal")
def test_a_terminal_is_coloured() -> None:
    assert colour_wanted()


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_the_environment_can_forbid_colour(monkeypatch, name, value) -> None:
    monkeypatch.setenv(name, value)
    assert not colour_wanted()


def test_a_pipe_is_not_coloured(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal(sys.stdout, tty=False))
    assert not colour_wanted()


@pytest.mark.usefixtures("terminal")
def test_a_terminal_sees_that_something_is_done(capsys) -> None:
    with busy("checking"):
        pass
    assert "checking" in capsys.readouterr().err


def test_a_pipe_sees_nothing_of_it(capsys) -> None:
    with busy("checking"):
        pass
    assert capsys.readouterr().err == ""

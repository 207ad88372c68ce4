from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from beeflow import errors
from beeflow.cli import ending
from beeflow.errors import Failure


def command_that(raises: BaseException) -> click.Command:
    def callback() -> None:
        raise raises

    return click.Command("boom", callback=callback)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (errors.UsageError("write it so"), 2, "beeflow: write it so\n"),
        (errors.ConfigError("a\nb"), 2, "a\nb\n"),
        (errors.NothingFound("nothing there"), 3, "beeflow: nothing there\n"),
        (errors.JournalBroken("disk"), 74, "beeflow: disk\n"),
        (errors.JournalFull("disk"), 74, "beeflow: disk\n"),
        (errors.JournalLocked("held"), 2, "beeflow: held\n"),
        (errors.JournalTooNew("new"), 2, "beeflow: new\n"),
        (errors.ActionError(Failure("connection", "gone")), 1, "beeflow: gone\n"),
        (errors.Overloaded("later"), 1, "beeflow: later\n"),
    ],
)
def test_what_the_user_can_mend_has_a_code_and_one_line(
    capsys: pytest.CaptureFixture[str], error: BaseException, code: int, said: str
) -> None:
    assert ending.run(command_that(error), []) == code
    assert capsys.readouterr().err == said


@pytest.mark.parametrize("error", [ValueError("odd"), errors.BeeflowError("odd"), OSError("odd")])
def test_a_fault_of_ours_asks_to_be_reported_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.delenv("BEEFLOW_DEBUG", raising=False)
    assert ending.run(command_that(error), []) == 70
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "please report it" in said
    assert "odd" in said


def test_the_traceback_of_a_fault_of_ours_is_there_for_the_asking(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEEFLOW_DEBUG", "1")
    assert ending.run(command_that(ValueError("odd")), []) == 70
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption_is_130_and_says_nothing(
    capsys: pytest.CaptureFixture[str], error: BaseException
) -> None:
    assert ending.run(command_that(error), []) == 130
    assert capsys.readouterr().err == ""


def test_a_command_may_leave_with_a_code() -> None:
    assert ending.run(command_that(click.exceptions.Exit(1)), []) == 1


def test_a_reader_who_stops_reading_is_no_error() -> None:
    script = "from beeflow.cli import main; main(['actions', '--markdown'])"
    reading, writing = os.pipe()
    done = subprocess.Popen([sys.executable, "-c", script], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    os.close(reading)
    assert done.stderr is not None
    assert done.stderr.read() == b""
    done.stderr.close()
    assert done.wait(20) == 141


def test_text_that_the_terminal_cannot_show_is_escaped() -> None:
    script = (
        "import click\nfrom beeflow.cli import ending\n"
        "say = click.Command('x', callback=lambda: print('caf\\u00e9'))\n"
        "raise SystemExit(ending.run(say, []))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"caf\\xe9\n"


def test_main_exits_with_the_code() -> None:
    from beeflow.cli import main

    with pytest.raises(SystemExit) as leaving:
        main(["--version"])
    assert leaving.value.code == 0


def test_an_output_that_has_no_room_is_told() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "beeflow", "actions"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == "beeflow: the output cannot be written: No space left on device\n"


def test_an_output_that_is_closed_is_no_fault_of_ours() -> None:
    command = f"{sys.executable} -m beeflow actions >&-"
    done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")

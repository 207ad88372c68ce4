from __future__ import annotations

import os
from pathlib import Path

import pytest

from beeflow.bench import processes
from beeflow.bench.processes import Running, afresh, clock_seconds, surroundings
from beeflow.errors import UsageError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0:01.25", 1.25), ("12:00", 720.0), ("01:00:01", 3601.0), ("2-00:00:01", 172801.0)],
)
def test_the_time_of_a_process_is_read_as_ps_writes_it(text: str, seconds: float) -> None:
    assert clock_seconds(text) == seconds
    with pytest.raises(ValueError, match="no time"):
        clock_seconds("soon")


def test_without_proc_ps_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"time": "0:02.50", "rss": "2048"}
    monkeypatch.setattr(processes, "_ps", lambda _pid, what: answers[what])
    monkeypatch.setattr(Path, "exists", lambda _path: False)
    running = Running(os.getpid(), 0, 0.0)
    assert running.cpu() == 2.5
    assert running.memory() == 2048 * 1024


def test_a_process_of_ours_takes_time_and_memory() -> None:
    running = Running(os.getpid(), 0, 0.0)
    assert running.cpu() > 0
    assert running.memory() > processes.MIB


def test_nothing_of_this_environment_configures_what_is_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BEEFLOW_SERVER_PORT", "1")
    assert "BEEFLOW_SERVER_PORT" not in surroundings()
    assert "PATH" in surroundings()


def test_a_journal_of_before_is_removed(tmp_path: Path) -> None:
    for name in ("beeflow.db", "beeflow.db-wal", "beeflow.yaml"):
        (tmp_path / name).touch()
    assert [path.name for path in afresh(tmp_path).iterdir()] == ["beeflow.yaml"]


async def test_a_daemon_that_does_not_start_is_told(tmp_path: Path) -> None:
    (tmp_path / "beeflow.yaml").write_text("nonsense: 1\n")
    with pytest.raises(UsageError, match="did not start"):
        async with processes.beeflow(tmp_path):
            pass


async def test_a_floor_that_does_not_start_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did not start"):
        async with processes.floor(tmp_path / "nowhere", "http://127.0.0.1:1/"):
            pass

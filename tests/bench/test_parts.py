from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from beeflow.bench import starting
from beeflow.bench.parts import PARTS, measure
from beeflow.bench.scale import QUICK

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.bench.figures import Figure

TINY = QUICK.times(0.002)

NAMES = {
    "rate": [
        "delivered, against the bare floor",
        "floor's processor time a webhook, against ours",
        "delivered by beeflow",
        "delivered by the bare floor",
        "processor time a webhook, beeflow",
        "processor time a webhook, bare floor",
    ],
    "run": [
        "calls of Python for a run",
        "processor time of a run, at best",
        "processor time of a run, the median",
    ],
    "latency": [
        *(
            f"{what}, {rate}/s, p{percent}"
            for rate in (100, 300)
            for percent in (50, 99)
            for what in ("sent to action received", "the same of the bare floor")
        )
    ],
    "burst": [
        "refused (503)",
        "acknowledged (202), p99",
        "acknowledged and not delivered",
    ],
    "start": [
        f"start to first acceptance, {TINY.few} recipes",
        f"start to first acceptance, {TINY.many} recipes",
        f"memory, idle with {TINY.few} recipes",
        "memory, each further recipe",
    ],
    "match": ["one match among 2 recipes"],
    "crowd": [
        "delivered with 2 recipes on one type, against 1",
        "delivered with 1 recipe",
        "delivered with 2 recipes",
    ],
    "waiting": [
        f"restart with {TINY.waiting} waiting runs, to the first acceptance",
        "the same without any",
        "memory, each waiting run",
    ],
    "validate": ["validate, 1 recipe", f"validate, {TINY.many} recipes"],
}


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def test_every_part_is_tried_here() -> None:
    assert list(NAMES) == list(PARTS)


@pytest.mark.parametrize("part", NAMES)
async def test_a_part_tells_all_its_figures_and_leaves_nothing_behind(
    part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(starting, "SETTLED", 0.0)
    told: list[tuple[str, float]] = []

    figures: list[Figure] = await measure([part], TINY, lambda *what: told.append(what))

    assert [figure.name for figure in figures] == NAMES[part]
    assert {figure.part for figure in figures} == {part}
    assert all(math.isfinite(figure.value) for figure in figures)
    assert told == [(PARTS[part].about, 0.0)]
    assert left_in(tmp_path) == []


async def test_among_more_recipes_the_match_is_compared() -> None:
    figures = await measure(["match"], QUICK.times(0.2), lambda *_: None)
    assert [figure.name for figure in figures] == [
        "one match among 20, against 2",
        "one match among 200, against 2",
        "one match among 2 recipes",
        "one match among 20 recipes",
        "one match among 200 recipes",
    ]


def test_ctrl_c_ends_it_with_130_and_leaves_nothing_behind(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "beeflow", "bench", "rate"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
        # Who runs the tests in the background of a shell has them ignore Ctrl-C.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - one thread
    )
    until = time.monotonic() + 30
    while not list(tmp_path.glob("*/floor.db")):
        assert time.monotonic() < until
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert not list(tmp_path.iterdir())

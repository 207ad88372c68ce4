from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cli.project import Command


def test_it_prints_the_figures_beside_their_targets(cli: Command) -> None:
    result = cli("bench", "match", "--quick", "--scale", "0.2")
    assert (result.code, result.err) == (0, "")
    assert "bare floor on" in result.out
    assert "one match among 200, against 2" in result.out
    assert "at most 200%" in result.out


def test_as_json_it_is_one_object(cli: Command) -> None:
    result = cli("bench", "match", "match", "--quick", "--scale", "0.01", "--json")
    told = json.loads(result.out)
    assert told["version"] == 1
    assert set(told["machine"]) == {"beeflow", "python", "system", "cpus", "loop"}
    assert {one["part"] for one in told["figures"]} == {"match"}
    assert {"name": "one match among 2 recipes", "unit": "us"}.items() <= told["figures"][
        -2
    ].items()


def test_a_part_that_is_none_is_refused(cli: Command) -> None:
    result = cli("bench", "speed")
    assert result.code == 2
    assert "there is no part `speed`; there are: rate, run, latency" in result.err


def test_no_number_is_no_scale(cli: Command) -> None:
    result = cli("bench", "run", "--scale", "nan")
    assert result.code == 2
    assert "nan is not a number to multiply by" in result.err

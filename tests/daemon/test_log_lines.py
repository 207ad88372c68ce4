"""Lines of the log, for programs and for people."""

from __future__ import annotations

import json
import logging
import os
import sys

from beeflow.daemon.log_lines import Line, as_json, as_text, line_of
from beeflow.types import iso

ENDED = Line(
    0.5, 30, "run.ended", {"recipe": "go-live", "reason": "it is off", "error": None, "runs": 2}
)


def record(
    message: str, *args: object, name: str = "beeflow.x", **more: object
) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.WARNING, "f", 1, message, args, None)
    made.created = 0.0
    made.__dict__.update(more)
    return made


def test_a_program_gets_one_object() -> None:
    assert json.loads(as_json(ENDED)) == {
        "time": "1970-01-01T00:00:00.500Z",
        "level": "warning",
        "event": "run.ended",
        "recipe": "go-live",
        "reason": "it is off",
        "runs": 2,
    }
    assert "\n" not in as_json(Line(0.0, 20, "x", {"message": "a\nb\u2028c"}))
    assert json.loads(as_json(Line(0.0, 20, "x", {"message": "\ud800"})))["message"] == "?"


def test_the_time_of_a_line_is_written_to_the_millisecond() -> None:
    for at in (0.0, 1.0006, 1.9994, 1.9999999, 1_796_115_600.123, 1_796_115_600.999, 2**31 + 0.5):
        assert json.loads(as_json(Line(at, 20, "x", {})))["time"] == iso(at)


def test_people_get_names_and_values() -> None:
    assert as_text(ENDED) == (
        '1970-01-01T00:00:00.500Z WARNING run.ended recipe=go-live reason="it is off" runs=2'
    )


def test_what_came_from_outside_stays_on_its_line_and_steers_no_terminal() -> None:
    fields = {"id": 'a"b\nINFO forged=1', "type": "\x1b[31mred", "n": "ü", "m": "a\u202eb c"}
    assert as_text(Line(0.0, 20, "x", fields)) == (
        r'1970-01-01T00:00:00.000Z INFO    x id="a\"b\nINFO forged=1" type=\x1b[31mred n=ü'
        r' m="a\u202eb c"'
    )
    assert as_text(Line(0.0, 20, "x", {"message": "a\nb"})).endswith(r"x: a\nb")


def test_what_python_logs_is_told_with_its_logger() -> None:
    line = line_of(record("%s is full", "it"))
    assert as_text(line) == "1970-01-01T00:00:00.000Z WARNING beeflow.x: it is full"
    assert json.loads(as_json(line)) == {
        "time": "1970-01-01T00:00:00.000Z",
        "level": "warning",
        "event": "log",
        "message": "it is full",
        "logger": "beeflow.x",
    }


def test_what_a_recipe_writes_is_told_with_its_run() -> None:
    made = record(
        "live: hello", name="beeflow.recipe", recipe="live", run="r-1", step="actions/0#1"
    )
    assert json.loads(as_json(line_of(made))) == {
        "time": "1970-01-01T00:00:00.000Z",
        "level": "warning",
        "event": "recipe.log",
        "message": "live: hello",
        "recipe": "live",
        "run": "r-1",
        "step": "actions/0#1",
    }


def test_where_something_broke_the_trace_is_told() -> None:
    try:
        os.environ["GONE"]
    except LookupError:
        made = record("it broke", exc_info=sys.exc_info())
    assert as_text(line_of(made)).splitlines()[-1] == "    KeyError: 'GONE'"
    assert "KeyError: 'GONE'" in json.loads(as_json(line_of(made)))["traceback"]
    empty = record("it broke", exc_info=(None, None, None))
    assert "traceback" not in line_of(empty).fields

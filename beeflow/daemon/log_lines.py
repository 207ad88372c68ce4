"""Lines of the log: as JSON for programs, or as text for people. One line an event."""

from __future__ import annotations

import json
import logging
import re
import traceback
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from beeflow.engine.journal.encoding import encode
from beeflow.types import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from logging import LogRecord

Style: TypeAlias = "Callable[[Line], str]"
"""Writes a line, without its end."""

RECIPES: Final = "beeflow.recipe"
"""The logger of `log.write`."""

_UNSEEN: Final = "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]"
_PLAIN: Final = re.compile(r"[^\s\"=]+")
_QUIET: Final = re.compile(r"[!#-<>-~]+")
"""What is written as it is: ASCII that is seen, without quotes and `=`. Most values are."""

_LEVELS: Final = {number: name.lower() for name, number in logging.getLevelNamesMapping().items()}
_OF_RECIPES: Final = ("recipe", "run", "step")


class Line(msgspec.Struct, frozen=True):
    """What is told at an instant: `event` says what happened, `fields` with what."""

    at: float
    level: int
    event: str
    fields: Mapping[str, Any]


def line_of(record: LogRecord) -> Line:
    """Return what was logged in Python's way as a line: the event `log`, or `recipe.log`."""
    fields: dict[str, Any] = {"message": record.getMessage()}
    if record.name == RECIPES:
        fields |= {name: record.__dict__[name] for name in _OF_RECIPES if name in record.__dict__}
        return Line(record.created, record.levelno, "recipe.log", fields)
    fields["logger"] = record.name
    if (trace := record.__dict__.get("traceback")) is not None:
        fields["traceback"] = trace
    elif record.exc_info and record.exc_info[1] is not None:
        fields["traceback"] = "".join(traceback.format_exception(record.exc_info[1]))
    return Line(record.created, record.levelno, "log", fields)


def as_json(line: Line) -> str:
    """Write a line as a JSON object; what is None is left out."""
    told = {"time": _stamp(line.at), "level": _level(line.level), "event": line.event}
    told |= {name: value for name, value in line.fields.items() if value is not None}
    return encode(told).decode()


def as_text(line: Line) -> str:
    """Write a line for people: time, level, event, then the message or `name=value`."""
    fields = dict(line.fields)
    message, trace = fields.pop("message", None), fields.pop("traceback", None)
    what = line.event if message is None else f"{fields.pop('logger', line.event)}:"
    parts = [_stamp(line.at), f"{_level(line.level).upper():<7}", what]
    if message is not None:
        parts.append(_seen(str(message)))
    parts += [f"{name}={_value(value)}" for name, value in fields.items() if value is not None]
    text = " ".join(parts)
    told = () if trace is None else trace.rstrip().splitlines()
    return "\n".join([text, *(f"    {_seen(line)}" for line in told)])


STYLES: Final[Mapping[str, Style]] = {"json": as_json, "text": as_text}


def _level(number: int) -> str:
    return _LEVELS.get(number) or logging.getLevelName(number).lower()


def _stamp(at: float) -> str:
    """Return an instant as `iso` does; lines of one second have most of it in common."""
    second, rest = divmod(round(at * 1e6), 1_000_000)
    return f"{_second(second)}{rest // 1000:03}Z"


@lru_cache(maxsize=4)
def _second(second: int) -> str:
    return iso(second)[:-4]


def _value(value: object) -> str:
    text = str(value)
    if _QUIET.fullmatch(text):
        return text
    return _seen(text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False))


def _seen(text: str) -> str:
    """Return text on one line; what came in with webhooks cannot steer a terminal."""
    return re.sub(_UNSEEN, lambda found: ascii(found[0])[1:-1], text)

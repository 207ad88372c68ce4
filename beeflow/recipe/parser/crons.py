"""A cron as people write it: which field is wrong, and how it is written right."""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.recipe import limits
from beeflow.recipe.document import ScalarNode, locate
from beeflow.recipe.parser.reading import Finding, Reading
from beeflow.recipe.parser.scalars import text
from beeflow.recipe.schedules import FIELDS, Cron

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.recipe.parser.place import Place
    from beeflow.recipe.problem import Span

_DAY, _MONTH, _WEEKDAY = 2, 3, 4
_WORDS: Final[Mapping[str, str]] = {
    "?": "*",
    "h": "*",
    "any": "*",
    "every": "*",
    "weekday": "mon-fri",
    "weekdays": "mon-fri",
    "weekend": "sat,sun",
    "weekends": "sat,sun",
}
_NAMES: Final = tuple(
    {full.lower(): short.lower() for full, short in zip(full_names, short_names, strict=True)}
    for full_names, short_names in (
        (calendar.month_name[1:], calendar.month_abbr[1:]),
        (calendar.day_name[:], calendar.day_abbr[:]),
    )
)
_LAST: Final = (
    "a cron has no last, nearest or n-th day: let it run on all days that it may be, such as "
    "28-31 or 8-14, and ask for the day in `conditions`"
)
_ORDER: Final = "minute hour day month weekday, such as 0 9 * * mon-fri"
_TIME: Final = r"(?i)(?:at\s+)?(\d{1,2})[:.](\d{2})\s*(am|pm)?"
_INTERVAL: Final = r"(?i)(?:@every|every)\s+(\d+)\s*(s|m|h|d|w)[a-z]*"
_RANGE: Final = r"(\w+)-(\w+)"
_START: Final = r"(\d+)/(\d+)"
_QUARTZ: Final = r"(?i)l|lw|\w+l|\d+w|l-\d+|\w+#\d"
_UNITS: Final[Mapping[str, str]] = {
    "hourly": "1h",
    "daily": "1d",
    "every minute": "1m",
    "every hour": "1h",
    "every day": "1d",
}
_SIX, _SEVEN = 6, 7


def cron(reading: Reading, place: Place) -> str | None:
    """Read a cron; each wrong field of it is reported at its characters."""
    written = text(reading, place, most=limits.TEXT)
    if written is None:
        return None
    try:
        Cron(written)
    except ValueError as error:
        found = list(_wrong(written)) or [_whole(written, str(error))]
        for one in found:
            help_ = f"write {one.right}" if one.right is not None else one.help
            right = () if one.right is None else (one.right,)
            finding = Finding("bad-cron", one.message, help_, right)
            reading.report(place, finding, _span(reading, place, one))
        return None
    return written


class _Wrong(msgspec.Struct, frozen=True):
    """What is wrong with a cron, where in it, and the whole of it as it is right."""

    message: str
    right: str | None = None
    help: str | None = None
    start: int = 0
    end: int | None = None


def _span(reading: Reading, place: Place, one: _Wrong) -> Span | None:
    if one.end is None or not isinstance(place.node, ScalarNode):
        return None
    return locate(reading.source, place.node, one.start, one.end - one.start)


def _wrong(written: str) -> list[_Wrong]:
    """Return the fields that are wrong, where there are five."""
    found = list(re.finditer(r"\S+", written))
    if len(found) != len(FIELDS):
        return []
    parts = [one[0] for one in found]
    meant = _moved([_mended(at, part) for at, part in enumerate(parts)])
    right = " ".join(meant)
    wrong = []
    for at, one in enumerate(found):
        complaint = _complaint(at, one[0])
        if complaint is not None:
            message, _, help_ = complaint.partition(": ")
            if message == f"`{one[0]}`":
                message, help_ = complaint, ""
            if re.fullmatch(_QUARTZ, one[0]) and at in {_DAY, _WEEKDAY}:
                help_ = _LAST
            mend = right if right != written and _is_right(right) else None
            wrong.append(_Wrong(message, mend, help_ or None, one.start(), one.end()))
    if not wrong:
        message, _, help_ = str(_error(written)).partition(": ")
        wrong.append(_Wrong(message, None, help_, found[_DAY].start(), found[_MONTH].end()))
    return wrong


def _complaint(at: int, part: str) -> str | None:
    try:
        FIELDS[at].values(part)
    except ValueError as error:
        return str(error)
    return None


def _error(written: str) -> ValueError | None:
    try:
        Cron(written)
    except ValueError as error:
        return error
    return None


def _is_right(written: str) -> bool:
    return _error(written) is None


def _mended(at: int, part: str) -> str:
    """Return a field as it was most likely meant."""
    field = FIELDS[at]
    if _complaint(at, part) is None:
        return part
    pieces = [_piece(at, one) for one in part.lower().split(",") if one]
    stepped = re.fullmatch(_START, part)
    if stepped is not None and field.least <= int(stepped[1]) <= field.most:
        from_least = int(stepped[1]) == field.least
        return f"*/{stepped[2]}" if from_least else f"{stepped[1]}-{field.most}/{stepped[2]}"
    return ",".join(pieces)


def _piece(at: int, piece: str) -> str:
    field = FIELDS[at]
    if piece in _WORDS:
        return "0" if at < _DAY else _WORDS[piece]
    if piece == str(field.most + 1) and field.least == 0 and at < _DAY:
        return "0"
    ends = re.fullmatch(_RANGE, piece)
    if ends is not None:
        return _range(at, _short(ends[1]), _short(ends[2]))
    return _short(piece)


def _short(word: str) -> str:
    """Return the three letters that the name of a day or month is written by."""
    for names in _NAMES:
        for full, short in names.items():
            if len(word) >= len(short) and (full.startswith(word) or word == f"{short}s"):
                return short
    return word


def _range(at: int, first: str, last: str) -> str:
    """Return a range; one that goes round, as 22-4, in its two parts."""
    field = FIELDS[at]
    names = list(field.names)
    if first in names and last in names:
        low, high = names.index(first), names.index(last)
        if low <= high:
            return f"{first}-{last}"
        return ",".join((*names[low:], *names[: high + 1]))
    if not (first.isdecimal() and last.isdecimal()) or int(first) <= int(last):
        return f"{first}-{last}"
    if at in {0, _DAY}:
        return f"{last}-{first}"
    most = field.most - 1 if at == _WEEKDAY else field.most
    return f"{_stretch(int(first), most)},{_stretch(field.least, int(last))}"


def _stretch(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"


def _moved(parts: list[str]) -> list[str]:
    """Return the fields with names of days and months where they belong."""
    for at, part in enumerate(parts):
        for home in (_MONTH, _WEEKDAY):
            words = re.split(r"[-,]", part)
            named = all(word in FIELDS[home].names for word in words)
            if named and at != home and parts[home] == "*":
                parts = list(parts)
                parts[at], parts[home] = ("0" if at < _DAY else "*"), part
    return parts


# --- what has not five fields ----------------------------------------------------------------


def _whole(written: str, complaint: str) -> _Wrong:
    message, _, help_ = complaint.partition(": ")
    words = written.split(" #", maxsplit=1)[0].strip()
    interval = re.fullmatch(_INTERVAL, words)
    if interval is not None:
        return _Wrong(message, f"{{every: {interval[1]}{interval[2].lower()}}}")
    if words.lower() in _UNITS:
        return _Wrong(message, f"{{every: {_UNITS[words.lower()]}}}")
    if words.lower() == "@reboot":
        return _Wrong(message, None, "a recipe cannot be started by the start of the daemon")
    guess = next(filter(_is_right, [help_.removeprefix("write "), *_guesses(words)]), None)
    return _Wrong(message, guess, help_ or _ORDER)


def _guesses(words: str) -> list[str]:
    """Return what may have been meant by too few or too many fields."""
    parts = words.split()
    guesses = [words, re.sub(r"\s*([-,/])\s*", r"\1", words)]
    if len(parts) == _SIX:
        last = parts[-1].isdecimal() and len(parts[-1]) > _MONTH
        guesses.append(_joined(parts[:-1] if last else parts[1:]))
    if len(parts) == _SEVEN:
        guesses.append(_joined(parts[1:-1]))
    time = re.search(_TIME, words)
    if time is not None:
        hour = int(time[1]) % 12 + (12 if time[3].lower() == "pm" else 0) if time[3] else time[1]
        rest = re.sub(r"(?i)\b(daily|every|day|on|at)\b", " ", re.sub(_TIME, " ", words)).split()
        days = [_mended(_WEEKDAY, part.rstrip("s") if len(part) > _SIX else part) for part in rest]
        guesses.append(f"{int(time[2])} {int(hour)} * * {','.join(days) or '*'}")
    return guesses


def _joined(parts: list[str]) -> str:
    return " ".join(_moved([_mended(at, part) for at, part in enumerate(parts)]))

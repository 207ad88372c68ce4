"""Slips of every kind in any line of recipes like those that we ship: one finding each.

Where the YAML stays what it was, or is another recipe that is right, there is none. A few slips
cannot be told from another intention, and give more.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from beeflow.check import Facts, check_text

RECIPES = sorted((Path(__file__).parent / "planted").glob("*.yaml"))
SAMPLES = 90
KEY = re.compile(r"(\s*(?:- )*)([\w.]+)(:)(?= |$)")

Slip = Callable[[str], str]

SLIPS: dict[str, Slip] = {
    "a column right": lambda line: f" {line}",
    "a column left": lambda line: line.removeprefix(" "),
    "two columns right": lambda line: f"  {line}",
    "two columns left": lambda line: line.removeprefix("  "),
    "no colon": lambda line: KEY.sub(r"\1\2", line, count=1),
    "no space": lambda line: re.sub(KEY.pattern + r" ", r"\1\2:", line, count=1),
    "space before": lambda line: re.sub(KEY.pattern + r" ", r"\1\2 :", line, count=1),
    "equals": lambda line: KEY.sub(r"\1\2 =", line, count=1),
    "no dash": lambda line: re.sub(r"^(\s*)- ", r"\1  ", line),
    "no space after the dash": lambda line: re.sub(r"^(\s*)- ", r"\1-", line),
    "two dashes": lambda line: re.sub(r"^(\s*)- ", r"\1- - ", line),
    "a dash": lambda line: re.sub(r"^(\s*)(?=\w+: )", r"\1- ", line),
    "tabs": lambda line: re.sub(r"^( +)", lambda one: "\t" * (len(one[1]) // 2), line),
    "no closing quote": lambda line: re.sub(r"([\"'])([^\"']*)$", r"\2", line),
    "no opening quote": lambda line: re.sub(r"([\"'])", "", line, count=1),
    "no closing bracket": lambda line: re.sub(r"(?<!})[}\]](?=[^}\]]*$)", "", line),
    "no comma": lambda line: line.replace(", ", " ", 1) if "{" in line or "[" in line else line,
    "braces bare": lambda line: re.sub(r': "(\{\{.*\}\})"$', r": \1", line),
    "a long dash": lambda line: re.sub(r"^(\s*)- ", "\\1\u2014 ", line),
    "a no-break space": lambda line: line.replace(": ", ":\u00a0", 1),
}


def slipped(rng: random.Random) -> Iterator[tuple[str, str, str]]:
    """Yield recipes with one slip: its kind, the line, and the whole text."""
    while True:
        text = rng.choice(RECIPES).read_text("utf-8")
        lines = text.split("\n")
        kind, at = rng.choice(list(SLIPS)), rng.randrange(len(lines))
        line = SLIPS[kind](lines[at])
        if line != lines[at] and lines[at].strip() and not lines[at].lstrip().startswith("#"):
            yield kind, line, "\n".join([*lines[:at], line, *lines[at + 1 :]])


def test_a_slip_is_one_finding(facts: Facts) -> None:
    several = []
    for (kind, line, text), _ in zip(slipped(random.Random(7)), range(SAMPLES), strict=False):
        found = check_text(text, facts).findings
        if len(found) > 1:
            several.append((kind, line, [one.message for one in found]))
    assert len(several) <= SAMPLES * 0.05, several

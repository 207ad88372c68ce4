"""Each bound on a recipe's text: what is just allowed, what is one too many, what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from beeflow.recipe import limits
from beeflow.recipe.document import Source
from beeflow.recipe.document.read import decode
from beeflow.recipe.parser import parse_recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STOP = "actions: [{stop: here}]\n"


def listed(item: str, count: int) -> str:
    """Return a flow list of so many numbered items."""
    return "[" + ", ".join(item.replace("#", str(number)) for number in range(count)) + "]"


def mapped(entry: str, count: int) -> str:
    """Return a flow mapping of so many numbered entries."""
    return "{" + listed(entry, count)[1:-1] + "}"


def deep(count: int) -> str:
    return STOP + "fetch: {a: {action: a.b, with: " + _nested("{a: #}", count - 3) + "}}\n"


def _nested(outer: str, count: int) -> str:
    head, tail = outer.split("#")
    return head * (count - 1) + "{}" + tail * (count - 1)


def nested_steps(count: int) -> str:
    return "actions: " + "[{if: true, then: " * (count - 1) + "[{stop: x}]" + "}]" * (count - 1)


def nodes(count: int) -> str:
    text = STOP + "fetch: {a: {action: a.b, with: {x: [0"
    return text + ", 0" * (count - 17) + "]}}}\n"


def file_of(count: int) -> str:
    text = STOP + "#"
    return text + "x" * (count - len(text))


def problems(count: int) -> str:
    return STOP + "".join(f"key{number}: 1\n" for number in range(count))


STEP = "{stop: x}"
MAKERS: Final[Mapping[str, Callable[[int], str]]] = {
    "FILE_BYTES": file_of,
    "NODES": nodes,
    "DEPTH": deep,
    "STEPS": lambda n: f"actions: {listed(STEP, n)}",
    "TEXTS": lambda n: f"actions: [{{set: {{a: {listed(chr(39) + '{{ now }}' + chr(39), n)}}}}}]",
    "NAMES": lambda n: f"actions: [{{set: {mapped('n#: 1', n)}}}]",
    "NESTING": nested_steps,
    "CONDITIONS": lambda n: f"{STOP}conditions: {listed('now', n)}",
    "TRIGGERS": lambda n: f"{STOP}trigger: {listed('{webhook: event.created}', n)}",
    "FETCHES": lambda n: f"{STOP}fetch: {mapped('f#: {action: events.get}', n)}",
    "TYPES": lambda n: f"{STOP}trigger: {{webhook: {listed('event.created', n)}}}",
    "PARALLEL_BRANCHES": lambda n: f"actions: [{{parallel: {listed('[{stop: x}]', n)}}}]",
    "ARMS": lambda n: f"actions: [{{choose: {listed('{when: true, then: [{stop: x}]}', n)}}}]",
    "FOR_EACH_PARALLEL": lambda n: f"actions: [{{for_each: '[]', parallel: {n}, do: [{STEP}]}}]",
    "TURNS": lambda n: f"actions: [{{repeat: {{times: {n}}}, do: [{STEP}]}}]",
    "ATTEMPTS": lambda n: f"actions: [{{action: a.b, retry: {{attempts: {n}}}}}]",
    "CONCURRENT_RUNS": lambda n: f"{STOP}concurrency: {{max: {n}}}",
    "BATCH": lambda n: f"{STOP}batch: {{window: 1h, max: {n}}}",
    "PAGES": lambda n: f"{STOP}fetch: {{a: {{action: events.list, pages: {n}}}}}",
    "INPUTS": lambda n: f"{STOP}inputs: {mapped('i#: {type: string, default: x}', n)}",
    "OPTIONS": lambda n: (
        f"{STOP}inputs: {{i: {{type: choice, default: o0, options: {listed('o#', n)}}}}}"
    ),
    "LABELS": lambda n: f"{STOP}labels: {listed('l#', n)}",
    "TEXT": lambda n: f"{STOP}name: {'x' * n}",
}
"""For each bound a recipe that reaches so far."""


def told(text: str) -> list[tuple[str, str]]:
    """Return the problems of a recipe: rule and message."""
    return [(one.rule, one.message) for one in parse_recipe(text, path="r.yaml").problems]


@pytest.mark.parametrize("name", MAKERS)
def test_so_much_is_allowed(name: str) -> None:
    assert told(MAKERS[name](getattr(limits, name))) == []


@pytest.mark.parametrize("name", MAKERS)
def test_one_more_is_refused_with_the_number(name: str) -> None:
    most = getattr(limits, name)
    ((rule, message),) = told(MAKERS[name](most + 1))
    assert rule == "limit"
    assert str(most) in message


def test_the_shortest_pause_between_two_times() -> None:
    text = STOP + "trigger: {schedule: {every: %s}}\n"
    assert told(text % "1s") == []
    ((_, message),) = told(text % "500ms")
    assert "1s" in message


def test_of_many_problems_only_the_first_are_told() -> None:
    found = told(problems(limits.PROBLEMS + 50))
    assert len(found) == limits.PROBLEMS + 1
    assert found[-1][0] == "limit"


def test_a_file_is_refused_before_it_is_read() -> None:
    source, problem = decode(b"x" * (limits.FILE_BYTES + 1), "big.yaml")
    assert problem is not None
    assert problem.message == (
        f"the file has {limits.FILE_BYTES + 1} bytes, and {limits.FILE_BYTES} are allowed"
    )
    assert source == Source("big.yaml", "")


def test_every_bound_has_its_test() -> None:
    elsewhere = {"SHORTEST_EVERY", "PROBLEMS"}
    bounds = {name for name in vars(limits) if name.isupper()}
    assert bounds - set(MAKERS) == elsewhere

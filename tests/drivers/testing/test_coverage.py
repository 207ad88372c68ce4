"""What tests reach of a recipe, and what they do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from drivers.testing.bench import GOES_LIVE, LIVE, bench, play

from beeflow.drivers.testing.coverage import Coverage, coverage_of, percent

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "trigger: {webhook: event.created}\nactions:\n"


def cover(root: Path, recipe: str, *tests: str) -> Coverage:
    text = "recipe: live\ntests:\n" + "".join(
        f"  - name: t{number}\n" + "".join(f"    {line}\n" for line in test.splitlines())
        for number, test in enumerate(tests)
    )
    played = [one.played for one in play(root, text, live=recipe)]
    parsed = bench(root, text, live=recipe).stalls.library.find("live")
    assert parsed is not None
    return coverage_of(parsed, played)


def missed(root: Path, recipe: str, *tests: str) -> list[tuple[int, str]]:
    return [(part.line, part.missing) for part in cover(root, recipe, *tests).missed]


def created(**data: object) -> str:
    inner = ", ".join(f"{key}: {value}" for key, value in data.items())
    return f"event: {{webhook: event.created, data: {{{inner}}}}}\nmocks: {{log.write: null}}\nexpect: {{runs: 1}}"


def test_steps_conditions_triggers_and_match(tmp_path: Path) -> None:
    live = f"{GOES_LIVE}\nexpect: {{calls: [slack.post, polls.create]}}"
    assert missed(tmp_path, LIVE, live) == [
        (1, "`data.status` of `match` always holds"),
        (5, "the conditions always hold"),
    ]
    idle = "event: {webhook: event.updated.status, data: {status: idle}}\nexpect: {runs: 0}"
    found = cover(tmp_path, LIVE, idle)
    assert [part.missing for part in found.missed] == [
        "this trigger starts no run",
        "`data.status` of `match` never holds",
        "the conditions never hold",
        "the conditions always hold",
        "the step `Tell the team` is not reached",
        "the step `Let them arrive` is not reached",
        "the step polls.create is not reached",
    ]
    assert found.count("step") == (0, 3)
    assert found.count("branch") == (0, 3)
    assert found.count("clause") == (1, 2)
    assert percent([found]) == 12.5
    assert percent([]) == 100.0


BRANCHES = f"""\
{HEAD}\
  - if: trigger.data.a == 1
    then:
      - action: log.write
        with: {{message: one}}
  - choose:
      - when: trigger.data.a == 1
        then: [{{set: {{x: 1}}}}]
      - when: trigger.data.a == 2
        then: [{{set: {{x: 2}}}}]
  - name: Guarded
    if: trigger.data.a == 3
    set: {{y: 3}}
  - repeat: {{until: loop.index >= trigger.data.a}}
    max: 5
    do: [{{set: {{z: 1}}}}]
"""


def test_branches(tmp_path: Path) -> None:
    assert missed(tmp_path, BRANCHES, created(a=1)) == [
        (3, "`trigger.data.a == 1` always holds"),
        (8, "`trigger.data.a == 1` always holds"),
        (10, "`trigger.data.a == 2` never holds"),
        (10, "`trigger.data.a == 2` always holds"),
        (11, "the step `set` is not reached"),
        (12, "the step `Guarded` is not reached"),
        (13, "`if` of the step `Guarded` never holds"),
        (15, "`loop.index >= trigger.data.a` always holds"),
    ]
    assert missed(tmp_path, BRANCHES, created(a=1), created(a=2), created(a=3)) == []


def test_each_of_several_triggers(tmp_path: Path) -> None:
    recipe = (
        "trigger:\n  - {webhook: event.created}\n"
        "  - {webhook: event.updated.status, match: {data.status: live}}\n"
        '  - {schedule: "0 9 * * *"}\nactions:\n  - set: {a: 1}\n'
    )
    test = "event: {webhook: event.created}\nexpect: {runs: 1}"
    assert missed(tmp_path, recipe, test) == [
        (3, "this trigger starts no run"),
        (3, "`data.status` of `match` never holds"),
        (3, "`data.status` of `match` always holds"),
        (4, "this trigger starts no run"),
    ]


def test_clauses_of_one_decision(tmp_path: Path) -> None:
    recipe = HEAD.replace(
        "actions:\n",
        "conditions:\n  - trigger.data.a == 1\n  - any: [trigger.data.b == 1, trigger.data.b == 2]\nactions:\n  - set: {x: 1}\n",
    )
    events = "event: {webhook: event.created, data: {a: 1, b: 1}}\nexpect: {runs: 1}"
    assert missed(tmp_path, recipe, events) == [
        (3, "the conditions always hold"),
        (3, "`trigger.data.a == 1` always holds"),
        (4, "`trigger.data.b == 1` always holds"),
        (4, "`trigger.data.b == 2` never holds"),
        (4, "`trigger.data.b == 2` always holds"),
    ]


def test_a_wait_that_may_time_out(tmp_path: Path) -> None:
    recipe = (
        f"{HEAD}  - wait_for: {{webhook: event.updated, timeout: 1h}}\n    on_timeout: continue\n"
    )
    late = "event: {webhook: event.created}\nexpect: {runs: 1}"
    assert missed(tmp_path, recipe, late) == [(3, "the step `wait_for`: no webhook comes in time")]
    came = "events: [{webhook: event.created, data: {event_ref: E1}}, {after: 1m, webhook: event.updated, data: {event_ref: E1}}]\nexpect: {runs: 1}"
    assert missed(tmp_path, recipe, came) == [(3, "the step `wait_for`: it never times out")]
    assert missed(tmp_path, recipe, came, late) == []


def test_handlers_and_loops(tmp_path: Path) -> None:
    recipe = (
        f"{HEAD}  - for_each: trigger.data.list\n    do:\n      - action: slack.post\n"
        "        with: {text: x}\n        on_error: [{set: {a: 1}}]\n"
        "  - parallel: [[{set: {b: 1}}], [{stop: done}]]\n"
        "on_error: [{set: {c: 1}}]\n"
    )
    empty = "event: {webhook: event.created, data: {list: []}}\nexpect: {runs: 1}"
    assert [line for line, _ in missed(tmp_path, recipe, empty)] == [5, 7, 9]
    full = "event: {webhook: event.created, data: {list: [1]}}\nmocks: {slack.post: {error: {status: 400}}}\nexpect: {runs: 1}"
    assert [line for line, _ in missed(tmp_path, recipe, full)] == [9]


def test_a_recipe_that_another_runs_is_reached_by_its_tests(tmp_path: Path) -> None:
    text = (
        "recipe: live\nalso: [child]\ntests:\n"
        "  - {name: it, event: {webhook: event.created}, expect: {runs: 1}}\n"
    )
    recipes = {"live": f"{HEAD}  - run: child\n", "child": "actions:\n  - set: {a: 1}\n"}
    one = bench(tmp_path, text, **recipes)
    parsed = one.stalls.library.find("child")
    assert parsed is not None
    played = [verdict.played for verdict in play(tmp_path, text, **recipes)]
    assert coverage_of(parsed, played).missed == ()
    assert coverage_of(parsed, played).tested
    assert not coverage_of(parsed, []).tested


def test_a_recipe_with_errors_has_no_coverage(tmp_path: Path) -> None:
    parsed = bench(tmp_path, "recipe: live\ntests: []\n", live="actions: 3\n").stalls.library.find(
        "live"
    )
    assert parsed is not None
    with pytest.raises(LookupError):
        coverage_of(parsed, [])

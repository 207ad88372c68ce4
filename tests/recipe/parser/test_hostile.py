"""Recipes that nobody would write on purpose: whatever happens, it is a problem with a place."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.recipe import limits
from beeflow.recipe.document import Source, read_document
from beeflow.recipe.parser import Parsed, parse_recipe

FULL = """
version: 1
id: full
name: All there is
description: Every construct once
labels: [a]
enabled: true
mode: shadow
timezone: Europe/Copenhagen
inputs:
  channel: {type: string, default: "#x", description: d}
  kind: {type: choice, options: [a, 1], default: a}
  wait: {type: duration, default: 5m}
trigger:
  - {webhook: [video.updated, "video.upload.*"], match: {data.status: {in: [live, 1]}}, name: w}
  - {schedule: "0 9 * * mon-fri", timezone: UTC, missed: all, grace: 2h}
  - {schedule: {every: 15m}}
  - {schedule: {at: "2026-12-01 09:00"}}
  - {event_start: "-{{ inputs.wait }}", if_past: now, reconcile: 5m}
  - watch:
      every: 1m
      for_events: {status: live}
      fetch: {stream: {action: events.stream, with: {event_ref: "{{ trigger.data.event_ref }}"}}}
      when: stream.view_data[0].viewers < 50
      for: 5m
  - watch: {every: 1m, fires: each, items: chats, key: item.chat_ref, fetch: {chats: {action: chat.list}}}
  - {run: [failed, unknown], recipe: "*"}
fetch:
  event:
    action: events.get
    with: {event_ref: "{{ trigger.data.event_ref }}"}
    retry: {attempts: 3, delay: 1s, max_delay: 5m}
    timeout: 10s
    pages: all
    on_error: continue
    default: {event_title: none}
conditions:
  - event.event_title == 'x'
  - {all: [a is defined, {any: [true, {not: now}]}]}
concurrency: {group: trigger.data.event_ref, mode: parallel, max: 3}
throttle: {key: trigger.type, once_within: 10m}
debounce: {key: trigger.type, quiet: 30s, max: 5m}
batch: {key: trigger.type, window: 1h, max: 10}
cancel_on: [{webhook: event.deleted, match: {data.x: 1}, any_event: true}]
timeout: 1h
actions:
  - &post
    action: slack.post
    name: post
    if: secrets.A == 'x'
    as: posted
    with: {text: "{{ event.event_title }}", blocks: [1, {a: "{% if now %}x{% endif %}"}]}
    on_error: [{stop: no}]
    on_unknown: retry
    once: trigger.id
  - if: now
    then: [{set: {a: 1}}]
    else: [{set: {a: "{{ 2 }}"}}]
  - choose: [{when: now, then: [{stop: x, outcome: failed}]}]
    else: []
  - for_each: event.items
    as: thing
    parallel: 5
    into: things
    on_error: continue
    do: [{wait: "{{ inputs.wait }}"}]
  - {repeat: {until: loop.index > 3}, every: 1s, max: 5, do: [{wait: 1s}]}
  - {repeat: {times: 3}, do: []}
  - parallel: [[{wait: 1s}], [{wait: {until: now}}]]
  - {wait_for: {webhook: poll.created, match: {data.x: "{{ a }}"}, timeout: 2h, any_event: true}, as: got, on_timeout: continue}
  - state: {set: {k: v}, increment: {n: 1}, delete: [z]}
  - {run: other, with: {x: 1}, as: ran, detach: false}
on_error:
  - {action: log.write, with: {message: "{{ error.message }}"}}
"""

ROOT = read_document(Source("full.yaml", FULL)).root
assert ROOT is not None
PLAIN: Any = ROOT.plain()

VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        3.5,
        10**18,
        "",
        "x",
        "{{ x",
        "{{ x }}",
        "{{ inputs.wait }}",
        "a.b",
        "10m",
        [],
        {},
        [None],
    ]
)


def parse(text: str) -> Parsed:
    parsed = parse_recipe(text, path="full.yaml")
    for problem in parsed.problems:
        assert problem.message
        place = parsed.document.source.place
        assert 0 <= place(problem.span.start) <= place(problem.span.end) <= len(text)
    assert (parsed.recipe is None) == any(one.severity == "error" for one in parsed.problems)
    return parsed


def test_the_recipe_that_is_mutated_is_right() -> None:
    assert parse(FULL).problems == ()


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(value, dict):
        for key, part in value.items():
            found += places(part, (*path, key))
    if isinstance(value, list):
        for at, part in enumerate(value):
            found += places(part, (*path, at))
    return found


def mutate(value: Any, path: tuple[Any, ...], how: str, other: Any) -> Any:
    if not path:
        return other if how == "replace" else value
    owner = value
    for part in path[:-1]:
        owner = owner[part]
    last = path[-1]
    if how == "delete":
        del owner[last]
    elif how == "replace":
        owner[last] = other
    elif how == "rename" and isinstance(owner, dict):
        owner[f"{last}x"] = owner.pop(last)
    elif isinstance(owner, list):
        owner.insert(last, owner[last])
    return value


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(["delete", "replace", "rename", "double"]), VALUES)
def test_no_mutation_of_a_recipe_raises(seed: int, how: str, other: Any) -> None:
    value = copy.deepcopy(PLAIN)
    chosen = random.Random(seed).choice(places(value))
    parse(json.dumps(mutate(value, chosen, how, other), indent=1))


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(FULL)), st.integers(0, 30), st.text(max_size=5))
def test_no_damage_to_the_text_raises(at: int, cut: int, put: str) -> None:
    parse(FULL[:at] + put + FULL[at + cut :])


def test_steps_nested_beyond_the_bound_are_a_problem() -> None:
    step = "{stop: x}"
    for _ in range(limits.NESTING):
        step = f"{{if: now, then: [{step}]}}"
    parsed = parse(f"actions: [{step}]")
    assert [problem.rule for problem in parsed.problems] == ["limit"]


def test_a_bomb_of_steps_ends_at_the_bound() -> None:
    anchors = "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, 5))
    parsed = parse(f"x0: &x0 {{stop: x}}\n{anchors}actions: *x4\n")
    assert parsed.recipe is None


def test_expressions_and_templates_are_bounded() -> None:
    texts = ", ".join(["'{{ now }}'"] * (limits.TEXTS + 2))
    parsed = parse(f"actions: [{{set: {{a: [{texts}]}}}}]")
    (problem,) = parsed.problems
    assert problem.message == (
        f"there are more than {limits.TEXTS} expressions and templates in this recipe"
    )


def test_problems_are_cut_off_and_that_is_said() -> None:
    parsed = parse("".join(f"k{n}: 1\n" for n in range(5000)))
    assert len(parsed.problems) == limits.PROBLEMS + 1
    assert parsed.problems[-1].rule == "limit"
    doubled = parse("a: 1\n" * 5000)
    assert len(doubled.problems) == limits.PROBLEMS + 1


def test_bounds_of_numbers_are_said() -> None:
    for text in (
        f"concurrency: {{max: {limits.CONCURRENT_RUNS + 1}}}\nactions: []",
        f"fetch: {{a: {{action: a.b, pages: {limits.PAGES + 1}}}}}\nactions: []",
    ):
        (problem,) = parse(text).problems
        assert problem.rule == "limit"

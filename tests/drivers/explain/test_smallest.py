from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from drivers.explain.asking import changes, event, explained, looked
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from beeflow.types import Json

CREATED = "trigger: {webhook: event.created}\n"


def found(text: str, /, **data: Json) -> object:
    return changes(explained(text, event("event.created", **data)))


@pytest.mark.parametrize(
    ("expected", "actual", "after"),
    [
        ("live", "idle", "live"),
        ("[live, idle]", "done", "live"),
        ("{in: [1, 2]}", 3, 1),
        ("{prefix: ab}", "x", "ab"),
        ("{suffix: ab}", "x", "ab"),
        ("{contains: ab}", "x", "ab"),
        ("{contains: ab}", ["x"], ["x", "ab"]),
        ("{regex: '^ab$'}", "x", "ab"),
        ("{gt: 5}", 5, 6),
        ("{gte: 5}", 4, 5),
        ("{lt: 5}", 5, 4),
        ("{lte: 5}", 6, 5),
        ("{exists: false}", 1, None),
        ("{not: 1}", 1, None),
    ],
)
def test_each_line_of_a_pattern_says_what_it_takes(
    expected: str, actual: Json, after: Json
) -> None:
    text = f"trigger: {{webhook: event.created, match: {{data.a: {expected}}}}}\n"
    assert found(text, a=actual) == [("data.a", actual, after)]


def test_a_missing_field_is_put_in() -> None:
    text = "trigger: {webhook: event.created, match: {data.a.b: {exists: true}}}\n"
    assert found(text) == [("data.a.b", None, True)]


@pytest.mark.parametrize(
    ("condition", "data", "after"),
    [
        ("trigger.data.a == 'x'", {"a": "y"}, "x"),
        ("trigger.data.a != 'x'", {"a": "x"}, "other"),
        ("trigger.data.a > 5", {"a": 1}, 6),
        ("trigger.data.a < 5", {"a": 9}, 4),
        ("trigger.data.a in ['x', 'y']", {"a": "z"}, "x"),
        ("trigger.data.a not in ['x', 'y']", {"a": "x"}, "other"),
        ("trigger.data.a.startswith('[test]')", {"a": "Launch"}, "[test]"),
        ("not trigger.data.a.startswith('[test]')", {"a": "[test] A"}, "A"),
        ("trigger.data.a is defined", {}, "other"),
        ("trigger.data.a is none", {"a": 1}, None),
        ("trigger.data.a", {"a": False}, True),
        ("not trigger.data.a", {"a": True}, False),
        ("trigger.data.a | length > 1", {"a": []}, ["other", "other"]),
        ("'b' in trigger.data.a", {"a": ["a"]}, ["a", "b"]),
    ],
)
def test_each_clause_says_what_it_takes(condition: str, data: dict[str, Json], after: Json) -> None:
    text = (
        f"{CREATED}conditions:\n- {condition!r}\n"
        if "'" not in condition
        else (f'{CREATED}conditions:\n- "{condition}"\n')
    )
    assert found(text, **data) == [("data.a", data.get("a"), after)]


def test_the_fewest_places_are_changed() -> None:
    text = (
        CREATED + "conditions: [{any: [{all: [trigger.data.a, trigger.data.b]}, trigger.data.c]}]\n"
    )
    assert found(text, a=False, b=False, c=False) == [("data.c", False, True)]


def test_what_stands_together_in_one_clause_is_changed_together() -> None:
    text = CREATED + "conditions: [trigger.data.a > 5 and trigger.data.b == 'x']\n"
    assert found(text, a=1, b="y") == [("data.a", 1, 6), ("data.b", "y", "x")]


def test_type_pattern_conditions_and_reads_may_all_be_in_the_way() -> None:
    text = """
trigger: {webhook: "event.updated.*", match: {data.status: live}}
fetch: {e: {action: events.get, with: {event_ref: "{{ trigger.data.event_ref }}"}}}
conditions: [trigger.data.n == 2]
"""
    told = explained(text, event("poll.created"))
    assert told.smallest is not None
    assert told.smallest.look.verdict == "fires"
    assert changes(told) == [
        ("type", "poll.created", "event.updated.status"),
        ("data.status", None, "live"),
        ("data.event_ref", None, "other"),
        ("data.n", None, 2),
    ]


def test_of_several_triggers_the_nearest_counts() -> None:
    text = (
        "trigger: [{webhook: event.created, match: {data.a: 1, data.b: 1}},"
        " {webhook: event.created, match: {data.c: 1}}]\n"
    )
    assert found(text) == [("data.c", None, 1)]


def test_another_key_goes_through_a_throttle() -> None:
    text = CREATED + "throttle: {key: trigger.data.a, once_within: 1h}\n"
    told = looked(text, event("event.created", a="x"), passes=lambda key: key != "x")
    assert told.verdict == "throttled"


def test_what_no_event_can_fire_has_none() -> None:
    told = explained(
        CREATED + "fetch: {c: {action: client.get}}\nconditions: [1 == 2, c.client_name]\n",
        event("event.created", a=1),
    )
    assert told.smallest is None
    assert told.beyond == ("c.client_name",)


def test_the_event_itself_stays_as_it_was() -> None:
    seen = event("event.created", a={"b": [1]})
    text = "trigger: {webhook: event.created, match: {data.a.c: 1}}\n"
    assert changes(explained(text, seen)) == [("data.a.c", None, 1)]
    assert seen.payload["data"] == {"a": {"b": [1]}}


values = st.sampled_from([0, 1, 2, "x", "y", True, None])


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abc"), values),
    st.dictionaries(st.sampled_from("abc"), values, min_size=1),
)
def test_no_change_is_told_that_would_not_do(
    data: dict[str, Json], wanted: dict[str, Json]
) -> None:
    lines = {f"data.{name}": value for name, value in wanted.items()}
    text = f"trigger: {{webhook: event.created, match: {_yaml(lines)}}}\n"
    told = explained(text, event("event.created", **data))
    differ = [name for name, value in wanted.items() if name not in data or data[name] != value]
    assert (told.fired is True) == (not differ)
    found_ = changes(told)
    assert (
        found_ is None
        if not differ
        else [path for path, _, _ in found_ or []]
        == [f"data.{name}" for name in wanted if name in differ]
    )


def _yaml(lines: dict[str, Json]) -> str:
    return "{" + ", ".join(f"{path}: {json.dumps(value)}" for path, value in lines.items()) + "}"

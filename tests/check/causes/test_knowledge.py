from __future__ import annotations

import pytest

from beeflow.check.causes.knowledge import Knowledge, reads
from beeflow.recipe.model import AllOf, AnyOf, Condition, Expr, Not, Template
from beeflow.recipe.problem import Span
from beeflow.recipe.templates import Unknown

AT = Span("a.yaml", 0, 1)
KNOWN = Knowledge(
    {
        ("trigger", "data", "status"): "done",
        ("trigger", "keys_updated"): ["event_title"],
        ("inputs", "channel"): "#events",
    },
    {"event_status": "done"},
)


def expr(text: str) -> Expr:
    return Expr(text, AT)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("trigger.data.status == 'done'", True),
        ("trigger.data.status != 'done'", False),
        ("trigger.data.status in ['live', 'video']", False),
        ("trigger.data.event_ref == 'a'", None),
        ("trigger.data.event_ref == 'a' and trigger.data.status == 'live'", False),
        ("trigger.data.event_ref == 'a' or trigger.data.status == 'done'", True),
        ("'event_title' in trigger.keys_updated", True),
        ("'event_date' in trigger.keys_updated", False),
        ("trigger.keys_updated[0] == 'event_title'", True),
        ("trigger.keys_updated[5] == 'event_title'", None),
        ("trigger.keys_updated | length == 1 and trigger.keys_updated[0] == 'x'", False),
        ("trigger.data.x is defined", None),
        ("now | weekday == 3", None),
        ("state.get('x', 0) > 2", None),
        ("'a' == 'a'", True),
        ("1 + 'a' == 2", None),
        ("trigger.data.status ==", None),
        ("event.event_status != 'done'", False),
        ("event.event_status == 'done'", None),
        ("event.event_title == 'done'", None),
        ("item.event_status != 'done'", None),
    ],
)
def test_the_verdict_of_an_expression(text: str, verdict: bool | None) -> None:
    assert KNOWN.verdict(expr(text)) is verdict


YES, NO, PERHAPS = expr("true"), expr("false"), expr("x.y")


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        (AllOf((YES, PERHAPS)), None),
        (AllOf((NO, PERHAPS)), False),
        (AllOf((YES, YES)), True),
        (AnyOf((YES, PERHAPS)), True),
        (AnyOf((NO, PERHAPS)), None),
        (AnyOf((NO, NO)), False),
        (Not(YES), False),
        (Not(PERHAPS), None),
        (Not(AllOf((NO, PERHAPS))), True),
    ],
)
def test_the_verdict_of_clauses(condition: Condition, verdict: bool | None) -> None:
    assert KNOWN.verdict(condition) is verdict


def test_the_value_of_what_is_known() -> None:
    assert KNOWN.value("plain") == ("plain",)
    assert KNOWN.value(Template("{{ inputs.channel }}!", AT)) == ("#events!",)
    assert KNOWN.value({"a": [Template("{{ trigger.data.status }}", AT)]}) == ({"a": ["done"]},)
    assert KNOWN.value(Template("{{ inputs.other }}", AT)) is None
    assert KNOWN.value([{"a": Template("x {{ inputs.other }}", AT)}]) is None
    assert KNOWN.value(Template("{{ 1 / 0 }}", AT)) is None
    assert KNOWN.value(Template("{{ 1 +", AT)) is None


def test_more_and_less_may_be_known() -> None:
    path = ("inputs", "channel")
    assert KNOWN.with_paths({path: "#crew"}).find(path) == "#crew"
    assert isinstance(KNOWN.without("inputs").find(path), Unknown)
    assert KNOWN.without("inputs").find(("trigger", "data", "status")) == "done"


def test_the_paths_that_a_condition_reads() -> None:
    condition = AllOf((expr("a.b == 1"), Not(AnyOf((expr("c"), expr("d.e | length"))))))
    assert reads(condition) == {("a", "b"), ("c",), ("d", "e")}
    assert reads(expr("not (")) == frozenset()

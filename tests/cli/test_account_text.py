from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from beeflow.cli.account_json import account_json
from beeflow.cli.account_text import print_account
from beeflow.drivers.account import (
    Account,
    Arm,
    Assigned,
    Assumed,
    Awaited,
    Called,
    Decided,
    Ended,
    Guarded,
    Kept,
    Started,
    Step,
    Waited,
)
from beeflow.engine.commands import Clause
from beeflow.errors import Failure

if TYPE_CHECKING:
    from beeflow.drivers.account import Happening


def account(*steps: Step, mode: str = "live", title: str = "") -> Account:
    return Account("r", title, "r.yaml", mode, "event.created", "the sample", 0.0, {}, steps)


def printed(shown: Account) -> str:
    out = io.StringIO()
    print_account(Console(file=out, highlight=False, markup=False, soft_wrap=True), shown)
    return out.getvalue()


@pytest.mark.parametrize(
    ("what", "lines"),
    [
        (
            Called("polls.create", {"a": "x\ny", "b": [1]}, "guarded", into="poll"),
            ["polls.create: Nm  (looked for first)  as poll", "a: x", "   y", "b: [1]"],
        ),
        (
            Called("a.b", {}, "read", real=True, answer={"k": "v"}),
            ["a.b: Nm  (a read, made)", 'answer: {"k": "v"}'],
        ),
        (
            Called("a.b", {}, "once", failure=Failure("http", "no such thing")),
            ["a.b: Nm  (once)", "fails: no such thing"],
        ),
        (
            Called("a.b", {}, "idempotent", shadow=True),
            ["a.b: Nm  (shadow: would be recorded, and not sent)"],
        ),
        (Waited(90.0), ["wait: Nm  1m30s, until 1970-01-01 00:01:30 UTC"]),
        (Waited(None), ["wait: Nm  for as long as is known after apply"]),
        (
            Awaited(("a.b", "c.d"), {"data.x": 1}, "E1", 60.0, "fail"),
            [
                "wait_for: Nm  a.b or c.d, until 1970-01-01 00:01:00 UTC at the latest",
                "data.x: 1",
                "of the event E1",
                "if none comes: the step fails",
            ],
        ),
        (
            Awaited(("a.b",), {}, None, 60.0, "continue"),
            [
                "wait_for: Nm  a.b, until 1970-01-01 00:01:00 UTC at the latest",
                "if none comes: the run goes on, `timed_out` is true",
            ],
        ),
        (Assigned({"a": True}), ["set: Nm", "a: true"]),
        (Kept({"a": 1}, {"n": 2}, ("z",)), ["state: Nm", "a: 1", "n: + 2", "z: deleted"]),
        (Guarded("once", "k"), ["once  only if k was never done"]),
        (
            Guarded("throttle", "k", 60.0),
            ["throttle  only if there was none for k within 1m"],
        ),
        (Guarded("throttle", "", 60.0), ["throttle  only if there was none within 1m"]),
        (
            Started("other", {"a": 1}, detach=False),
            ["run: Nm  other, and wait for its end", "a: 1"],
        ),
        (Started("other", {}, detach=True), ["run: Nm  other, without waiting for it"]),
        (Ended("succeeded", "enough"), ["ends  succeeded: enough"]),
        (
            Ended("failed", "", Failure("template", "bad"), "a + b", (("a", 1),)),
            ["ends  failed", "bad", "a = 1"],
        ),
        (
            Assumed("p", True, (Clause("a", None), Clause("b", None))),
            ["otherwise  if `a and b` holds (line 7)"],
        ),
        (
            Decided("if", "unknown", (Clause("a.b", None, (("a.b", "later"), ("c", 1))),)),
            ["if: Nm  known after apply", "both ways are shown", "a.b  known after apply",
             "a.b = later", "c = 1"],
        ),
        (
            Decided("conditions", False, (Clause("a", False), Clause("b", None))),
            ["conditions: Nm  does not hold", "a  does not hold", "b  not looked at"],
        ),
    ],
)  # fmt: skip
def test_everything_that_may_happen_is_told(what: Happening, lines: list[str]) -> None:
    text = printed(account(Step("p", what, 0.0, "Nm", "r.yaml", 7)))
    told = [line.strip() for line in text.splitlines()[3:] if line.strip()]
    assert told[0].startswith("1  line 7")
    assert told[0].removeprefix("1  line 7").strip() == lines[0]
    assert told[1:] == [line.strip() for line in lines[1:]]


def test_arms_have_headings_and_their_steps_are_set_in() -> None:
    then, other = Arm("actions/0", "then"), Arm("actions/0", "else")
    text = printed(
        account(
            Step("a", Assigned({}), 0.0, arms=(then,)),
            Step("b", Assigned({}), 0.0, arms=(then,)),
            Step("c", Assigned({}), 0.0, arms=(other, Arm("x", "turn 1"))),
            Step("d", Assigned({}), 0.0),
        )
    )
    assert text.splitlines()[4:] == [
        "         then:",
        "  1             set",
        "  2             set",
        "         else:",
        "           turn 1:",
        "  3               set",
        "  4           set",
    ]


def test_the_heading_says_what_is_told() -> None:
    assert printed(account(title="My title", mode="shadow")).splitlines() == [
        "r: My title  r.yaml",
        "a shadow recipe: its writes are only recorded",
        "event.created: the sample",
        "at 1970-01-01 00:00:00 UTC",
        "",
    ]


def test_nothing_in_a_recipe_can_steer_the_terminal() -> None:
    text = printed(account(Step("p", Assigned({"a": "\x1b[2J"}), 0.0, "\x1b]0;x\x07")))
    assert "\x1b" not in text
    assert "\x07" not in text


def test_as_data_instants_are_text_and_tuples_are_lists() -> None:
    told = account_json(account(Step("p", Awaited(("a",), {}, None, 60.0, "fail"), 0.0)))
    assert told["at"] == "1970-01-01T00:00:00.000Z"
    assert told["steps"] == [
        {
            "number": 1,
            "kind": "awaited",
            "path": "p",
            "name": None,
            "file": None,
            "line": None,
            "at": "1970-01-01T00:00:00.000Z",
            "arms": [],
            "types": ["a"],
            "match": {},
            "event_ref": None,
            "until": "1970-01-01T00:01:00.000Z",
            "on_timeout": "fail",
            "after": 0.0,
        }
    ]


def test_what_cannot_be_taken_back_stands_out() -> None:
    told = printed(account(Step("a", Called("slack.post", {}, "once", irreversible=True), 0.0)))
    assert "slack.post  (once)  cannot be taken back" in told


def test_what_a_write_gives_is_named_with_its_kind() -> None:
    gives = tuple((f"field{at}", "a text") for at in range(8))
    called = Called("polls.create", {}, "guarded", into="poll", gives=gives)
    told = printed(account(Step("a", called, 0.0)))
    assert "known after apply: field0 (a text), field1 (a text)" in told
    assert told.count("(a text)") == 6
    assert ", …" in told


def test_a_later_time_is_told_once_from_the_start() -> None:
    steps = [Step(str(at), Assigned({}), at) for at in (0.0, 600.0, 600.0, 0.0)]
    told = printed(account(*steps)).splitlines()
    assert [line.strip() for line in told if "at 1970" in line][1:] == [
        "10m later, at 1970-01-01 00:10:00 UTC",
        "at 1970-01-01 00:00:00 UTC",
    ]
    listed = account_json(account(*steps))["steps"]
    assert isinstance(listed, list)
    assert [one["after"] for one in listed if isinstance(one, dict)] == [0.0, 600.0, 600.0, 0.0]

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from beeflow.cli.run_text import decision_name, fault_text, print_run, step_text, steps_text


def step(kind: str, **more: Any) -> dict[str, Any]:
    blank = {
        "path": "actions/0",
        "kind": kind,
        "status": "done",
        "started_at": "2026-01-01T10:20:30.456Z",
        "ended_at": None,
        "seconds": None,
        "until": None,
        "input": None,
        "output": None,
        "error": None,
    }
    return {**blank, **more}


def told(row: dict[str, Any]) -> str:
    return "\n".join(line.plain.strip() for line in step_text(row))


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (
            step("call", seconds=0.25, input={"action": "a.b", "args": {"x": 1}}, output=[2]),
            "10:20:30.456  a.b  0.250 s\nx: 1\n→ [2]",
        ),
        (
            step("call", status="open", input={"action": "a.b", "args": {}}),
            "10:20:30.456  a.b  under way",
        ),
        (
            step("would", seconds=0.0, input={"action": "a.b", "args": {}}, output="s"),
            "10:20:30.456  would call a.b  0.000 s\n→ s",
        ),
        (
            step("wait", status="open", until="2026-01-02"),
            "10:20:30.456  wait until 2026-01-02",
        ),
        (
            step("wait_for", input={"webhook": ["a", "b"], "match": {}}),
            "10:20:30.456  wait_for a or b, over",
        ),
        (step("set", input={"a": "b"}), "10:20:30.456  set\na: b"),
        (step("claim", input={"key": "k"}, output=True), "10:20:30.456  once  k: not done before"),
        (
            step("claim", input={"key": "k"}, output=False),
            "10:20:30.456  once  k: done before: passed over",
        ),
        (step("keep", input={"set": {"a": 1}}), '10:20:30.456  keep  {"set": {"a": 1}}'),
        (step("expired", status="failed"), "10:20:30.456  expired"),
        (
            step(
                "call",
                status="failed",
                seconds=1.0,
                input={"action": "a.b", "args": {}},
                error={"message": "no\nway", "retry_after": 90.0},
            ),
            "10:20:30.456  a.b  1.000 s\nfailed: no way (not before 1m30s)",
        ),
        (
            step(
                "decide",
                path="conditions",
                input={
                    "value": False,
                    "clauses": [
                        {"text": "a > 1", "value": False, "operands": [["a", 0]]},
                        {"text": "b", "value": None, "operands": []},
                    ],
                },
            ),
            "10:20:30.456  conditions  false\na > 1  does not hold\na = 0\nb  not looked at",
        ),
    ],
)
def test_each_kind_of_step_is_told(row: dict[str, Any], text: str) -> None:
    assert told(row) == text


def test_what_only_serves_the_replay_is_left_out() -> None:
    rows = [step("now"), step("state"), step("release"), step("look"), step("set", input={})]
    assert len(list(steps_text(rows))) == 1


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("conditions", "conditions"),
        ("actions/2/guard", "if"),
        ("actions/2/if", "if"),
        ("actions/2/choose/1", "choose"),
        ("actions/2/until#3", "until"),
    ],
)
def test_decisions_have_names(path: str, name: str) -> None:
    assert decision_name(path) == name


def test_a_run_is_headed_by_what_matters() -> None:
    out = io.StringIO()
    event = {"id": "e-1", "type": "a.b", "source": "main", "received_at": "2026"}
    run: dict[str, Any] = {
        "id": "r-1",
        "recipe": "x",
        "outcome": None,
        "status": "waiting",
        "created_at": "2026-01-01",
        "ended_at": None,
        "wake_at": "2026-01-02",
        "reason": "",
        "attempt": 2,
        "inputs": {},
        "events": [event],
        "steps": [],
        "open": [],
        "ending": None,
    }
    print_run(Console(file=out, soft_wrap=True), run)
    assert out.getvalue().splitlines() == [
        "r-1  x  waiting",
        "  created   2026-01-01",
        "  wakes     2026-01-02",
        "  attempt   2",
        "  event     e-1  a.b  from main, 2026",
        "",
    ]


def test_a_failure_is_told_with_its_place_and_values() -> None:
    fault = {
        "file": "recipes/x.yaml",
        "line": 3,
        "path": "actions/0",
        "step": "Compute",
        "operands": [["trigger.data.a", "(undefined)"]],
    }
    assert [line.plain for line in fault_text({"fault": fault})] == [
        "failed in step Compute, recipes/x.yaml:3",
        "  trigger.data.a = (undefined)",
    ]
    bare = {**fault, "file": None, "line": None, "step": "", "operands": []}
    assert [line.plain for line in fault_text({"fault": bare})] == ["failed in actions/0"]
    assert not list(fault_text({"fault": {**bare, "path": ""}}))
    assert not list(fault_text({"fault": None}))

"""Mistakes in test files: each is a finding with its place and the mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from drivers.testing.bench import GOES_LIVE, bench

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.recipe.problem import Problem

EXPECT = "expect: {runs: 1}"


def problems(root: Path, text: str, **recipes: str) -> tuple[Problem, ...]:
    return bench(root, text, **recipes).suite.problems


def of_test(root: Path, *lines: str) -> tuple[Problem, ...]:
    body = "".join(f"    {line}\n" for part in lines for line in part.splitlines())
    return problems(root, f"recipe: live\ntests:\n  - name: it\n{body}")


@pytest.mark.parametrize(
    ("text", "rule", "message"),
    [
        ("", "wrong-type", "this is empty"),
        ("[]", "wrong-type", "this is a list"),
        ("tests: []\n", "missing-key", "a test file needs `recipe`"),
        ("recipe: live\n", "missing-key", "a test file needs `tests`"),
        ("recipe: live\ntests: []\n", "bad-value", "there are no tests"),
        ("recipe: live\ntests: {}\n", "wrong-type", "`tests` must be a list"),
        ("recipe: live\ntests: [x]\n", "wrong-type", "must be a mapping"),
        ("recipe: {}\ntests: []\n", "wrong-type", "`recipe` must be text"),
        ("recipe: liv\ntests: []\n", "unknown-recipe", "there is no recipe `liv`"),
        ("recipe: live\nalso: [x]\ntests: []\n", "unknown-recipe", "there is no recipe `x`"),
        ("recipe: live\ntest: []\n", "unknown-key", "a test file has no key `test`"),
        ("recipe: live\nrecipe: live\n", "duplicate-key", "`recipe`"),
        ("recipe: live\ntests: []\ndefaults: {mock: {}}\n", "unknown-key", "no key `mock`"),
        ("a: [\n", "yaml-syntax", ""),
    ],
)
def test_a_file(tmp_path: Path, text: str, rule: str, message: str) -> None:
    found = problems(tmp_path, text)
    assert any(one.rule == rule and message in one.message for one in found), found


@pytest.mark.parametrize(
    ("lines", "rule", "message", "help_"),
    [
        (EXPECT, "missing-key", "nothing happens in this test", "add event"),
        (GOES_LIVE, "missing-key", "a test needs `expect`", "add `expect`"),
        (f"{GOES_LIVE}\nexpect: {{}}", "missing-key", "expects nothing", "runs"),
        (f"{GOES_LIVE}\nevents: []\n{EXPECT}", "conflicting-keys", "exclude each other", "leave"),
        (f"events: []\n{EXPECT}", "bad-value", "the list is empty", "add"),
        (f"event: x\n{EXPECT}", "wrong-type", "must be an entry", "webhook"),
        (f"event: {{}}\n{EXPECT}", "missing-key", "does not say what happens", "webhook"),
        (f"event: {{webhok: event.created}}\n{EXPECT}", "unknown-key", "`webhok`", "`webhook`"),
        (f"event: {{webhook: event.created, down: 3h}}\n{EXPECT}", "conflicting-keys", "one thing", "two"),
        (f"event: {{webhook: event.creatd}}\n{EXPECT}", "unknown-webhook-type", "`event.creatd`", "`event.created`"),
        (f"event: {{webhook: zzz}}\n{EXPECT}", "unknown-webhook-type", "`zzz`", "the types are"),
        (f"event: {{webhook: event.created, dat: {{}}}}\n{EXPECT}", "unknown-key", "`dat`", "`data`"),
        (f"event: {{webhook: event.created, data: 3}}\n{EXPECT}", "wrong-type", "`data` must be", "status"),
        (f"event: {{webhook: event.created, id: 3}}\n{EXPECT}", "wrong-type", "`id` must be text", '"3"'),
        (f"event: {{webhook: event.created, timestamp: x}}\n{EXPECT}", "wrong-type", "whole number", "0"),
        (f"event: {{after: 5}}\n{EXPECT}", "bad-duration", "must be a duration", "5s"),
        (f"event: {{after: -5m}}\n{EXPECT}", "bad-duration", "cannot be negative", "minus"),
        (f"event: {{down: soon}}\n{EXPECT}", "bad-duration", "not a duration", "write"),
        (f"event: {{reload: nowhere}}\n{EXPECT}", "missing-folder", "no folder `nowhere`", "looked"),
        (f"event: {{manual: [x]}}\n{EXPECT}", "wrong-type", "mapping of inputs", "channel"),
        (f"event: {{manual: {{x: 1}}}}\n{EXPECT}", "unknown-input", "no input `x`", "no inputs"),
        (f"{GOES_LIVE}\ninputs: {{x: 1}}\n{EXPECT}", "unknown-input", "no input `x`", "no inputs"),
        (f"{GOES_LIVE}\nnow: soon\n{EXPECT}", "bad-time", "not a time", "write"),
        (f"{GOES_LIVE}\nnow: 2026-01-01 09:00\n{EXPECT}", "bad-time", "needs an offset", "+01:00"),
        (f"{GOES_LIVE}\nsecrets: {{A: x}}\n{EXPECT}", "bad-value", "not masked", "longer"),
        (f"{GOES_LIVE}\nsecrets: [A]\n{EXPECT}", "wrong-type", "mapping of names", "SLACK_URL"),
        (f"{GOES_LIVE}\nstate: 3\n{EXPECT}", "wrong-type", "mapping of kept values", ""),
        (f"{GOES_LIVE}\nmocks: {{events.gt: {{}}}}\n{EXPECT}", "unknown-action", "`events.gt`", "`events.get`"),
        (f"{GOES_LIVE}\nmocks: {{events.zzzzzzzz: {{}}}}\n{EXPECT}", "unknown-action", "zzz", "events.create"),
        (f"{GOES_LIVE}\nmocks: {{events.get: {{event_titel: x}}}}\n{EXPECT}", "unknown-field", "`event_titel`", "`event_title`"),
        (f"{GOES_LIVE}\nmocks: {{events.get: {{event_title: 3}}}}\n{EXPECT}", "bad-mock", "a text", ""),
        (f"{GOES_LIVE}\nmocks: {{events.list: {{event_title: x}}}}\n{EXPECT}", "bad-mock", "a list", "[[{…}]]"),
        (f"{GOES_LIVE}\nmocks: {{events.get: [[{{}}]]}}\n{EXPECT}", "bad-mock", "a mapping", "{…}"),
        (f"{GOES_LIVE}\nmocks: {{events.get: {{data: {{}}}}}}\n{EXPECT}", "unknown-field", "`data`", "wrapping"),
        (f"{GOES_LIVE}\nmocks: {{events.get: {{error: 503}}}}\n{EXPECT}", "wrong-type", "503", "status"),
        (f"{GOES_LIVE}\nmocks: {{events.get: {{error: {{status: 503, headers: [a]}}}}}}\n{EXPECT}", "wrong-type", "names to values", "Retry-After"),
        (f"{GOES_LIVE}\nexpect: {{calls: [slack.post: {{at: 1m}}]}}", "unknown-parameter", "`at`", "beside the action"),
        (f"event: {{reload: /etc}}\n{EXPECT}", "bad-value", "not relative", "_next"),
        (f"event: {{reload: 3}}\n{EXPECT}", "wrong-type", "must be text", '"3"'),
        (f"event: {{webhook: [event.created]}}\n{EXPECT}", "wrong-type", "must be text", "one type"),
        (f"event: {{nothing: 1}}\n{EXPECT}", "missing-key", "does not say what happens", "webhook"),
        (f"{GOES_LIVE}\nexpect: 3", "wrong-type", "`expect` must be a mapping", "runs"),
        (f"{GOES_LIVE}\nexpect: {{error: http}}", "wrong-type", "`error` must be a mapping", "step"),
        (f"{GOES_LIVE}\nexpect: {{error: {{step: }}}}", "wrong-type", "`step` must be text", ""),
        (f"{GOES_LIVE}\nexpect: {{calls: [{{slack.pst: {{}}}}]}}", "unknown-action", "slack.pst", "slack.post"),
        (f"{GOES_LIVE}\nexpect: {{calls: [{{http.request: {{json: {{a: [{{gt: x}}]}}}}}}]}}", "pattern", "gt takes a number", ""),
        (f"event: {{after: [1]}}\n{EXPECT}", "wrong-type", "must be a duration", "30s"),
        (f"event: {{manual: {{}}}}\nnow: 3\n{EXPECT}", "wrong-type", "`now` must be text", '"3"'),
        (f"{GOES_LIVE}\nmocks: {{events.list: []}}\n{EXPECT}", "bad-value", "has none", "[[]]"),
        (f"{GOES_LIVE}\nmocks: {{events.get: {{error: {{}}}}}}\n{EXPECT}", "conflicting-keys", "either", "503"),
        (f"{GOES_LIVE}\nmocks: {{events.get: {{error: {{status: 200}}}}}}\n{EXPECT}", "bad-value", "200", ""),
        (f"{GOES_LIVE}\nmocks: {{events.get: {{error: {{kind: time}}}}}}\n{EXPECT}", "bad-value", "time", "timeout"),
        (f"{GOES_LIVE}\nmocks: {{events.get: {{error: {{stat: 500}}}}}}\n{EXPECT}", "unknown-key", "stat", "status"),
        (f"{GOES_LIVE}\nmocks: {{events.get: {{when: {{with: {{ref: a}}}}, answer: {{}}}}}}\n{EXPECT}", "unknown-parameter", "`ref`", "event_ref"),
        (f"{GOES_LIVE}\nmocks: {{events.get: {{when: {{with: {{}}}}}}}}\n{EXPECT}", "missing-key", "answer", "add"),
        (f"{GOES_LIVE}\nmocks: [events.get]\n{EXPECT}", "wrong-type", "mapping of actions", "events.get"),
        (f"{GOES_LIVE}\nexpect: {{outcome: fine}}", "bad-value", "fine", "succeeded"),
        (f"{GOES_LIVE}\nexpect: {{outcome: skipped}}", "bad-value", "not counted", "runs: 0"),
        (f"{GOES_LIVE}\nexpect: {{outcome: [succeeded, bad]}}", "bad-value", "bad", "allowed"),
        (f"{GOES_LIVE}\nexpect: {{runs: many}}", "wrong-type", "whole number", "0"),
        (f"{GOES_LIVE}\nexpect: {{runs: -1}}", "bad-value", "-1", ""),
        (f"{GOES_LIVE}\nexpect: {{error: {{kind: htp}}}}", "bad-value", "htp", "http"),
        (f"{GOES_LIVE}\nexpect: {{error: {{stap: x}}}}", "unknown-key", "stap", "step"),
        (f"{GOES_LIVE}\nexpect: {{calls: slack.post}}", "wrong-type", "list of calls", "slack.post"),
        (f"{GOES_LIVE}\nexpect: {{calls: [slack.pst]}}", "unknown-action", "slack.pst", "slack.post"),
        (f"{GOES_LIVE}\nexpect: {{calls: [events.get]}}", "bad-value", "reads", "mocks"),
        (f"{GOES_LIVE}\nexpect: {{calls: [3]}}", "wrong-type", "name of an action", "slack.post"),
        (f"{GOES_LIVE}\nexpect: {{calls: [{{}}]}}", "conflicting-keys", "here are 0", "slack.post"),
        (f"{GOES_LIVE}\nexpect: {{calls: [{{slack.post: 3}}]}}", "wrong-type", "mapping of arguments", ""),
        (f"{GOES_LIVE}\nexpect: {{calls: [{{slack.post: {{txt: a}}}}]}}", "unknown-parameter", "txt", "text"),
        (f"{GOES_LIVE}\nexpect: {{calls: [{{slack.post: {{text: {{gt: a}}}}}}]}}", "pattern", "gt takes a number", ""),
        (f"{GOES_LIVE}\nexpect: {{calls: [{{slack.post: {{text: {{prefx: a}}}}}}]}}", "pattern", "prefx", "prefix"),
        (f"{GOES_LIVE}\nexpect: {{calls: [{{slack.post: {{}}, at: 3}}]}}", "bad-duration", "at", "3s"),
        (f"{GOES_LIVE}\ncalls: []\n{EXPECT}", "unknown-key", "calls", "below `expect`"),
    ],
)  # fmt: skip
def test_a_test(tmp_path: Path, lines: str, rule: str, message: str, help_: str) -> None:
    found = of_test(tmp_path, lines)
    right = [one for one in found if one.rule == rule and message in one.message]
    assert right, [(one.rule, one.message) for one in found]
    assert help_ in (right[0].help or "")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("{statuss: live}", "has no field `statuss`"),
        ("{status: liv}", "one of idle, live"),
        ("{status: [live]}", "a text"),
    ],
)
def test_what_a_webhook_is_not_documented_to_have(tmp_path: Path, data: str, message: str) -> None:
    (found,) = of_test(tmp_path, f"event: {{webhook: event.updated.status, data: {data}}}", EXPECT)
    assert (found.rule, found.severity) == ("undocumented-data", "warning")
    assert message in found.message


def test_what_is_free_or_left_out_is_no_surprise(tmp_path: Path) -> None:
    data = "{signup_data: {shoe_size: 43, email: {exists: false}}, signup_ref: {exists: false}}"
    assert of_test(tmp_path, f"event: {{webhook: signup.created, data: {data}}}", EXPECT) == ()


@pytest.mark.parametrize("indent", [12, 16])
def test_a_call_without_its_colon_is_told_once_where_it_stands(tmp_path: Path, indent: int) -> None:
    calls = (
        f"expect:\n  calls:\n    - slack.post\n{' ' * (indent - 4 - 2)}at: 10m\n    - polls.create"
    )
    one = bench(
        tmp_path,
        f"recipe: live\ntests:\n  - name: it\n    {GOES_LIVE}\n"
        + "".join(f"    {line}\n" for line in calls.splitlines()),
    )
    (found,) = one.suite.problems
    assert (found.rule, found.help) == ("yaml-syntax", "write - slack.post:")
    source = one.sources[found.span.file]
    assert source.position(found.span.start) == (7, 11)
    assert source.line(7) == "        - slack.post"


def test_what_follows_from_a_line_that_cannot_be_read_is_not_told(tmp_path: Path) -> None:
    text = f"recipe: live\ntests:\n  - name: {{{{ it }}}}\n    {GOES_LIVE}\n    {EXPECT}\n"
    (found,) = problems(tmp_path, text)
    assert (found.rule, found.help) == ("yaml-syntax", 'write - name: "{{ it }}"')


def test_two_tests_of_one_name(tmp_path: Path) -> None:
    test = f"  - {{name: it, {GOES_LIVE}, {EXPECT}}}\n"
    (found,) = problems(tmp_path, f"recipe: live\ntests:\n{test}{test}")
    assert found.rule == "duplicate-name"
    assert found.notes


def test_a_recipe_that_does_not_validate_is_not_tested(tmp_path: Path) -> None:
    test = f"recipe: live\ntests:\n  - {{name: it, {GOES_LIVE}, {EXPECT}}}\n"
    found = problems(tmp_path, test, live="actions:\n  - action: slack.pst\n")
    assert [one.rule for one in found] == ["broken-recipe", "unknown-action"]
    assert found[1].span.file.endswith("live.yaml")


def test_an_input_of_the_wrong_type(tmp_path: Path) -> None:
    recipe = "inputs: {n: {type: integer, default: 1}}\nactions:\n  - wait: 1s\n"
    test = "recipe: live\ntests:\n  - {name: it, event: {manual: {n: x}}, expect: {runs: 1}}\n"
    (found,) = problems(tmp_path, test, live=recipe)
    assert (found.rule, found.message) == (
        "bad-input",
        "the input `n`: it takes a whole number, such as 3, and this is `x`",
    )

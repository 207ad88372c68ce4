"""What a failing test says, and where it points."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from drivers.testing.bench import GOES_LIVE, LIVE, only, shown, told

from beeflow.drivers.testing import playing

if TYPE_CHECKING:
    import pytest

CHANGED = """\
recipe: live
tests:
  - name: it
    event: {webhook: event.updated.status, data: {status: live, event_ref: E1}}
    mocks: {events.get: {event_title: Launch}}
    expect:
      calls:
        - slack.post: {text: "*Launch* is live"}
        - events.set_status: {status: done}
        - polls.create: {options: [Great, Good, Bad], question: OK?, event_ref: E2}
          at: 10m
        - email.send
"""


def test_calls_stand_side_by_side_with_their_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    recipe = LIVE.replace("10m", "5m") + "  - action: log.write\n    with: {message: more}\n"
    assert (
        shown(Path(), CHANGED, live=recipe)
        == """\
  x.test.yaml:8:9: the calls differ: 1 different, 2 missing, 1 not expected
       expected (x.test.yaml)                              made (live.yaml)
   1   :8 slack.post                                       :8 slack.post "Tell the team"  at 0s
   2 - :9 events.set_status                                (not made)
         status: done
   3 \u2260 :10 polls.create  at 10m                            :13 polls.create  at 5m
         at: 10m (:11)                                     5m earlier than expected: 5m after the start, not 10m
                                                             the wait before it is at live.yaml:11 "Let them arrive"
         options: ["Great", "Good", "Bad"] (:10)           options: ["Great", "Bad"]
         event_ref: E2 (:10)                               event_ref: E1
   4 - :12 email.send                                      (not made)
   5 + (nothing)                                           :16 log.write  at 5m
                                                             message: more
  live.yaml:16: the run failed: step `actions/3`: `log.write` writes, and the test neither mocks nor expects it"""
    )


def test_long_values_stand_one_above_the_other(tmp_path: Path) -> None:
    text = (
        f"recipe: live\ntests:\n  - name: it\n    {GOES_LIVE}\n"
        "    mocks: {events.get: {event_title: A rather long title for an event}}\n"
        '    expect: {calls: [slack.post: {text: "*A rather long title for a event* is live"}, polls.create]}\n'
    )
    said = shown(tmp_path, text)
    assert "expected  *A rather long title for a event* is live" in said
    assert "made      *A rather long title for an event* is live" in said
    column = said.splitlines()[-2].index("^")
    assert said.splitlines()[-3][column] == "n"


def test_the_reason_when_nothing_fired(tmp_path: Path) -> None:
    text = (
        "recipe: live\ntests:\n"
        "  - name: a\n    event: {webhook: event.updated.status, data: {status: idle}}\n"
        "    expect: {runs: 1, outcome: succeeded}\n"
        f"  - name: b\n    {GOES_LIVE}\n    mocks: {{events.get: {{event_title: '[test] x'}}}}\n"
        "    expect: {runs: 1}\n"
    )
    said = shown(tmp_path, text)
    assert "x.test.yaml:5:20: no run, and 1 expected" in said
    assert "there was no run; expected: succeeded" in said
    assert 'live.yaml:1: nothing came of it: `data.status: "live"` did not hold' in said
    assert "      data.status: idle" in said
    assert "live.yaml:5: nothing came of it: `not event.event_title.startswith('[test]')`" in said
    assert "      event.event_title: [test] x" in said


def test_why_a_run_failed(tmp_path: Path) -> None:
    recipe = LIVE.replace(
        "event.event_title }}", "event.event_title }} {{ secrets.WORD }} {{ 1 / 0 }}"
    )
    text = f"recipe: live\ntests:\n  - name: it\n    {GOES_LIVE}\n    secrets: {{WORD: swordfish}}\n    expect: {{outcome: succeeded}}\n"
    said = shown(tmp_path, text, live=recipe)
    assert "live.yaml:10: the run failed: step `Tell the team`:" in said
    assert "secrets.WORD: ***" in said
    assert "swordfish" not in said


def test_because_of_what(tmp_path: Path) -> None:
    idle = "event: {webhook: event.updated.status, data: {status: idle}}\n"
    assert told(only(tmp_path, f"{idle}expect: {{because: data.status}}")) == []
    assert told(only(tmp_path, f"{idle}expect: {{because: title}}")) == [
        'nothing came of it because `data.status: "live"` did not hold; expected: `title`'
    ]
    verdict = only(
        tmp_path, f"{GOES_LIVE}\nexpect: {{because: title, calls: [slack.post, polls.create]}}"
    )
    assert told(verdict) == [
        "no start was held back, and one that is because of `title` was expected"
    ]


def test_because_of_the_clause_that_the_decision_hung_on(tmp_path: Path) -> None:
    recipe = (
        "trigger: {webhook: event.created}\nconditions:\n"
        "  - any: [trigger.data.a == 1, trigger.data.a == 2]\n"
        "  - not: {all: [trigger.data.b == 1, trigger.data.c == 1]}\n"
        "actions:\n  - action: log.write\n    with: {message: x}\n"
    )
    event = "event: {webhook: event.created, data: {a: 2, b: 1, c: 1}}\n"
    assert told(only(tmp_path, f"{event}expect: {{runs: 0, because: data.b}}", recipe)) == []
    none = "event: {webhook: event.created, data: {a: 3, b: 2, c: 1}}\n"
    assert told(only(tmp_path, f"{none}expect: {{runs: 0, because: a == 1}}", recipe)) == []


def test_the_nearest_of_several_triggers_tells_why(tmp_path: Path) -> None:
    recipe = (
        "trigger:\n  - {webhook: event.created}\n"
        "  - {webhook: event.updated.status, match: {data.status: live}}\n"
        "actions:\n  - set: {a: 1}\n"
    )
    text = (
        "recipe: live\ntests:\n  - name: a\n"
        "    event: {webhook: event.updated.status, data: {status: idle}}\n    expect: {runs: 1}\n"
    )
    assert "live.yaml:3: nothing came of it: `data.status" in shown(tmp_path, text, live=recipe)


def test_because_of_a_policy(tmp_path: Path) -> None:
    recipe = (
        "trigger: {webhook: event.created}\nthrottle: {once_within: 1h}\n"
        "actions:\n  - action: log.write\n    with: {message: x}\n"
    )
    events = "events: [{webhook: event.created}, {after: 1m, webhook: event.created}]\n"
    verdict = only(
        tmp_path, f"{events}expect: {{runs: 1, because: throttle, calls: [log.write]}}", recipe
    )
    assert told(verdict) == []


def test_another_type_is_no_reason_where_the_recipe_waits_for_it(tmp_path: Path) -> None:
    recipe = (
        LIVE + "  - wait_for: {webhook: event.updated, timeout: 1h}\n    on_timeout: continue\n"
    )
    assert (
        only(tmp_path, "event: {webhook: event.updated}\nexpect: {runs: 0}", recipe).reasons == ()
    )


def test_what_a_trigger_refuses_is_a_reason_though_the_recipe_waits_for_its_type(
    tmp_path: Path,
) -> None:
    waits = "{webhook: event.updated.status, match: {data.status: done}, timeout: 1h}"
    recipe = f"{LIVE}  - wait_for: {waits}\n    on_timeout: continue\n"
    test = "event: {webhook: event.updated.status, data: {status: idle}}\nexpect: {runs: 0, because: data.status}"
    assert told(only(tmp_path, test, recipe)) == []


def test_another_type_is_no_reason_where_it_cancels(tmp_path: Path) -> None:
    verdict = only(tmp_path, "event: {webhook: event.deleted}\nexpect: {runs: 0}")
    assert verdict.reasons == ()
    verdict = only(tmp_path, "event: {webhook: event.created}\nexpect: {runs: 0, because: webhook}")
    assert told(verdict) == []


def test_outcomes_in_order(tmp_path: Path) -> None:
    events = "events: [{webhook: event.updated.status, data: {status: live, event_ref: E1}}, {after: 1m, webhook: event.updated.status, data: {status: live, event_ref: E2}}]\n"
    mocks = "mocks: {slack.post: [{error: {status: 400}}, {ok: true}], polls.create: {}}\n"
    right = f"{events}{mocks}expect: {{outcome: [failed, succeeded]}}"
    assert told(only(tmp_path, right)) == []
    wrong = f"{events}{mocks}expect: {{outcome: succeeded}}"
    assert told(only(tmp_path, wrong)) == [
        "ended failed, succeeded; expected: succeeded, each of them"
    ]
    none = "event: {webhook: event.created}\nexpect: {outcome: []}"
    assert told(only(tmp_path, none)) == []


def test_an_error_by_step_kind_and_message(tmp_path: Path) -> None:
    mocks = "mocks: {slack.post: {error: {status: 404}}}\n"
    error = "{step: Tell the team, kind: http, message: Not Found}"
    assert told(only(tmp_path, f"{GOES_LIVE}\n{mocks}expect: {{error: {error}}}")) == []
    assert told(only(tmp_path, f"{GOES_LIVE}\n{mocks}expect: {{error: {{kind: limit}}}}")) == [
        "the error is kind: http; expected: kind: limit"
    ]
    calm = f"{GOES_LIVE}\nexpect: {{error: {{kind: http}}, calls: [slack.post, polls.create]}}"
    assert told(only(tmp_path, calm)) == ["no run failed, and an error was expected"]


def test_what_the_engine_says_is_told(tmp_path: Path) -> None:
    recipe = (
        "trigger:\n  watch:\n    every: 1m\n"
        "    fetch: {stream: {action: events.stream, with: {event_ref: E1}}}\n"
        "    when: stream.status == 'active'\n"
        "actions:\n  - action: log.write\n    with: {message: on}\n"
    )
    text = (
        "recipe: live\ntests:\n  - name: it\n    now: 2026-03-01 09:00Z\n    events: [{after: 90s}]\n"
        "    mocks: {events.stream: {error: {status: 404}}}\n    expect: {runs: 1}\n"
    )
    assert "beeflow said: the watch of live could not look" in shown(tmp_path, text, live=recipe)


def test_a_run_that_goes_on_for_ever_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = (
        "trigger: {webhook: event.created}\nactions:\n"
        "  - repeat: {times: 100}\n    every: 1h\n    do:\n      - set: {a: 1}\n"
    )
    monkeypatch.setattr(playing, "MOST_MOMENTS", 10)
    verdict = only(tmp_path, "event: {webhook: event.created}\nexpect: {runs: 1}", recipe)
    assert told(verdict)[0] == "the test did not come to its end: a run does not come to an end"


def test_a_recipe_that_is_switched_off(tmp_path: Path) -> None:
    verdict = only(
        tmp_path,
        f"{GOES_LIVE}\nexpect: {{runs: 0, because: switched off}}",
        f"enabled: false\n{LIVE}",
    )
    assert told(verdict) == []

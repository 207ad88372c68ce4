from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from drivers.rehearsing import ACTIONS, at, kinds, only, rehearse
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from beeflow.actions.definition import DefinedAction
from beeflow.config import Secrets
from beeflow.drivers.account import (
    Assigned,
    Assumed,
    Awaited,
    Called,
    Decided,
    Ended,
    Guarded,
    Kept,
    Started,
    Waited,
)
from beeflow.drivers.dryrun import undocumented
from beeflow.engine.ports import CallContext
from beeflow.errors import ActionError, Failure, UsageError

if TYPE_CHECKING:
    from beeflow.types import Json

LOG = "action: log.write\n    with: {message: "


def test_what_the_world_would_answer_is_carried_along() -> None:
    account = rehearse("""
trigger: {webhook: event.created}
fetch:
  event: {action: events.get, with: {event_ref: "{{ trigger.data.event_ref }}"}}
actions:
  - action: polls.create
    as: poll
    with: {event_ref: "{{ event.event_ref }}", question: "On {{ event.event_title }}?", options: [a]}
  - action: polls.set_state
    with: {event_ref: "{{ event.event_ref }}", poll_ref: "{{ poll.poll_ref }}", state: true}
""")
    calls = [step.what for step in account.steps if isinstance(step.what, Called)]
    assert [call.action for call in calls] == ["events.get", "polls.create", "polls.set_state"]
    assert calls[0].into == "event"
    assert not calls[0].real
    assert calls[1].args["question"] == "On \u2039event.event_title: known after apply\u203a?"
    assert calls[2].args == {
        "event_ref": "\u2039event.event_ref: known after apply\u203a",
        "poll_ref": "\u2039poll.poll_ref: known after apply\u203a",
        "state": True,
    }
    assert account.endings == (Ended("succeeded"),)
    assert not account.failed


def test_both_arms_of_a_branch_on_an_unknown_are_told_from_the_same_moment() -> None:
    account = rehearse("""
trigger: {webhook: event.created}
actions:
  - action: events.get
    as: event
    with: {event_ref: x}
  - if: event.event_status == 'live'
    then:
      - wait: 10m
      - set: {said: yes}
    else:
      - wait: 1m
      - set: {said: no}
  - action: log.write
    with: {message: "{{ said }}"}
""")
    assert at(account)[2:] == [
        ("actions/1/if", 0),
        ("actions/1/then/0", 0),
        ("actions/1/then/1", 600),
        ("actions/1/else/0", 0),
        ("actions/1/else/1", 60),
        ("actions/2#1", 600),
        ("end", 600),
    ]
    assert [[arm.title for arm in step.arms] for step in account.steps[3:7]] == [
        ["then"],
        ["then"],
        ["else"],
        ["else"],
    ]
    last = account.steps[-2].what
    assert isinstance(last, Called)
    assert last.args == {"message": "\u2039said: known after apply\u203a"}


def test_what_is_known_takes_one_way_only() -> None:
    account = rehearse("""
trigger: {webhook: event.created}
actions:
  - if: trigger.data.event_ref == 'nobody'
    then: [{set: {a: 1}}]
    else: [{set: {b: 2}}]
""")
    assert only(account, Assigned).what == Assigned({"b": 2})
    decided = account.steps[1].what
    assert isinstance(decided, Decided)
    assert decided.value is False
    assert decided.clauses[0].operands[0][0] == "trigger.data.event_ref"


def test_behind_a_stop_in_one_arm_the_other_way_is_told() -> None:
    account = rehearse("""
trigger: {webhook: event.created}
actions:
  - action: events.get
    as: event
    with: {event_ref: x}
  - if: event.event_status == 'done'
    stop: "over: {{ event.event_title }}"
  - if: event.event_status == 'idle'
    then: [{stop: idle}]
    else: [{set: {a: 1}}]
  - set: {b: 2}
""")
    assert kinds(account)[2:] == [
        "Decided",
        "Ended",
        "Assumed",
        "Decided",
        "Ended",
        "Assumed",
        "Assigned",
        "Assigned",
        "Ended",
    ]
    reasons = [ending.reason for ending in account.endings]
    assert reasons == ["over: \u2039event.event_title: known after apply\u203a", "idle", ""]
    assumed = [step for step in account.steps if isinstance(step.what, Assumed)]
    assert [(step.path, step.line) for step in assumed] == [
        ("actions/1/guard", 7),
        ("actions/2/if", 9),
    ]


def test_a_stop_that_is_reached_anyway_is_told_once() -> None:
    account = rehearse("""
trigger: {webhook: event.created}
actions:
  - action: events.get
    as: event
    with: {event_ref: x}
  - if: event.event_status == 'done'
    then: [{set: {a: 1}}]
    else: [{set: {b: 1}}]
  - stop: the end
""")
    assert len(account.endings) == 1
    assert "Assumed" not in kinds(account)


def test_waits_beside_each_other_end_in_the_order_of_their_ends() -> None:
    account = rehearse("""
trigger: {webhook: event.created}
actions:
  - parallel:
      - - wait: 5m
        - set: {a: 1}
      - - wait: 1m
        - set: {b: 1}
        - wait: 1m
  - set: {c: 1}
""")
    assert at(account)[1:] == [
        ("actions/0/parallel/0/0", 0),
        ("actions/0/parallel/1/0", 0),
        ("actions/0/parallel/1/1", 60),
        ("actions/0/parallel/1/2", 60),
        ("actions/0/parallel/0/1", 300),
        ("actions/1", 300),
        ("end", 300),
    ]


def test_loops_over_what_is_not_known_are_told_once_and_others_in_full() -> None:
    account = rehearse("""
trigger: {webhook: event.created}
fetch:
  found: {action: signups.list, with: {event_ref: x}}
actions:
  - for_each: found
    as: one
    do:
      - action: log.write
        with: {message: "{{ one.signup_ref }}"}
  - for_each: '[1, 2]'
    do:
      - set: {n: "{{ item }}"}
  - repeat: {until: found | length > 3}
    max: 5
    do:
      - set: {again: true}
""")
    assert [(step.path, step.arms[0].title) for step in account.steps if step.arms] == [
        ("actions/0/do#0/0#1", "turn 1, for each one in found"),
        ("actions/1/do#0/0", "turn 1, for each item in [1, 2]"),
        ("actions/1/do#1/0", "turn 2, for each item in [1, 2]"),
        ("actions/2/do#0/0", "turn 1"),
    ]


def test_waits_for_webhooks_and_other_recipes_are_told_with_their_terms() -> None:
    account = rehearse("""
trigger: {webhook: event.created}
throttle: {key: trigger.data.event_ref, once_within: 1h}
actions:
  - wait_for: {webhook: poll.created, match: {data.poll_ref: "{{ run.id }}"}, timeout: 2h}
    as: poll
    on_timeout: continue
  - run: other
    as: child
    with: {a: "{{ poll.timed_out }}"}
  - action: log.write
    once: poll.data.poll_ref
    with: {message: x}
  - wait: {until: poll.data.when}
  - state: {set: {k: 1}}
  - state: {increment: {n: 2}}
  - state: {increment: {k: 2}, delete: [n]}
  - set: {k: "{{ state.get('k') }} {{ state.get('n', 'gone') }}"}
""")
    awaited = only(account, Awaited).what
    assert isinstance(awaited, Awaited)
    assert awaited.types == ("poll.created",)
    assert awaited.match == {"data.poll_ref": "run_dry"}
    assert awaited.until == account.at + 7200
    assert awaited.on_timeout == "continue"
    assert only(account, Started).what == Started(
        "other", {"a": "\u2039poll.timed_out: known after apply\u203a"}, detach=False
    )
    guards = [step.what for step in account.steps if isinstance(step.what, Guarded)]
    assert [guard.by for guard in guards] == ["throttle", "once"]
    assert "known after apply" in str(guards[1].key)
    assert only(account, Waited).what == Waited(None)
    kept = [step.what for step in account.steps if isinstance(step.what, Kept)]
    assert kept[2] == Kept({}, {"k": 2}, ("n",))
    assert only(account, Assigned).what == Assigned({"k": "3 gone"})


def test_the_kept_values_at_the_start_can_be_given() -> None:
    text = """
trigger: {webhook: event.created}
conditions:
  - state.get('n', 0) < 3
actions:
  - state: {increment: {n: 1}}
"""
    account = rehearse(text, state={"n": 5})
    assert account.endings[0].outcome == "skipped"
    account = rehearse(text, state={"n": "text"})
    assert account.endings[0].outcome == "failed"


def test_an_increment_of_what_is_no_number_fails() -> None:
    text = "trigger: {webhook: event.created}\nactions:\n  - state: {increment: {n: 1}}\n"
    account = rehearse(text, state={"n": True})
    ended = account.endings[0]
    assert ended.error is not None
    assert "not a number" in ended.error.message


def test_secrets_are_never_looked_up_nor_shown() -> None:
    account = rehearse(
        """
trigger: {webhook: event.created}
inputs: {token: {type: secret, default: TOKEN}}
actions:
  - action: http.request
    with:
      url: "https://example.com/{{ secrets.PATH }}"
      method: POST
      headers: {authorization: "Bearer {{ inputs.token }}"}
  - if: secrets.PATH == 'x'
    then: [{set: {a: 1}}]
  - set: {title: "{{ trigger.data.event_title }}"}
""",
        secrets=Secrets({"BEEFLOW_SECRET_OTHER": "My event"}),
    )
    call = only(account, Called).what
    assert isinstance(call, Called)
    assert call.args["url"] == "https://example.com/***"
    assert "Bearer" not in str(call.args["headers"]) or "***" in str(call.args["headers"])
    assert "Decided" in kinds(account)


def test_known_secret_values_are_masked_wherever_they_show() -> None:
    event: dict[str, Json] = {"type": "event.created", "data": {"event_title": "hush-hush"}}
    account = rehearse(
        "trigger: {webhook: event.created}\nactions:\n"
        "  - set: {t: 'it is {{ trigger.data.event_title }}'}\n"
        "  - stop: '{{ trigger.data.event_title }}'\n",
        event,
        secrets=Secrets({"BEEFLOW_SECRET_A": "hush-hush"}),
    )
    assert "hush-hush" not in repr(account)
    assert only(account, Assigned).what == Assigned({"t": "it is ***"})


def test_a_shadow_recipe_goes_on_with_the_documented_sample() -> None:
    account = rehearse("""
mode: shadow
trigger: {webhook: event.created}
actions:
  - action: polls.create
    as: poll
    with: {event_ref: x, question: q, options: [a]}
  - set: {ref: "{{ poll.poll_ref }}"}
""")
    call = only(account, Called).what
    assert isinstance(call, Called)
    assert (call.shadow, call.real) == (True, False)
    assert only(account, Assigned).what == Assigned({"ref": "abc123"})


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("action: polls.create\n    with: {event_ref: x}", "question"),
        ("set: {a: '{{ trigger.data.nothing }}'}", "nothing"),
        ("wait: '{{ trigger.type }}'", "not a duration"),
    ],
)
def test_what_is_bound_to_fail_is_told_with_its_place(step: str, message: str) -> None:
    account = rehearse(f"trigger: {{webhook: event.created}}\nactions:\n  - {step}\n")
    assert account.failed
    last = account.steps[-1]
    assert isinstance(last.what, Ended)
    assert last.what.error is not None
    assert message in last.what.error.message
    assert last.line is not None
    assert last.line >= 3


def test_what_on_error_does_is_told() -> None:
    account = rehearse("""
trigger: {webhook: event.created}
actions:
  - set: {a: "{{ trigger.data.nothing }}"}
on_error:
  - action: log.write
    with: {message: "{{ error.kind }}"}
""")
    call = only(account, Called)
    assert [arm.title for arm in call.arms] == ["because the run fails"]
    assert isinstance(call.what, Called)
    assert call.what.args == {"message": "template"}


def test_inputs_that_do_not_fit_are_refused() -> None:
    text = (
        "trigger: {webhook: event.created}\ninputs: {many: {type: integer, default: 1}}\n"
        "actions:\n  - set: {n: '{{ inputs.many }}'}\n"
    )
    assert only(rehearse(text, inputs={"many": 7}), Assigned).what == Assigned({"n": 7})
    with pytest.raises(UsageError, match="whole number"):
        rehearse(text, inputs={"many": "x"})


def test_an_event_that_does_not_match_starts_nothing() -> None:
    account = rehearse(
        "trigger: {webhook: event.created}\nactions: [{set: {a: 1}}]\n",
        {"type": "poll.created", "data": {}},
    )
    assert kinds(account) == ["Decided"]
    assert account.endings == ()


def test_a_batch_sees_its_items() -> None:
    account = rehearse("""
trigger: {webhook: event.created}
batch: {window: 1h}
actions:
  - set: {n: "{{ trigger.items | length }}"}
""")
    assert only(account, Assigned).what == Assigned({"n": 1})


class Reading(DefinedAction):
    """An action that answers, or fails, and counts how often it was asked."""

    def __init__(self, answer: Json) -> None:
        found = ACTIONS.definition("events.get")
        assert found is not None
        self.definition = replace(found)
        self.answer = answer
        self.asked: list[CallContext] = []

    async def call(self, args: object, context: object) -> Json:
        assert args
        assert isinstance(context, CallContext)
        self.asked.append(context)
        if self.answer is None:
            raise ActionError(Failure("http", "no such event", status=404, retryable=True))
        return self.answer


class One:
    def __init__(self, action: Reading) -> None:
        self.action = action

    def get(self, name: str) -> object:
        return self.action if name == "events.get" else ACTIONS.get(name)

    def names(self) -> list[str]:
        return ["events.get"]


READS = """
trigger: {webhook: event.created}
fetch:
  event: {action: events.get, with: {event_ref: "{{ trigger.data.event_ref }}"}}
actions:
  - action: polls.list
    as: polls
    with: {event_ref: "{{ event.event_ref }}"}
  - if: polls | length > 0
    stop: there is one
  - action: events.get
    with: {event_ref: "{{ polls[0].poll_ref }}"}
  - set: {title: "{{ event.event_title }}"}
"""


def test_reads_are_made_once_each_when_asked_for() -> None:
    reading = Reading({"event_ref": "E1", "event_title": "Launch", "event_password": "geheim"})
    account = rehearse(
        READS.replace("polls.list", "polls.create").replace(
            '"{{ event.event_ref }}"}', '"{{ event.event_ref }}", question: q, options: [a]}', 1
        ),
        actions=One(reading),
        answer_of=undocumented,
        reads=True,
    )
    assert len(reading.asked) == 1
    first = next(step.what for step in account.steps if isinstance(step.what, Called))
    assert first.real
    assert first.answer == {"event_ref": "E1", "event_title": "Launch", "event_password": "***"}
    assert only(account, Assigned).what == Assigned({"title": "Launch"})
    assert len(account.endings) == 2


def test_a_read_that_fails_is_not_repeated() -> None:
    reading = Reading(None)
    account = rehearse(READS, actions=One(reading), reads=True)
    assert len(reading.asked) == 1
    assert account.failed
    call = only(account, Called).what
    assert isinstance(call, Called)
    assert call.failure is not None
    assert call.failure.status == 404


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["stop", "set", "arm", "wait"]), max_size=7))
def test_every_recipe_is_told_to_its_end_in_bounded_ways(parts: list[str]) -> None:
    steps = {
        "stop": "- if: e.event_title == '{n}'\n    stop: s{n}",
        "set": "- set: {{v{n}: 1}}",
        "arm": "- if: e.event_id == {n}\n    then: [{{stop: a{n}}}]\n    else: [{{set: {{w{n}: 1}}}}]",
        "wait": "- wait: 1m",
    }
    body = "\n  ".join(steps[part].format(n=n) for n, part in enumerate(parts))
    account = rehearse(
        "trigger: {webhook: event.created}\nfetch:\n"
        "  e: {action: events.get, with: {event_ref: x}}\n"
        f"actions:\n  - set: {{first: 1}}\n  {body}\n"
    )
    stops = sum(part in {"stop", "arm"} for part in parts)
    assert len(account.endings) == stops + 1
    assert account.endings[-1] == Ended("succeeded")
    sets = [step.path for step in account.steps if isinstance(step.what, Assigned)]
    assert len(sets) == len(set(sets)) == 1 + sum(part in {"set", "arm"} for part in parts)
    assert [step.at for step in account.steps] == sorted(step.at for step in account.steps)

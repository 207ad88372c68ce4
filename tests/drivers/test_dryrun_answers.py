"""What a dry run knows of the answers of calls that it does not make."""

from __future__ import annotations

from drivers.rehearsing import only, rehearse

from beeflow.drivers.account import Assigned, Called

LOG = "action: log.write\n    with: {message: "

WRITES = """
trigger: {webhook: event.created}
actions:
  - action: polls.create
    as: poll
    with: {event_ref: x, question: q, options: [a]}
"""


def test_what_a_write_will_give_is_known_by_its_type() -> None:
    called = only(rehearse(WRITES), Called).what
    assert isinstance(called, Called)
    assert ("poll_ref", "a text") in called.gives
    assert not called.irreversible


def test_a_field_that_no_answer_has_fails_with_the_near_one() -> None:
    account = rehearse(WRITES + "  - " + LOG + "'{{ poll.pol_ref }}'}")
    (ended,) = account.endings
    assert ended.error is not None
    assert "`poll` has no field `pol_ref` — did you mean `poll_ref`?" in ended.error.message
    deeper = rehearse(WRITES + "  - " + LOG + "'{{ poll.poll_ref.x }}'}")
    assert deeper.endings[0].error is not None
    assert "`poll.poll_ref` has no field `x`" in deeper.endings[0].error.message


def test_a_field_that_no_answer_has_takes_its_default() -> None:
    account = rehearse(WRITES + "  - set: {a: \"{{ poll.pol_ref | default('none') }}\"}")
    assert only(account, Assigned).what == Assigned({"a": "none"})


def test_items_of_an_unknown_list_are_known_by_their_type() -> None:
    listed = """
trigger: {webhook: event.created}
fetch: {all: {action: events.list}}
actions:
  - for_each: all
    as: one
    do: [{set: {title: "{{ one.event_titel }}"}}]
"""
    (ended,) = rehearse(listed).endings
    assert ended.error is not None
    assert "`one` has no field `event_titel` — did you mean `event_title`?" in ended.error.message
    (fine,) = rehearse(listed.replace("titel", "title")).endings
    assert fine.outcome == "succeeded"


def test_what_is_known_to_be_no_list_is_not_gone_through() -> None:
    account = rehearse(WRITES + "  - {for_each: poll.poll_ref, do: [{wait: 1m}]}")
    (ended,) = account.endings
    assert ended.error is not None
    assert ended.error.message == "`for_each` needs a list, and `poll.poll_ref` is a text"


def test_what_nobody_can_take_back_is_marked() -> None:
    account = rehearse("""
trigger: {webhook: event.created}
actions:
  - action: slack.post
    with: {text: hello}
  - action: events.delete
    with: {event_ref: x}
  - action: polls.set_state
    with: {event_ref: x, poll_ref: y, state: true}
""")
    marked = [step.what.irreversible for step in account.steps if isinstance(step.what, Called)]
    assert marked == [True, True, False]


def test_a_shadow_recipe_does_nothing_that_could_be_taken_back() -> None:
    account = rehearse("""
mode: shadow
trigger: {webhook: event.created}
actions: [{action: slack.post, with: {text: hello}}]
""")
    called = only(account, Called).what
    assert isinstance(called, Called)
    assert not called.irreversible

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from beeflow.beestreamed.catalog import load_catalog

if TYPE_CHECKING:
    from beeflow.beestreamed.reconcile import Reconcile

OPERATIONS = load_catalog().operations


def reconcile(name: str) -> Reconcile:
    found = OPERATIONS[name].reconcile
    assert found is not None
    return found


def test_the_list_is_asked_for_with_what_the_create_was_given() -> None:
    look = reconcile("chat.create")
    args: dict[str, Any] = {"event_ref": "E", "qa": True, "name": "N", "email": "e", "message": "m"}
    assert look.read == "chat.list"
    assert look.arguments(args) == {"event_ref": "E", "qa": True}
    del args["qa"]
    assert look.arguments(args) == {"event_ref": "E"}


def test_a_poll_is_recognised_by_question_and_options() -> None:
    sample = OPERATIONS["polls.create"].sample
    polls: Any = [
        {"poll_ref": "p1", "poll_question": "Q", "poll_options": ["a", "b"]},
        {"poll_ref": "p2", "poll_question": "Q ", "poll_options": ["a", " b"]},
        {"poll_ref": "p3", "poll_question": "Q", "poll_options": ["b", "a"]},
        {"poll_ref": "p4", "poll_question": "other", "poll_options": ["a", "b"]},
        {"poll_question": "Q", "poll_options": ["a", "b"]},
        "rubbish",
    ]
    args: Any = {"event_ref": "E", "question": "Q", "options": ["a", "b"]}
    found = reconcile("polls.create").found(args, polls, sample)
    assert list(found) == ["p1", "p2"]
    assert found["p2"] == {"poll_ref": "p2", "message": "Poll created", "status": 201}


def test_a_signup_is_recognised_inside_its_data() -> None:
    look = reconcile("signups.create")
    listed: Any = OPERATIONS["signups.list"].sample
    args: Any = {"event_ref": "E", "name": "Joe Mama", "email": "joe@mama.com", "phone": "1"}
    assert list(look.found(args, listed, {})) == ["1234567890abcdefghijklmn"]
    assert look.found({**args, "email": "x@y"}, listed, {}) == {}
    assert look.found(args, [{"signup_ref": "s", "signup_data": None}], {}) == {}


def test_a_simulcast_target_is_looked_up_in_the_stream_and_answers_without_a_reference() -> None:
    look = reconcile("events.create_simulcast")
    target = {"url": "u", "passthrough": "p", "stream_key": "k"}
    stream: Any = {"status": "idle", "simulcast_targets": [{"id": "T1", **target}]}
    sample = OPERATIONS["events.create_simulcast"].sample
    args: Any = {"event_ref": "E", **target}
    assert look.found(args, stream, sample) == {"T1": sample}
    assert look.found(args, {"status": "idle"}, sample) == {}


def test_every_new_event_counts_because_a_create_says_nothing_about_it() -> None:
    found = reconcile("events.create").found({}, [{"event_ref": "E1"}, {"event_ref": "E2"}], {})
    assert found == {"E1": {"event_ref": "E1"}, "E2": {"event_ref": "E2"}}


def test_a_list_that_is_none_holds_nothing() -> None:
    assert reconcile("events.create").found({}, {"message": "?"}, {}) == {}

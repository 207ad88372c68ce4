from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beeflow.beestreamed.catalog import load_catalog

if TYPE_CHECKING:
    from beeflow.beestreamed.arguments import ArgumentProblem
    from beeflow.beestreamed.operation import Operation

OPERATIONS = load_catalog().operations


def only(name: str, args: dict[str, Any]) -> ArgumentProblem:
    (problem,) = OPERATIONS[name].problems(args)
    return problem


def test_an_unknown_parameter_is_told_with_the_nearest_one() -> None:
    problem = only("polls.create", {"event_ref": "E", "question": "Q", "options": ["a"], "opt": 1})
    assert problem.kind == "unknown"
    assert problem.parameter == "opt"
    assert problem.suggestions == ("options",)
    assert problem.message == (
        "polls.create has no parameter `opt`: did you mean `options`?"
        " (has: event_ref, question, options)"
    )


@pytest.mark.parametrize(
    ("name", "unknown", "known"),
    [
        ("events.list", "max_results", "maxResults"),
        ("events.list", "indexstart", "indexStart"),
        ("events.update", "video_auto_switch", "video_auto_Switch"),
        ("events.send_emails", "exclude_not_sent", "excludeNotSent"),
    ],
)
def test_the_platforms_spelling_is_found_from_the_usual_one(
    name: str, unknown: str, known: str
) -> None:
    problems = OPERATIONS[name].problems({unknown: 1, "event_ref": "E"})
    assert problems[0].suggestions[0] == known


def test_without_anything_near_all_are_listed() -> None:
    assert only("events.create", {"zzz": 1}).message == (
        "events.create has no parameter `zzz` (it takes none)"
    )
    assert only("events.get", {"event_ref": "E", "zzz": 1}).message == (
        "events.get has no parameter `zzz` (has: event_ref)"
    )


def test_a_missing_parameter_is_told_with_what_it_is() -> None:
    problem = only("analytics.breakdown", {"event_ref": "E"})
    assert (problem.kind, problem.parameter) == ("missing", "group_by")
    assert problem.message.startswith("analytics.breakdown needs `group_by`: What the figures")


@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        (
            "events.update",
            {"event_ref": "E", "status": "Live"},
            (
                'events.update: `status` is "Live", but must be one of idle, live, video, done,'
                " force_live; did you mean `live`?"
            ),
        ),
        (
            "polls.create",
            {"event_ref": "E", "question": "Q", "options": ["a", 5]},
            "polls.create: `options[1]` is 5, but must be a text",
        ),
        (
            "polls.create",
            {"event_ref": "E", "question": "Q", "options": "a, b"},
            'polls.create: `options` is "a, b", but must be a list',
        ),
        (
            "events.upload_image",
            {"event_ref": "E", "filename": "a.gif"},
            (
                'events.upload_image: `filename` is "a.gif", but must be a text of this form:'
                " Name of the file, ending in .png, .jpg or .jpeg"
            ),
        ),
        (
            "analytics.overall",
            {"event_ref": "E", "timeframe": "today"},
            (
                'analytics.overall: `timeframe` is "today", but must be a text of this form:'
                " Start and end as Unix seconds, such as 1609459200,1612137600"
            ),
        ),
        (
            "user.connections",
            {"session_key": "secret key"},
            (
                "user.connections: `session_key` is ***, but must be a text of this form: A"
                " reference as the platform gives it out, without spaces, slashes or question marks"
            ),
        ),
        (
            "videos.create_upload",
            {"duration": 0},
            "videos.create_upload: `duration` is 0, but must be at least 1",
        ),
        (
            "events.update",
            {"event_ref": "E", "title": 5},
            "events.update: `title` is 5, but must be a text",
        ),
    ],
)
def test_a_wrong_value_is_told_with_what_is_allowed(
    name: str, args: dict[str, Any], message: str
) -> None:
    assert OPERATIONS[name].check(args) == (message,)


def test_several_mistakes_are_told_at_once() -> None:
    kinds = [p.kind for p in OPERATIONS["polls.create"].problems({"quest": 1, "options": 1})]
    assert kinds == ["unknown", "missing", "missing", "value"]


@pytest.mark.parametrize("spelling", [True, 1, "true", "1"])
def test_flags_may_have_the_platforms_other_spellings(spelling: Any) -> None:
    operation = OPERATIONS["events.update"]
    args: Any = {"event_ref": "E", "chat": spelling}
    assert operation.check(args) == ()
    assert operation.request(args).body == {"chat": True}
    assert operation.normal(args) == {"event_ref": "E", "chat": True}


@pytest.mark.parametrize("other", ["yes", "True", 2, None, 0.0, []])
def test_other_things_are_no_flags(other: Any) -> None:
    assert OPERATIONS["events.update"].check({"event_ref": "E", "chat": other})


@pytest.mark.parametrize(("spelling", "page"), [(3, "3"), ("3", "3"), (3.0, "3")])
def test_whole_numbers_may_be_texts(spelling: Any, page: str) -> None:
    operation = OPERATIONS["events.list"]
    assert operation.check({"page": spelling}) == ()
    assert operation.request({"page": spelling}).query == {"page": page}


@pytest.mark.parametrize("other", ["three", "-1", "٣", True, 1.5, "9" * 30, None])
def test_other_things_are_no_whole_numbers(other: Any) -> None:
    assert OPERATIONS["events.list"].check({"page": other})


def test_arguments_go_where_they_belong() -> None:
    request = OPERATIONS["chat.list"].request({"event_ref": "ø/x y", "qa": True, "page": 2})
    assert request.method == "GET"
    assert request.path == request.masked_path == "/chat/%C3%B8%2Fx%20y"
    assert request.query == {"qa": "true", "page": "2"}
    assert request.target == "/chat/%C3%B8%2Fx%20y?qa=true&page=2"
    assert request.body is None


def test_a_secret_in_the_path_is_masked_for_people() -> None:
    request = OPERATIONS["user.accept_connection"].request({"session_key": "S3", "connref": "c"})
    assert request.path == request.target == "/user/S3/connections"
    assert request.masked_path == "/user/***/connections"
    assert request.body == {"connref": "c"}


def test_an_operation_with_a_body_always_sends_one_and_others_never() -> None:
    assert OPERATIONS["events.send_emails"].request({"event_ref": "E"}).body == {}
    assert OPERATIONS["events.create"].request({}).body is None


def test_deletes_send_their_parameter_in_the_query() -> None:
    request = OPERATIONS["events.delete_simulcast"].request({"event_ref": "E", "target_id": "T"})
    assert request.query == {"target_id": "T"}
    request = OPERATIONS["client.delete_connection"].request({"client_ref": "C", "connref": "R"})
    assert request.query == {"connref": "R"}


def test_a_link_is_removed_by_null() -> None:
    operation = OPERATIONS["videos.update"]
    args: Any = {"video_ref": "V", "event_ref": None}
    assert operation.check(args) == ()
    assert operation.request(args).body == {"event_ref": None}


def test_a_signup_takes_the_inputs_of_the_events_own_form() -> None:
    operation = OPERATIONS["signups.create"]
    args: Any = {"event_ref": "E", "name": "N", "email": "e@x", "company": "C", "newsletter": True}
    assert operation.check(args) == ()
    assert operation.request(args).body == {
        "name": "N", "email": "e@x", "company": "C", "newsletter": True,
    }  # fmt: skip


def test_values_that_are_not_known_yet_are_not_judged() -> None:
    operation: Operation = OPERATIONS["polls.update"]
    known: Any = {"event_ref": "E"}
    assert operation.problems(known, opaque=("poll_ref", "state")) == ()
    (problem,) = operation.problems(known, opaque=("poll_ref", "stat"))
    assert problem.suggestions[0] == "state"
    (problem,) = operation.problems(known, opaque=("poll_ref", "vote"))
    assert problem.kind == "together"


@pytest.mark.parametrize("ref", ["", ".", "..", "a/b", "a?b", "a#b", "a b", "a\n", "a\\b", "a%2fb"])
def test_a_reference_cannot_change_the_path(ref: str) -> None:
    assert OPERATIONS["events.get"].check({"event_ref": ref})

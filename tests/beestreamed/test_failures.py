from __future__ import annotations

from typing import Any

import pytest
from beestreamed.fakes import answer

from beeflow.beestreamed import failures
from beeflow.beestreamed.failures import Sender
from beeflow.beestreamed.transport import Answer, TransportError

GET = Sender("GET /events/abc", writes=False, credential="platform.token_id")
POST = Sender("POST /polls/abc", writes=True, credential="the session key", hidden=("S3CRET",))
NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("reply", "open_", "retryable", "wait"),
    [
        (answer(400, {}), False, False, None),
        (answer(401, {}), False, False, None),
        (answer(403, {}), False, False, None),
        (answer(404, {}), False, False, None),
        (answer(422, {}), False, False, None),
        (answer(302, {}), False, False, None),
        (answer(429, {}), False, True, None),
        (answer(429, {}, retry_after="7"), False, True, 7.0),
        (answer(500, {}), True, True, None),
        (answer(502, {}), True, True, None),
        (answer(503, {}), True, True, None),
        (answer(503, {}, retry_after="7"), False, True, 7.0),
        (answer(500, {}, retry_after="7"), True, True, 7.0),
        (answer(599, {}), True, True, None),
    ],
)
def test_the_status_says_what_may_be_done_next(
    reply: Answer, open_: bool, retryable: bool, wait: float | None
) -> None:
    failure = failures.error_answer(POST, reply, NOW).failure
    assert failure.kind == "http"
    assert failure.status == reply.status
    assert (failure.open, failure.retryable, failure.retry_after) == (open_, retryable, wait)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"message": "Event with REF x not found", "status": 404}, "Event with REF x not found"),
        ({"error": "target_id_required", "status": 400}, "target_id_required"),
        ({"message": 5, "error": "delete_failed"}, "delete_failed"),
        ({"other": 1}, '{"other": 1}'),
        (b"<html>\n  <b>Bad Gateway</b></html>", "<html> <b>Bad Gateway</b></html>"),
        (b"x" * 5000, "x" * 200),
        ({"message": "y" * 5000}, "y" * 200),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"", "Not Found"),
    ],
)
def test_the_platforms_own_words_are_told(body: Any, said: str) -> None:
    error = failures.error_answer(GET, answer(404, body), NOW)
    assert str(error) == f"GET /events/abc answered 404: {said}"


def test_an_unknown_status_without_words_is_told_too() -> None:
    error = failures.error_answer(GET, answer(499, b""), NOW)
    assert str(error) == "GET /events/abc answered 499: no explanation"


def test_a_wrong_token_tells_which_settings_to_check() -> None:
    error = failures.error_answer(GET, answer(401, {"message": "Unauthorized"}), NOW)
    assert str(error) == "GET /events/abc answered 401: Unauthorized — check platform.token_id"


def test_a_redirect_tells_which_setting_to_check() -> None:
    error = failures.error_answer(GET, answer(301, b""), NOW)
    assert str(error).endswith("redirects are not followed: check platform.url")


def test_secrets_that_the_platform_repeats_are_masked() -> None:
    failure = failures.error_answer(POST, answer(403, {"message": "No key S3CRET"}), NOW).failure
    assert "S3CRET" not in str(failure)
    assert failure.detail == {"request": "POST /polls/abc", "answer": "No key ***"}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        (" 5 ", 5.0),
        ("999999999", 86400.0),
        ("Tue, 14 Nov 2023 22:14:20 GMT", 60.0),
        ("Tue, 14 Nov 2023 22:14:20 -0000", 60.0),
        ("Tue, 14 Nov 2023 22:00:00 GMT", 0.0),
        ("Tue, 14 Nov 2123 22:00:00 GMT", 86400.0),
        ("Tue, 14 Nov 99999999999 22:00:00 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(text: str, seconds: float | None) -> None:
    assert failures.retry_after(answer(429, {}, retry_after=text), NOW) == seconds
    assert failures.retry_after(answer(429, {}), NOW) is None


@pytest.mark.parametrize(
    ("error", "kind", "open_"),
    [
        (TransportError("refused", sent=False), "connection", False),
        (TransportError("reset", sent=True), "connection", True),
        (TransportError("slow", sent=True, timed_out=True), "timeout", True),
        (TransportError("slow", sent=False, timed_out=True), "timeout", False),
    ],
)
def test_without_an_answer_it_is_open_unless_nothing_was_sent(
    error: TransportError, kind: str, open_: bool
) -> None:
    failure = failures.not_answered(POST, error).failure
    assert (failure.kind, failure.open, failure.retryable) == (kind, open_, True)
    assert failure.message == f"POST /polls/abc failed: {error.reason}"


def test_a_success_that_cannot_be_read_is_open_for_a_write_only() -> None:
    written = failures.bad_answer(POST, 200, "not in JSON").failure
    assert (written.open, written.retryable, written.status) == (True, False, 200)
    read = failures.bad_answer(GET, 200, "not in JSON").failure
    assert (read.open, read.retryable) == (False, True)
    assert read.message == "GET /events/abc answered 200, but not in JSON"

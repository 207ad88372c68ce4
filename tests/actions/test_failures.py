from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from beeflow.actions.failures import excerpt, plain_url, retry_after, status_failure


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        (" 12 ", 12.0),
        ("1.5", 1.5),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("999999999", 86400.0),
        ("Wed, 21 Oct 9999 07:28:00 GMT", 86400.0),
        ("Wed, 21 Oct 99999999999 07:28:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_seconds(text: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": text}) == seconds


def test_retry_after_is_read_as_a_date() -> None:
    later = datetime.now(UTC) + timedelta(seconds=60)
    assert retry_after({"Retry-After": format_datetime(later, usegmt=True)}) == pytest.approx(
        60, abs=2
    )
    assert retry_after({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    assert retry_after({"Retry-After": "Wed, 21 Oct 2015 07:28:00 -0000"}) == 0
    assert retry_after({}) is None


@given(st.text())
def test_no_retry_after_breaks_it(text: str) -> None:
    seconds = retry_after({"Retry-After": text})
    assert seconds is None or seconds >= 0


def test_an_excerpt_is_one_short_line() -> None:
    assert excerpt("a\n\n  b") == "a b"
    assert excerpt("x" * 5000) == "x" * 300 + "…"


def test_an_unheard_of_status_is_told_too() -> None:
    assert status_failure("it", 599, {}, "").message == "it answered 599"


def test_an_address_is_shown_without_what_may_be_secret() -> None:
    assert plain_url(URL("https://u:p@h:1/a?token=x#y")) == "https://h:1/a"

from __future__ import annotations

import base64

import pytest

from beeflow.sandbox import Account
from beeflow.sandbox.access import Caller, credentials, identify

ACCOUNT = Account()


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


@pytest.mark.parametrize(
    ("headers", "query", "token", "session"),
    [
        (basic("sandbox-token:sandbox-secret-key"), {}, True, False),
        (basic("sandbox-token:wrong"), {}, False, False),
        (basic("wrong:sandbox-secret-key"), {}, False, False),
        (basic("sandbox-token"), {}, False, False),
        (basic("sandbox-session-key:"), {}, False, True),
        ({"X-Session-Key": "sandbox-session-key"}, {}, False, True),
        ({"X-Session-Key": "wrong"}, {}, False, False),
        (
            basic("sandbox-token:sandbox-secret-key"),
            {"session_key": "sandbox-session-key"},
            True,
            True,
        ),
        ({"Authorization": "basic c2FuZGJveC1zZXNzaW9uLWtleQ=="}, {}, False, True),
        ({"Authorization": "Basic"}, {}, False, False),
        ({"X-Session-Key": "\udce9"}, {}, False, False),
        ({}, {}, False, False),
    ],
)
def test_credentials_are_told_apart(
    headers: dict[str, str], query: dict[str, str], *, token: bool, session: bool
) -> None:
    caller = identify(credentials(headers, query), ACCOUNT)
    assert (caller.client_ref is not None, caller.user_ref is not None) == (token, session)
    assert caller.known is (token or session)


def test_a_session_key_in_the_path_is_the_one_that_counts() -> None:
    found = credentials({"X-Session-Key": ACCOUNT.session_key}, {})
    assert identify(found, ACCOUNT, path_key="wrong") == Caller()
    assert identify(found, ACCOUNT, path_key=ACCOUNT.session_key).user_ref == "E0QRGZ"

from __future__ import annotations

import pytest

from beeflow.drivers.irreversible import is_irreversible


@pytest.mark.parametrize(
    ("action", "effect", "args", "verdict"),
    [
        ("email.send", "once", {}, True),
        ("events.delete", "idempotent", {}, True),
        ("client.delete_connection", "idempotent", {}, True),
        ("http.request", "idempotent", {"method": "DELETE"}, True),
        ("http.request", "idempotent", {"method": "PUT"}, False),
        ("http.request", "read", {"method": "delete"}, False),
        ("polls.create", "guarded", {}, False),
        ("polls.set_state", "idempotent", {}, False),
    ],
)
def test_what_nobody_can_take_back(
    action: str, effect: str, args: dict[str, object], verdict: bool
) -> None:
    assert is_irreversible(action, effect, args) is verdict  # type: ignore[arg-type]

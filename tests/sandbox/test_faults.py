from __future__ import annotations

import pytest

from beeflow.sandbox.faults import Fault, Faults, Rule

RESET = Fault("reset")


@pytest.mark.parametrize(
    ("method", "path", "meant"),
    [
        (None, None, True),
        ("GET", "/events", True),
        ("POST", "/events", False),
        (None, "/events/", True),
        (None, "/event", False),
        (None, "/events/E1/stream", True),
        (None, "/events/E1/str", False),
        (None, "/events/*/stream", True),
        (None, "*stream", True),
        (None, "/events/E?/stream", True),
        (None, "/EVENTS", False),
        (None, "/polls/*", False),
    ],
)
def test_a_rule_is_for_a_method_and_a_path(
    method: str | None, path: str | None, *, meant: bool
) -> None:
    assert Rule(RESET, method, path).matches("get", "/events/E1/stream") is meant


def test_a_rule_is_used_up() -> None:
    faults = Faults([Rule(RESET, left=2), Rule(Fault("delay", delay=1), left=None)])
    kinds = [fault.kind for _ in range(4) if (fault := faults.take("GET", "/"))]
    assert kinds == ["reset", "reset", "delay", "delay"]
    assert len(faults.rules) == 1


def test_what_nothing_is_for_goes_through() -> None:
    assert Faults([Rule(RESET, "POST")]).take("GET", "/") is None

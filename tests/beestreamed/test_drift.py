from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.drift import ITEMS, Drift

if TYPE_CHECKING:
    import pytest

OPERATIONS = load_catalog().operations


def test_what_fits_is_silent_and_so_is_what_is_new() -> None:
    notes: list[tuple[str, str]] = []
    drift = Drift(lambda *note: notes.append(note))
    for operation in OPERATIONS.values():
        drift.look(operation, operation.sample)
    grown: Any = OPERATIONS["polls.get"].sample
    Drift(lambda *note: notes.append(note)).look(OPERATIONS["polls.get"], {**grown, "new": 1})
    assert notes == []


def test_what_does_not_fit_is_noted_once_for_each_operation() -> None:
    notes: list[tuple[str, str]] = []
    drift = Drift(lambda *note: notes.append(note))
    for _ in range(3):
        drift.look(OPERATIONS["events.rtmp"], {"key": 5, "server": "x"})
        drift.look(OPERATIONS["events.stream"], {"status": "idle", "reconnect_window": 1})
    assert notes == [
        (
            "events.rtmp",
            (
                "an answer does not fit the API description: `key` is not a text;"
                " it is passed on as it is"
            ),
        ),
        (
            "events.stream",
            (
                "an answer does not fit the API description: `view_data` is missing;"
                " it is passed on as it is"
            ),
        ),
    ]


def test_only_some_answers_and_items_are_looked_at() -> None:
    notes: list[str] = []
    drift = Drift(lambda _, message: notes.append(message))
    operation = OPERATIONS["polls.list"]
    good: Any = operation.sample
    drift.look(operation, good * ITEMS + ["beyond"])
    drift.look(operation, good)
    drift.look(operation, "third")
    assert notes == []
    drift.look(operation, "fourth")
    assert notes == [
        (
            "an answer does not fit the API description: `the answer` is not a list;"
            " it is passed on as it is"
        )
    ]


def test_by_default_it_is_a_warning_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        Drift().look(OPERATIONS["events.rtmp"], [])
    assert caplog.messages[0].startswith("events.rtmp: an answer does not fit")

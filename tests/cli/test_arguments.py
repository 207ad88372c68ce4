from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from beeflow.cli.arguments import overlay, read_event, split_pair, yaml_value
from beeflow.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from beeflow.types import Json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("7", 7),
        ("on", "on"),
        ("12:30", "12:30"),
        ("", None),
        ("[a, 2]", ["a", 2]),
        ("{a: {b: 1}}", {"a": {"b": 1}}),
        ('"7"', "7"),
    ],
)
def test_values_are_read_as_in_a_recipe(text: str, value: Json) -> None:
    assert yaml_value("--data", text) == value


def test_a_value_that_is_not_yaml_is_refused() -> None:
    with pytest.raises(UsageError, match="--data"):
        yaml_value("--data", "[a, b")


def test_dots_in_a_key_lead_into_mappings() -> None:
    assert overlay("--data", ["a.b=1", "a.c=x=y", "d="]) == {"a": {"b": 1, "c": "x=y"}, "d": None}


@pytest.mark.parametrize("pair", ["novalue", "=x", " =x"])
def test_a_pair_needs_a_key_and_a_value(pair: str) -> None:
    with pytest.raises(UsageError, match="key=value"):
        split_pair("--data", pair)


def test_a_key_cannot_lead_into_a_value() -> None:
    with pytest.raises(UsageError, match="has a value already"):
        overlay("--data", ["a=1", "a.b=2"])


def test_an_event_may_be_what_events_show_printed(tmp_path: Path) -> None:
    payload = {"type": "x", "data": {}}
    file = tmp_path / "event.json"
    file.write_text(json.dumps({"id": "e-1", "payload": payload}))
    assert read_event(str(file)) == payload
    file.write_text(json.dumps(payload))
    assert read_event(str(file)) == payload


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', "[" * 100_000])
def test_what_is_no_event_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    file = tmp_path / "event.json"
    file.write_text(text)
    with pytest.raises(UsageError, match=r"event\.json"):
        read_event(str(file))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        read_event(str(tmp_path / "gone.json"))

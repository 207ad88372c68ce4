"""JSON as it lies in the journal."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.engine.commands import Ending, Fault
from beeflow.engine.journal import encoding
from beeflow.engine.journal.records import Record
from beeflow.errors import ErrorKind, Failure
from beeflow.recipe.model import Bundle

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
FAILURES = st.tuples(
    st.sampled_from(get_args(ErrorKind)),
    TEXT,
    st.none() | st.integers(100, 599),
    st.booleans(),
    st.booleans(),
    st.none() | st.floats(0, 1e6),
    st.none() | st.dictionaries(TEXT, JSON, max_size=2),
).map(lambda given: Failure(*given))
RECORDS = st.tuples(
    TEXT,
    TEXT,
    st.sampled_from(["open", "done", "failed"]),
    st.floats(0, 1e10),
    st.none() | st.floats(0, 1e10),
    JSON,
    JSON,
    st.none() | FAILURES,
    st.none() | st.floats(0, 1e10),
).map(lambda given: Record(*given))


@given(st.lists(RECORDS, max_size=4))
def test_records_come_back_as_they_were(records: list[Record]) -> None:
    data = encoding.encode_records(records)

    assert encoding.decode_records(data) == records
    assert isinstance(json.loads(data), list)


def test_what_is_empty_takes_no_room() -> None:
    data = encoding.encode_records([Record("a", "now", "done", 1.5)])

    assert data == b'[{"path":"a","kind":"now","status":"done","started_at":1.5}]'


@given(st.text())
def test_any_text_can_be_kept(text: str) -> None:
    kept = encoding.decode(encoding.encode([text, {text: (1, [text])}]))

    assert kept[0] == encoding.clean(text) == text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize("value", [object(), {"x": [object()]}, {"x": "\ud800", "y": object()}])
def test_what_is_not_data_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        encoding.encode(value)


def test_a_plain_ending_takes_no_room() -> None:
    assert encoding.encode_ending(Ending("succeeded", "all sent")) is None
    assert encoding.ending_of("succeeded", "all sent", None) == {
        "outcome": "succeeded",
        "reason": "all sent",
        "fault": None,
        "result": None,
    }
    assert encoding.ending_of(None, "", None) is None


def test_an_ending_with_a_fault_is_whole() -> None:
    ending = Ending("failed", "no", Fault(Failure("http", "no"), operands=(("x", 1),)), {"a": 1})

    told = encoding.ending_of("failed", "no", encoding.encode_ending(ending))

    assert told == encoding.plain(ending)


def test_a_bundle_comes_back_as_it_was() -> None:
    bundle = Bundle("a.yaml", (("a.yaml", "x: ü\n"), ("b.yaml", "")))

    assert encoding.decode_bundle(encoding.encode_bundle(bundle)) == bundle


def test_nothing_is_an_empty_mapping() -> None:
    assert encoding.decode_mapping(None) == {}
    assert encoding.decode_mapping(b'{"a":1}') == {"a": 1}

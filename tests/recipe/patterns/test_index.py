from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeflow.recipe.patterns import Pattern, PatternIndex, compile_pattern, type_matches

SCALAR = st.sampled_from(["a", "ab", "b", "", 0, 1, True, False, None, 2.5])
TEXT = st.sampled_from(["a", "ab", "b", "ba", ""])
SIMPLE = (
    SCALAR
    | st.lists(SCALAR, min_size=1, max_size=3)
    | st.fixed_dictionaries({"in": st.lists(SCALAR, min_size=1, max_size=3)})
    | st.fixed_dictionaries({"prefix": TEXT})
    | st.fixed_dictionaries({"suffix": TEXT})
    | st.fixed_dictionaries({"contains": SCALAR})
    | st.fixed_dictionaries({"regex": st.sampled_from(["a", "^b"])})
    | st.fixed_dictionaries({"gt": st.integers(0, 1)})
    | st.fixed_dictionaries({"exists": st.booleans()})
    | st.fixed_dictionaries({"prefix": TEXT, "contains": SCALAR})
)
EXPECTED = (
    SIMPLE
    | st.fixed_dictionaries({"not": SIMPLE})
    | st.lists(SIMPLE.filter(lambda one: not isinstance(one, list)), min_size=1, max_size=2)
)
PATTERNS = st.dictionaries(st.sampled_from(["x", "y", "d.z", "d.0"]), EXPECTED, max_size=3).map(
    compile_pattern
)
TYPES = st.lists(
    st.sampled_from(["event.updated", "event.created", "event.*", "*", "*.updated", "poll.*"]),
    min_size=1,
    max_size=2,
)
VALUE = SCALAR | st.lists(SCALAR, max_size=3) | st.just({"a": 1})
PAYLOADS = st.fixed_dictionaries(
    {},
    optional={
        "x": VALUE,
        "y": VALUE,
        "d": st.fixed_dictionaries({}, optional={"z": VALUE, "0": VALUE}) | st.lists(VALUE),
    },
)
STEPS = st.lists(
    st.tuples(st.booleans(), st.integers(0, 25), TYPES, PATTERNS), min_size=1, max_size=60
)


@settings(max_examples=200)
@given(st.integers(0, 4), STEPS, st.lists(PAYLOADS, min_size=1, max_size=4))
def test_the_index_finds_what_trying_each_pattern_finds(
    few: int, steps: list[tuple[bool, int, list[str], Pattern]], payloads: list[dict[str, object]]
) -> None:
    with patch("beeflow.recipe.patterns.index.FEW", few):
        _compare(steps, payloads)


def _compare(
    steps: list[tuple[bool, int, list[str], Pattern]], payloads: list[dict[str, object]]
) -> None:
    index: PatternIndex[int] = PatternIndex()
    plain: dict[int, tuple[list[str], Pattern]] = {}
    for add, subscriber, types, pattern in steps:
        plain.pop(subscriber, None)
        if add:
            index.add(subscriber, types, pattern)
            plain[subscriber] = (types, pattern)
        else:
            index.remove(subscriber)
    assert len(index) == len(plain)
    for payload in payloads:
        for type_ in ("event.updated", "poll.created"):
            assert index.match(type_, payload) == [
                subscriber
                for subscriber, (types, pattern) in plain.items()
                if any(type_matches(glob, type_) for glob in types) and pattern.matches(payload)
            ]
    for subscriber in list(plain):
        index.remove(subscriber)
    assert index._trees == {}


@pytest.mark.parametrize(
    ("glob", "type_", "fits"),
    [
        ("event.updated", "event.updated", True),
        ("event.updated", "event.updated.status", False),
        ("event.*", "event.updated.status", True),
        ("event.*", "event.", True),
        ("event.*", "event", False),
        ("*", "", True),
        ("*.status", "event.updated.status", True),
        ("video.*.new", "video.upload.new", True),
        ("video.*.new", "video.new", False),
        ("*up*at*", "event.updated", True),
        ("*at*up*", "event.updated", False),
        ("a*a", "a", False),
        ("e.?", "e.x", False),
        ("[e]*", "e", False),
        ("*a" * 40 + "b", "a" * 100, False),
    ],
)
def test_globs_on_types(glob: str, type_: str, fits: bool) -> None:
    assert type_matches(glob, type_) is fits


def test_ids_come_in_the_order_in_which_they_were_added() -> None:
    index: PatternIndex[str] = PatternIndex()
    for name in "cab":
        index.add(name, ["t", "*"], compile_pattern({}))
    assert index.match("t", {}) == ["c", "a", "b"]
    index.add("c", ["t"], compile_pattern({}))
    assert index.match("t", {}) == ["a", "b", "c"]
    index.remove("nobody")
    assert len(index) == 3


def test_types_from_outside_do_not_fill_the_memory() -> None:
    index: PatternIndex[int] = PatternIndex()
    index.add(1, ["*"], compile_pattern({}))
    for number in range(1000):
        assert index.match(f"t{number}", {}) == [1]
    assert len(index._known) <= 256


def test_no_branches_are_left_behind_by_patterns_that_come_and_go() -> None:
    index: PatternIndex[int] = PatternIndex()
    for number in range(50):
        index.add(number, ["t"], compile_pattern({"data.ref": f"E{number}"}))
    for number in range(50, 2000):
        index.add(number, ["t"], compile_pattern({"data.ref": f"E{number}"}))
        index.remove(number)
    tree = index._trees["t"]
    assert tree.size == 50
    assert sum(len(branch) for branch in tree.branches.values()) + len(tree.here) == 50


SHAPES: dict[str, tuple[str, object]] = {
    "equality": ("data.event_ref", "E{}"),
    "any of": ("data.event_ref", ["E{}", "F{}"]),
    "prefix": ("data.title", {"prefix": "Talk {}"}),
    "suffix": ("data.title", {"suffix": "{} end"}),
    "contains": ("keys_updated", {"contains": "key{}"}),
}


def _filled(value: object, number: int) -> object:
    if isinstance(value, str):
        return value.replace("{}", f"{number:05}")
    if isinstance(value, list):
        return [_filled(item, number) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, number) for key, item in value.items()}
    return value


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[Pattern]:
    """The patterns that were matched in full, as they come."""
    seen: list[Pattern] = []
    matches = Pattern.matches

    def noted(pattern: Pattern, payload: dict[str, object]) -> bool:
        seen.append(pattern)
        return matches(pattern, payload)

    monkeypatch.setattr(Pattern, "matches", noted)
    return seen


@pytest.mark.parametrize("shape", SHAPES)
def test_few_of_two_thousand_patterns_are_tried(shape: str, tried: list[Pattern]) -> None:
    path, template = SHAPES[shape]
    index: PatternIndex[int] = PatternIndex()
    for number in range(2_000):
        match = {"data.status": "live", path: _filled(template, number)}
        index.add(number, ["event.updated.status"], compile_pattern(match))
    data = {"status": "live", "event_ref": "E00007", "title": "Talk 00007 end"}
    payload = {"data": data, "keys_updated": ["a", "key00007"]}
    assert index.match("event.updated.status", payload) == [7]
    assert len(tried) <= 8


def test_pairs_of_values_are_told_apart_by_both(tried: list[Pattern]) -> None:
    index: PatternIndex[int] = PatternIndex()
    for number in range(2_000):
        match = {"a": number % 40, "b": number // 40}
        index.add(number, ["t"], compile_pattern(match))
    assert index.match("t", {"a": 7, "b": 3}) == [127]
    assert len(tried) <= 8


def test_patterns_that_no_value_tells_apart_are_tried_one_by_one(tried: list[Pattern]) -> None:
    index: PatternIndex[int] = PatternIndex()
    for number in range(100):
        index.add(number, ["t"], compile_pattern({"n": {"gt": number}, "status": "live"}))
    assert index.match("t", {"n": 3, "status": "live"}) == [0, 1, 2]
    assert len(tried) == 100
    assert index.match("t", {"n": 3, "status": "idle"}) == []
    assert len(tried) == 100
    index.remove(50)
    assert len(index.match("t", {"n": 99, "status": "live"})) == 98

from __future__ import annotations

import pytest

from beeflow.beestreamed.lazy import LazyMapping


def test_each_value_is_built_once_and_only_when_asked_for() -> None:
    built: list[str] = []

    def build(name: str) -> str:
        built.append(name)
        return name.upper()

    mapping = LazyMapping(["a", "b", "a"], build)
    assert list(mapping) == ["a", "b"]
    assert len(mapping) == 2
    assert "a" in mapping
    assert "c" not in mapping
    assert built == []
    assert mapping["a"] == "A"
    assert mapping["a"] == "A"
    assert built == ["a"]
    with pytest.raises(KeyError):
        mapping["c"]
    assert dict(mapping) == {"a": "A", "b": "B"}

from __future__ import annotations

from typing import Any

import pytest

from beeflow.beestreamed.masking import mask


@pytest.mark.parametrize(
    ("value", "paths", "masked"),
    [
        ({"key": "s", "server": "x"}, ["key"], {"key": "***", "server": "x"}),
        ({"a": {"b": "s"}}, ["a.b"], {"a": {"b": "***"}}),
        ({"a": {"b": "s"}}, ["a.c", "x.y", "*"], {"a": {"b": "s"}}),
        ([{"p": "s"}, {"q": 1}, 5], ["*.p"], [{"p": "***"}, {"q": 1}, 5]),
        ({"t": [{"k": 1}, {"k": "s"}]}, ["t.*.k"], {"t": [{"k": "***"}, {"k": "***"}]}),
        ({"p": None}, ["p"], {"p": None}),
        ({"p": ""}, ["p"], {"p": ""}),
        ({"p": {"deep": "s"}}, ["p"], {"p": "***"}),
        ("https://x/y?signature=s", ["$"], "***"),
        ("preparing", ["$"], "preparing"),
        ({"key": "s"}, ["$"], {"key": "s"}),
        ("text", ["a"], "text"),
    ],
)
def test_what_the_paths_name_is_masked(value: Any, paths: list[str], masked: Any) -> None:
    assert mask(value, paths) == masked


def test_the_original_stays_as_it_is() -> None:
    value: Any = {"a": [{"k": "secret"}], "b": 1}
    masked: Any = mask(value, ["a.*.k"])
    assert masked["a"][0]["k"] == "***"
    assert value == {"a": [{"k": "secret"}], "b": 1}

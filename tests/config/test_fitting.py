from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from beeflow.config import load_config
from beeflow.config.checking import _formats
from beeflow.config.fitting import surely_fits
from beeflow.config.schema import config_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WHOLE: dict[str, Any] = {
    "recipes": "recipes",
    "timezone": "Europe/Copenhagen",
    "platform": {"url": "https://x.example", "session_place": "query", "rate_limit": 3500},
    "sources": {"main": {"secrets": ["one", "two"]}},
    "server": {"host": "127.0.0.1", "port": 8080, "password": None, "hosts": ["a.example"]},
    "journal": {"path": "beeflow.db", "retention": "30d", "synchronous": "full"},
    "connections": {
        "slack": {"url": "https://hooks.example"},
        "smtp": {"kind": "smtp", "from": "Ada <ada@x.example>", "port": 25, "tls": "auto"},
        "other": {"kind": "slack", "token": "xoxb", "api_url": "https://slack.example/api/"},
        "mail": {"kind": "smtp", "from": "ada@x.example"},
    },
    "http": {"allow_private": ["10.1.0.0/16"]},
    "secrets": {"dir": None},
    "log": {"format": "auto", "level": "info"},
}
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    1,
    3.0,
    1.5,
    -1,
    10**6,
    "",
    "x",
    "1d",
    "-1d",
    "a b",
    [],
    ["x"] * 11,
    {},
    {"url": "u"},
)
JUDGE = Draft202012Validator(config_schema(), format_checker=_formats())


def changed(value: Any) -> Iterator[Any]:
    """Yield a value with each part of it once changed, left out, and joined by a stranger."""
    yield from ODD
    if isinstance(value, list):
        yield from (
            [*value[:place], one] for place in range(len(value)) for one in changed(value[place])
        )
    if isinstance(value, dict):
        for name in value:
            yield {key: item for key, item in value.items() if key != name}
            yield from ({**value, name: one} for one in changed(value[name]))
        yield from ({**value, name: "x"} for name in ("url", "token", "Bad name", "kind"))


def test_it_agrees_with_the_judge_on_every_change() -> None:
    cases = [*ODD, *({name: one} for name in WHOLE for one in (WHOLE[name], *changed(WHOLE[name])))]
    wrong = [one for one in cases if surely_fits(config_schema(), one) is not JUDGE.is_valid(one)]

    assert not wrong
    assert len(cases) > 800


@pytest.mark.parametrize(
    "schema",
    [{"multipleOf": 2}, {"type": "decimal"}, {"format": "colour"}, {"not": {"uniqueItems": True}}],
)
def test_what_it_does_not_know_it_is_not_sure_of(schema: dict[str, Any]) -> None:
    assert not surely_fits(schema, "x")


def test_a_right_configuration_is_read_without_the_judge(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "beeflow.yaml"
    file.write_text("server: {port: 9000}\nsources: {main: {secrets: [abc]}}\n", "utf-8")
    monkeypatch.setitem(sys.modules, "beeflow.config.checking", None)

    assert load_config(file, {}).server.port == 9000

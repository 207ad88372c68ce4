from __future__ import annotations

import pytest
from recipe.parsing import only, recipe, with_actions

from beeflow.recipe.model import WatchTrigger

FETCH = "fetch: {s: {action: events.stream}}"


def watch(body: str) -> WatchTrigger:
    (trigger,) = recipe(with_actions(f"trigger: {{watch: {body}}}")).triggers
    assert isinstance(trigger, WatchTrigger)
    return trigger


def test_an_edge() -> None:
    read = watch(f"{{every: 1m, for_events: {{status: live}}, {FETCH}, when: s.x < 5, for: 5m}}")
    assert (read.every, read.hold, read.fires) == (60.0, 300.0, "once")
    assert read.for_events == {"status": "live"}
    assert read.when is not None
    assert read.when.text == "s.x < 5"
    assert [fetch.name for fetch in read.fetch] == ["s"]


def test_each_item() -> None:
    read = watch(f"{{every: 1m, for_events: , {FETCH}, fires: each, items: s, key: item.ref}}")
    assert read.fires == "each"
    assert read.for_events == {}
    assert read.items is not None
    assert read.key is not None


@pytest.mark.parametrize(
    ("body", "rule", "message"),
    [
        ("{when: a}", "missing-key", "needs `every`"),
        ("{every: 1m}", "missing-key", "needs `when`"),
        ("{every: 1m, fires: each, items: a}", "missing-key", "needs `key`"),
        ("{every: 1m, when: a, items: b}", "conflicting-keys", "`items` does not go"),
        ("{every: 1m, fires: each, items: a, key: b, for: 1m}", "conflicting-keys", "`for`"),
        ("{every: 1m, when: a, for_events: x}", "wrong-type", "filters on events"),
        ("{every: 1m, when: a, fires: never}", "bad-value", "cannot be"),
    ],
)
def test_a_wrong_watch_says_what_is_wrong(body: str, rule: str, message: str) -> None:
    found = only(with_actions(f"trigger: {{watch: {body}}}"))
    assert found.rule == rule
    assert message in found.message


def test_the_names_of_a_watch_are_its_own() -> None:
    text = f"trigger: {{watch: {{every: 1m, {FETCH}, when: s.x}}}}\n{FETCH}"
    assert len(recipe(with_actions(text)).fetch) == 1

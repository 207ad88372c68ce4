from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.check import Facts
from beeflow.check.typing.triggers import event_type, trigger_type, watching, webhook_type
from beeflow.recipe.model import WatchTrigger
from beeflow.recipe.parser import parse_recipe
from beeflow.recipe.typing import (
    ANYTHING,
    NULL,
    TEXT,
    ListOf,
    Record,
    Type,
    described,
    field_of,
    literal,
    members,
)

if TYPE_CHECKING:
    from beeflow.recipe.model import Recipe


def recipe(trigger: str) -> Recipe:
    parsed = parse_recipe(f"{trigger}\nactions: [{{stop: done}}]", path="r.yaml")
    assert parsed.recipe is not None, parsed.problems
    return parsed.recipe


def at(type_: Type, path: str) -> Type:
    for step in path.split("."):
        type_ = field_of(type_, step).type
    return type_


@pytest.mark.parametrize(
    ("trigger", "path", "words"),
    [
        ("trigger: {webhook: event.created}", "data.event_ref", "a text"),
        ("trigger: {webhook: event.created}", "type", "one of 'event.created', 'manual', 'run'"),
        ("trigger: {webhook: event.created}", "kind", "one of 'manual', 'run', 'webhook'"),
        ("trigger: {webhook: event.created}", "timestamp", "a number"),
        ("trigger: {webhook: event.created, name: made}", "name", "the text 'made'"),
        ("trigger: {webhook: event.updated}", "keys_updated", "a list of texts"),
        ("trigger: {webhook: billing.invoice.created}", "timestamp", "a number or null"),
        ("trigger: {webhook: billing.invoice.created}", "data.whatever", "any value"),
        ("trigger: {webhook: no.such}", "data.event_ref", "any value"),
        ("trigger: {schedule: {every: 1h}}", "scheduled_for", "a time"),
        ("trigger: {schedule: {every: 1h}}", "timestamp", "null"),
        ("trigger: {event_start: -1h}", "event.event_date", "a text"),
        ("trigger: {event_start: -1h}", "data.event_ref", "a text"),
        ("trigger: {run: [failed, unknown]}", "data.outcome", "one of 'failed', 'unknown'"),
        ("trigger: {run: failed}", "data.error.message", "a text"),
        ("trigger: {run: failed}", "data.error", "a mapping"),
        ("trigger: {run: succeeded}", "data.error", "a mapping or null"),
        ("timeout: 1h", "data.whatever", "any value"),
        ("timeout: 1h", "kind", "one of 'manual', 'run'"),
    ],
)
def test_triggers_have_types(trigger: str, path: str, words: str, facts: Facts) -> None:
    assert described(at(trigger_type(recipe(trigger), facts, {}), path)) == words


def test_a_batch_has_all_triggers(facts: Facts) -> None:
    batched = recipe("trigger: {webhook: signup.created}\nbatch: {window: 1h}")
    items = at(trigger_type(batched, facts, {}), "items")
    assert isinstance(items, ListOf)
    assert at(items.item, "data.signup_ref") == TEXT
    plain = trigger_type(recipe("trigger: {webhook: signup.created}"), facts, {})
    assert [type(one) for one in field_of(plain, "items").lacking] == [Record]


def test_a_batch_of_what_is_not_known(facts: Facts) -> None:
    batched = recipe("trigger: {webhook: no.such}\nbatch: {window: 1h}")
    assert trigger_type(batched, facts, {}) == ANYTHING


def test_each_type_of_webhook_is_an_alternative(facts: Facts) -> None:
    found = webhook_type(("video.*", "event.created"), {}, facts)
    titles = [one.title for one in found if isinstance(one, Record)]
    assert len(titles) == len(found) > 5
    assert titles == sorted(titles)


WATCH = """\
trigger:
  watch:
    every: 1m
    {events}fetch: {{chat: {{action: chat.list, with: {{event_ref: a}}}}}}
    fires: each
    items: chat
    key: item.chat_ref"""


def test_watches_have_their_items_and_perhaps_an_event(facts: Facts) -> None:
    each = trigger_type(recipe(WATCH.format(events="")), facts, {0: literal("x")})
    assert at(each, "item") == literal("x")
    assert field_of(at(each, "data"), "event_ref").lacking
    live = recipe(WATCH.format(events="for_events: {status: live}\n    "))
    some = trigger_type(live, facts, {})
    assert at(some, "item") == ANYTHING
    assert at(some, "data.event_ref") == TEXT
    assert isinstance(at(some, "event"), Record)


def test_a_watch_sees_less_while_it_looks(facts: Facts) -> None:
    (plain,) = recipe(WATCH.format(events="")).triggers
    (each,) = recipe(WATCH.format(events="for_events: {}\n    ")).triggers
    assert isinstance(plain, WatchTrigger)
    assert isinstance(each, WatchTrigger)
    assert at(watching(plain, facts), "event") == NULL
    assert at(watching(each, facts), "data.event_ref") == TEXT


def test_an_event_has_what_the_list_and_the_webhook_tell(facts: Facts) -> None:
    event = event_type(facts)
    assert isinstance(event, Record)
    assert {"event_timezone", "event_status", "event_ref"} <= event.fields.keys()
    assert event_type(Facts()) == ANYTHING


def test_what_is_no_record_is_not_known() -> None:
    class Odd:
        description = "odd"
        schema = {"type": "string"}  # noqa: RUF012 - a schema is data

    assert webhook_type(("odd",), {}, Facts(webhooks={"odd": Odd()})) == [ANYTHING]
    assert members(ANYTHING) == (ANYTHING,)

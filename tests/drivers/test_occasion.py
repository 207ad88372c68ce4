from __future__ import annotations

import pytest
from drivers.rehearsing import NOW, only, recipe_of, rehearse, samples

from beeflow.drivers.account import Assigned, Decided
from beeflow.drivers.occasion import Occasion, from_payload, from_sample, sent_at
from beeflow.errors import UsageError
from beeflow.types import Json, iso

SET = "\nactions:\n  - set: {a: 1}\n"


def sampled(trigger: str, kind: str | None = None, at: float | None = None) -> Occasion:
    return from_sample(recipe_of(f"trigger: {trigger}{SET}"), samples(), NOW, kind, at)


def test_a_webhooks_sample_is_made_to_match_and_says_so() -> None:
    occasion = sampled("{webhook: event.updated.status, match: {data.status: live}}")
    assert occasion.matches
    assert occasion.trigger == 0
    assert occasion.origin == (
        "the documented sample of event.updated.status, with data.status: live so that it matches"
    )
    assert occasion.at == 1745786454
    assert occasion.event.event_ref == "Hm0Ee8Pj6Me8"
    decided = occasion.steps[0].what
    assert isinstance(decided, Decided)
    assert [clause.value for clause in decided.clauses] == [True, True]
    assert (occasion.steps[0].line, occasion.steps[0].file) == (1, "r.yaml")


def test_a_sample_that_matches_as_it_is_stays_as_it_is() -> None:
    occasion = sampled("{webhook: event.updated.status, match: {data.status: idle}}")
    assert occasion.origin == "the documented sample of event.updated.status"


def test_a_pattern_takes_its_first_documented_type() -> None:
    assert sampled("{webhook: [nothing.like.it, 'video.upload.*']}").event.type == (
        "video.upload.created"
    )


def test_a_type_that_is_not_documented_has_no_sample() -> None:
    with pytest.raises(UsageError, match="--event"):
        sampled("{webhook: brand.new}")
    with pytest.raises(UsageError, match="no documented sample"):
        sampled("{webhook: brand.new}", "brand.new")


def test_a_chosen_sample_is_asked_of_the_trigger_that_takes_it() -> None:
    trigger = "[{webhook: poll.created}, {webhook: 'video.*', match: {data.a: 1}}]"
    occasion = sampled(trigger, "video.updated")
    assert (occasion.trigger, occasion.matches) == (1, True)
    occasion = sampled(trigger, "event.created")
    assert (occasion.trigger, occasion.matches) == (0, False)


def test_a_webhook_that_does_not_say_when_is_sent_now() -> None:
    assert sampled("{webhook: billing.invoice.created}").at == NOW
    assert sampled("{webhook: poll.created}", at=5.0).at == 5.0
    assert sent_at({"timestamp": True}, 7.0) == 7.0
    assert sent_at({"timestamp": 3}, 7.0) == 3.0


def test_a_payload_needs_a_type_and_a_recipe_that_webhooks_start() -> None:
    recipe = recipe_of("trigger: {schedule: {every: 1h}}" + SET)
    with pytest.raises(UsageError, match="not started by webhooks"):
        from_payload(recipe, {"type": "a"}, "the file", 1.0)
    with pytest.raises(UsageError, match="the file has no `type`"):
        from_payload(recipe, {}, "the file", 1.0)


def test_what_is_not_in_the_payload_is_said_to_be_missing() -> None:
    recipe = recipe_of("trigger: {webhook: a.b, match: {data.x: 1}}" + SET)
    occasion = from_payload(recipe, {"type": "a.b", "data": {}}, "it", 1.0)
    decided = occasion.steps[0].what
    assert isinstance(decided, Decided)
    assert decided.clauses[1].operands == (("data.x", "(not there)"),)
    assert not occasion.matches


def test_a_schedule_starts_at_its_next_time() -> None:
    occasion = sampled("{schedule: '0 9 * * mon-fri', timezone: Europe/Copenhagen}")
    assert iso(occasion.at) == "2025-12-29T08:00:00.000Z" or occasion.at > NOW
    assert occasion.event.payload["scheduled_for"] == occasion.at
    assert sampled("{schedule: {every: 1h}}", at=7.0).at == 7.0
    with pytest.raises(UsageError, match="--at"):
        sampled("{schedule: {at: '2020-01-01 09:00'}}")


def test_an_event_start_is_told_from_the_documented_event() -> None:
    occasion = sampled("{event_start: -15m}")
    event = occasion.event.payload["event"]
    assert isinstance(event, dict)
    assert occasion.event.event_ref == event["event_ref"]
    assert occasion.origin.startswith("15m before the start")
    moved = sampled("{event_start: +10m}", at=1_767_000_000.0)
    assert moved.origin.startswith("10m after the start")
    event = moved.event.payload["event"]
    assert isinstance(event, dict)
    assert event["event_date"] == "2025-12-29 09:10:00"


def test_watches_and_ended_runs_suppose_that_they_fired() -> None:
    watch = (
        "{watch: {every: 1m, fetch: {s: {action: events.stream, with: {event_ref: x}}},"
        " when: s.online, for_events: {status: live}}}"
    )
    occasion = sampled(watch)
    assert occasion.at == NOW
    assert occasion.event.payload["data"] == {"event_ref": samples().event["event_ref"]}
    each = (
        "{watch: {every: 1m, fires: each, fetch: {s: {action: chat.list, with: {event_ref: x}}},"
        " items: s, key: item.chat_ref}}"
    )
    account = rehearse(f"trigger: {each}\nactions:\n  - set: {{a: '{{{{ trigger.item.x }}}}'}}\n")
    assert only(account, Assigned).what == Assigned(
        {"a": "\u2039trigger.item.x: known after apply\u203a"}
    )
    ended = sampled("{run: failed, recipe: other}")
    data = ended.event.payload["data"]
    assert isinstance(data, dict)
    assert (data["recipe"], data["outcome"]) == ("other", "failed")
    assert "another-recipe" in sampled("{run: [failed, unknown]}").origin


def test_without_a_trigger_a_recipe_is_started_by_hand() -> None:
    occasion = from_sample(recipe_of(SET.lstrip()), samples(), NOW)
    assert (occasion.trigger, occasion.event.source, occasion.at) == (-1, "manual", NOW)


def test_in_a_blueprint_the_trigger_stands_where_it_stands() -> None:
    from beeflow.recipe.parser import parse_recipe

    blueprint = "\n\ntrigger: {webhook: poll.created}\nactions:\n  - set: {a: 1}\n"
    parsed = parse_recipe(
        "use: blueprints/b.yaml\n",
        path="r.yaml",
        load={"blueprints/b.yaml": blueprint}.get,
    )
    assert parsed.recipe is not None
    payload: dict[str, Json] = {"type": "poll.created", "data": {}}
    step = from_payload(parsed.recipe, payload, "it", 1.0).steps[0]
    assert (step.file, step.line) == ("blueprints/b.yaml", 3)

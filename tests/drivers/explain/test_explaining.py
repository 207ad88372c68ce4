from __future__ import annotations

import pytest
from drivers.explain.asking import changes, event, explained, ground, of_stage
from msgspec import structs
from msgspec.structs import replace
from support.stage import Stage, stage

from beeflow.config import Secrets
from beeflow.drivers.explain.explaining import Question, explain
from beeflow.drivers.occasion import as_event
from beeflow.errors import Failure

CREATED = "trigger: {webhook: event.created}\n"
LOG = "actions: [{action: log.write, with: {message: m}}]\n"


@pytest.mark.parametrize(
    ("text", "data", "because"),
    [
        (CREATED, {}, "the trigger wants the event, and all conditions hold"),
        (
            "trigger: {webhook: event.deleted}\n",
            {},
            "the trigger wants `webhook: event.deleted`, and it is event.created",
        ),
        (
            "trigger: [{webhook: event.deleted}, {webhook: event.created, match: {data.a: 1}}]\n",
            {"a": None},
            "the trigger wants `data.a: 1`, and it is null",
        ),
        (
            CREATED + "conditions: [{any: [trigger.data.a, trigger.data.b]}]\n",
            {"a": 0, "b": 0},
            "the condition `trigger.data.a` does not hold",
        ),
        (
            CREATED + "conditions: [{not: trigger.data.a}]\n",
            {"a": 1},
            "its conditions do not hold",
        ),
        ("", {}, "the recipe has no trigger: it is started by hand, or by other recipes"),
        (
            CREATED + "fetch: {c: {action: client.get}}\nconditions: [c.client_name]\n",
            {},
            "it would, where what c (client.get) answers lets the conditions hold",
        ),
        (
            CREATED + "enabled: false\n",
            {},
            "the recipe is disabled (`enabled: false`): nothing starts it",
        ),
        (
            CREATED + "conditions: [secrets.WORD]\n",
            {},
            "there is no secret `WORD`: a daemon does not load the recipe without it",
        ),
    ],
)
def test_a_sentence_says_why(text: str, data: dict[str, int], because: str) -> None:
    assert explained(text, event("event.created", **data)).because == because


def test_conditions_that_cannot_be_evaluated_say_so() -> None:
    told = explained(CREATED + "conditions: [trigger.data.a]\n", event("event.created"))
    assert told.because.startswith("its conditions cannot be evaluated: `trigger.data.a`")
    assert changes(told) == [("data.a", None, "other")]


def test_a_shadow_recipe_is_told_to_be_one() -> None:
    told = explained(CREATED + "mode: shadow\n", event("event.created"))
    assert told.fired is True
    assert [note.kind for note in told.notes] == ["shadow"]


def test_the_name_of_a_secret_is_all_that_is_told() -> None:
    told = explained(
        CREATED + "conditions: [secrets.WORD]\n",
        event("event.created"),
        secrets=Secrets({"BEEFLOW_SECRET_WORD": "please"}),
    )
    assert told.fired is True
    assert told.notes == ()


# --- from the journal ------------------------------------------------------------------------


async def test_what_a_run_decided_is_told_as_it_was() -> None:
    text = (
        CREATED
        + "fetch: {e: {action: events.get, with: {event_ref: x}}}\n"
        + "conditions: [e.title == 'Launch', trigger.data.a]\n"
        + LOG
    )
    async with stage(text) as one:
        one.answers["events.get"] = {"title": "Launch"}
        made = one.book.get("recipe")
        assert made is not None
        skipped = await one.webhook("event.created", {"a": False})
        one.answers["events.get"] = {"title": "Other"}
        told = await of_stage(one, made, skipped.event_id)
    assert (told.fired, told.recorded) == (False, True)
    assert told.because == "the condition `trigger.data.a` does not hold"
    assert told.decision is not None
    assert [clause.value for clause in told.decision.clauses] == [True, False]
    assert told.unanswered == ()
    assert changes(told) == [("data.a", False, True)]


async def test_a_read_that_failed_is_as_recorded() -> None:
    fetch = "fetch: {e: {action: events.get, with: {event_ref: x}, retry: {attempts: 1}}}\n"
    text = CREATED + fetch + LOG
    async with stage(text) as one:
        one.answers["events.get"] = Failure("http", "not found", 404)
        made = one.book.get("recipe")
        assert made is not None
        receipt = await one.webhook("event.created")
        told = await of_stage(one, made, receipt.event_id)
    assert told.fired is True
    assert [note.kind for note in told.notes] == ["failed"]
    assert "ended failed: not found" in told.notes[0].text


async def notes(one: Stage, event_id: str) -> list[tuple[str, str | None]]:
    made = one.book.get("recipe")
    assert made is not None
    told = await of_stage(one, made, event_id)
    return [(note.kind, note.run) for note in told.notes]


async def test_a_throttle_names_the_run_that_went_through() -> None:
    text = CREATED + "throttle: {key: trigger.data.a, once_within: 1h}\n" + LOG
    async with stage(text) as one:
        await one.webhook("event.created", {"a": "x"})
        await one.webhook("event.created", {"a": "other"})
        second = await one.webhook("event.created", {"a": "x"})
        assert await notes(one, second.event_id) == [("throttled", "r-1")]
        made = one.book.get("recipe")
        assert made is not None
        told = await of_stage(one, made, second.event_id)
        assert told.fired is False
        assert told.because.startswith("run r-3 was throttled: run r-1 went through for `x`")
        assert changes(told) == [("data.a", "x", "another")]


WAITS = "actions: [{wait: 1h}]\n"


async def test_a_group_names_the_run_that_is_ahead() -> None:
    async with stage(CREATED + WAITS) as one:
        await one.webhook("event.created", {"event_ref": "E1"})
        second = await one.webhook("event.created", {"event_ref": "E1"})
        assert await notes(one, second.event_id) == [("queued", "r-1")]
        made = one.book.get("recipe")
        assert made is not None
        told = await of_stage(one, made, second.event_id)
    assert told.fired == "not_yet"
    assert told.because.startswith("run r-2 is queued behind r-1")


async def test_a_drop_names_the_run_that_had_not_ended() -> None:
    text = CREATED + "concurrency: {mode: drop}\n" + WAITS
    async with stage(text) as one:
        await one.webhook("event.created", {"event_ref": "E1"})
        second = await one.webhook("event.created", {"event_ref": "E1"})
        assert await notes(one, second.event_id) == [("dropped", "r-1")]


async def test_a_debounce_names_the_run_that_came_later() -> None:
    text = CREATED + "debounce: {quiet: 1m}\n" + LOG
    async with stage(text) as one:
        first = await one.webhook("event.created")
        assert await notes(one, first.event_id) == [("delayed", "r-1")]
        await one.webhook("event.created")
        assert await notes(one, first.event_id) == [("debounced", "r-2")]


async def test_a_cancelled_run_names_the_event_that_did_it() -> None:
    text = CREATED + "cancel_on: {webhook: event.deleted}\n" + WAITS
    async with stage(text) as one:
        first = await one.webhook("event.created", {"event_ref": "E1"})
        await one.webhook("event.deleted", {"event_ref": "E1"})
        made = one.book.get("recipe")
        assert made is not None
        told = await of_stage(one, made, first.event_id)
    assert told.fired is True
    assert [note.text for note in told.notes] == ["run r-1 was cancelled by e-2"]


async def test_a_step_that_once_passed_over_is_named() -> None:
    text = CREATED + "actions: [{action: log.write, once: trigger.data.a, with: {message: m}}]\n"

    async with stage(text) as one:
        await one.webhook("event.created", {"a": "x"})
        second = await one.webhook("event.created", {"a": "x"})
        made = one.book.get("recipe")
        assert made is not None
        told = await of_stage(one, made, second.event_id)
    assert told.fired is True
    assert [note.text for note in told.notes] == [
        "actions/0 was passed over: `once` for `x` was taken before"
    ]


async def test_an_event_that_started_nothing_says_why_that_may_be() -> None:
    async with stage("trigger: {webhook: event.deleted}\n" + LOG) as one:
        receipt = await one.webhook("event.created")
        later = await one.deploy(CREATED + LOG)
        told = await of_stage(one, later, receipt.event_id)
    assert (told.fired, told.runs, told.smallest) == (False, (), None)
    assert [note.kind for note in told.notes] == ["no_run"]
    assert "it was not live then, or worded otherwise" in told.because


async def test_a_chain_of_causes_that_was_cut_is_told_to_be_one() -> None:
    async with stage("trigger: {webhook: event.deleted}\n" + LOG) as one:
        receipt = await one.webhook("event.created")
        later = await one.deploy("trigger: {run: failed}\n" + LOG)
        seen = await one.journal.event(receipt.event_id)
        assert seen is not None
        cut = structs.replace(seen, source="run", type="run")
        question = Question(ground=ground(later), event=cut, types={}, history=one.journal)
        told = await explain(question)
    assert told.fired is False
    assert "the 8th in one chain of causes: nothing follows it" in told.because


async def test_a_run_of_an_earlier_text_is_told_to_be_one() -> None:
    async with stage(CREATED + LOG) as one:
        receipt = await one.webhook("event.created")
        later = await one.deploy("name: New\n" + CREATED + LOG)
        told = await of_stage(one, later, receipt.event_id)
    assert told.fired is True
    assert [note.kind for note in told.notes] == ["other_text"]


async def test_an_event_made_for_another_recipe_is_not_for_this_one() -> None:
    async with stage("trigger: {schedule: '0 9 * * *'}\n" + LOG) as one:
        made = one.book.get("recipe")
        assert made is not None
        await one.pass_time(86400)
        mine = await of_stage(one, made, "e-1")
        other = await of_stage(one, replace(made, id="other"), "e-1")
    assert mine.fired is True
    assert other.fired is False


def test_an_event_of_ones_own_is_not_looked_up() -> None:
    told = explained(CREATED, as_event({"type": "event.created", "data": {}}, "event.created", 0.0))
    assert told.runs == ()


async def test_an_event_in_a_batch_is_explained_by_the_run_that_took_it() -> None:
    text = CREATED + "batch: {window: 1h}\nconditions: [trigger.items | length > 2]\n" + LOG
    async with stage(text) as one:
        await one.webhook("event.created", {"a": 1})
        second = await one.webhook("event.created", {"a": 2})
        made = one.book.get("recipe")
        assert made is not None
        early = await of_stage(one, made, second.event_id)
        await one.pass_time(3600)
        late = await of_stage(one, made, second.event_id)
    assert early.fired == "not_yet"
    assert early.because.startswith("run r-1 collects until ")
    assert late.fired is False
    assert late.because == "the condition `trigger.items | length > 2` does not hold"


async def test_a_start_by_hand_needs_no_trigger() -> None:
    async with stage(CREATED + "conditions: [trigger.kind == 'manual']\n" + LOG) as one:
        made = one.book.get("recipe")
        assert made is not None
        receipt = await one.manual(made)
        told = await of_stage(one, made, receipt.event_id)
    assert told.fired is True
    assert told.because == "run r-1 succeeded"

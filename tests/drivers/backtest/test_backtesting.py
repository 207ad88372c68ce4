from __future__ import annotations

import pytest
from drivers.backtest.recording import CREATED, POLL, deck, outcome_of, past_of, recorded, told

from beeflow.beestreamed.dates import start_of
from beeflow.config import Secrets
from beeflow.drivers.backtest.backtesting import Backtest, played
from beeflow.errors import Failure
from beeflow.recipe.parser import Defaults
from beeflow.types import zone

LIVE = "event.updated.status"
ANSWERS = {
    "events__get": {"event_ref": "E1", "event_title": "Launch"},
    "polls__create": {"poll_ref": "P1"},
}
TWO = [
    (0.0, LIVE, {"event_ref": "E1", "status": "live"}),
    (3600.0, LIVE, {"event_ref": "E2", "status": "idle"}),
]
SHIFT = (
    "polls.create: 10m after the event → 5m after the event (5m earlier)",
    "polls.set_state: 10m after the event → 5m after the event (5m earlier)",
)


async def test_ten_minutes_that_become_five_show_in_words() -> None:
    lines = await recorded({"poll": POLL}, TWO, **ANSWERS)
    done = await outcome_of(lines, {"poll": POLL}, {"poll": POLL.replace("10m", "5m")})
    assert told(done) == [("e-1", "poll", SHIFT)]
    assert (done.events, done.played, done.compared) == (2, ("poll",), 1)
    assert done.recorded == 2
    assert done.sampled == {}


async def test_against_the_record_nothing_differs_where_nothing_changed() -> None:
    lines = await recorded({"poll": POLL}, TWO, **ANSWERS)
    done = await outcome_of(lines, None, {"poll": POLL})
    assert told(done) == []
    assert done.compared == 1
    changed = await outcome_of(lines, None, {"poll": POLL.replace("10m", "5m")})
    assert told(changed) == [("e-1", "poll", SHIFT)]


async def test_what_is_the_same_on_both_sides_is_not_played() -> None:
    other = CREATED + "actions: [{stop: x}]\n"
    lines = await recorded({"poll": POLL, "other": other}, TWO, **ANSWERS)
    done = await outcome_of(
        lines,
        {"poll": POLL, "other": other},
        {"poll": POLL.replace("Sound?", "Picture?"), "other": other},
    )
    assert (done.played, done.same) == (("poll",), 1)
    assert told(done) == [("e-1", "poll", ("polls.create, `question`: Sound? → Picture?",))]


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        (
            ("!= 'Secret'", "!= 'Launch'"),
            (
                "succeeded → skipped: event.event_title != 'Launch'",
                'no longer: polls.create 10m after the event (event_ref: E1, question: Sound?, options: ["a", "b"])',
                "no longer: polls.set_state 10m after the event (event_ref: E1, poll_ref: P1, state: true)",
            ),
        ),
        (
            ("data.status: live", "data.status: idle"),
            None,
        ),
        (
            ("  - wait: 10m\n", "  - wait: 10m\n  - {action: log.write, with: {message: hi}}\n"),
            ("new: log.write 10m after the event (message: hi)",),
        ),
        (
            ("trigger:", "mode: shadow\ntrigger:"),
            (
                "polls.create: only recorded (shadow) now",
                "polls.set_state: only recorded (shadow) now",
                "polls.set_state, `poll_ref`: P1 → ",
            ),
        ),
    ],
)
async def test_decisions_and_calls_that_differ_are_told(
    change: tuple[str, str], texts: tuple[str, ...] | None
) -> None:
    lines = await recorded({"poll": POLL}, TWO, **ANSWERS)
    done = await outcome_of(lines, {"poll": POLL}, {"poll": POLL.replace(*change)})
    if texts is None:
        firsts = [(one.event.id, one.texts[0]) for one in done.differences]
        assert firsts == [
            ("e-1", "succeeded → does not start"),
            ("e-2", "does not start → succeeded"),
        ]
        return
    (one,) = done.differences
    assert len(one.texts) == len(texts)
    assert all(text.startswith(wanted) for text, wanted in zip(one.texts, texts, strict=True))


async def test_a_read_that_is_on_no_record_is_answered_with_the_sample_and_counted() -> None:
    lines = await recorded({"poll": POLL}, TWO, **ANSWERS)
    after = POLL.replace(
        "actions:",
        "actions:\n  - {action: polls.list, as: all, with: {event_ref: E9}}\n"
        "  - {action: log.write, with: {message: '{{ all | length }}'}}",
        1,
    )
    done = await outcome_of(lines, {"poll": POLL}, {"poll": after})
    assert done.sampled == {"polls.list": 1}
    assert done.differences[0].texts[0].startswith("new: log.write at once (message: ")


async def test_policy_is_that_of_the_real_engine() -> None:
    text = CREATED + "throttle: {key: trigger.data.k, once_within: 1h}\nactions: [{stop: x}]\n"
    events = [(60.0, "event.created", {"k": 1}), (60.0, "event.created", {"k": 1})]
    lines = await recorded({"r": text}, events)
    done = await outcome_of(lines, {"r": text}, {"r": text.replace("1h", "30s")})
    assert told(done) == [("e-2", "r", ("skipped: throttled → succeeded: x",))]


async def test_a_cancel_and_a_wait_for_meet_later_events() -> None:
    text = (
        CREATED
        + "actions:\n- wait_for: {webhook: poll.created, timeout: 2h}\n  on_timeout: continue\n"
        "- {action: log.write, with: {message: m}}\n"
    )
    events = [
        (60.0, "event.created", {"event_ref": "E1"}),
        (600.0, "poll.created", {"poll_event_ref": "E1"}),
        (600.0, "event.deleted", {"event_ref": "E1"}),
    ]
    lines = await recorded({"r": text}, events)
    shorter = await outcome_of(lines, {"r": text}, {"r": text.replace("2h", "5m")})
    moved = "log.write: 10m after the event → 5m after the event (5m earlier)"
    assert told(shorter) == [("e-1", "r", (moved,))]
    other = text.replace("poll.created", "chat.created") + "cancel_on: {webhook: event.deleted}\n"
    cancelled = await outcome_of(lines, {"r": text}, {"r": other})
    assert cancelled.differences[0].texts[0].startswith("succeeded → cancelled: cancelled by e-")


async def test_what_a_recipe_runs_and_who_listens_is_played_too() -> None:
    texts = {
        "caller": CREATED + "actions: [{run: callee, with: {a: 1}}]\n",
        "callee": "inputs: {a: {type: integer}}\n"
        "actions: [{action: log.write, with: {message: '{{ inputs.a }}'}}]\n",
        "listener": "trigger: {run: succeeded, recipe: callee}\n"
        "actions: [{action: log.write, with: {message: heard}}]\n",
        "apart": CREATED + "actions: [{stop: x}]\n",
    }
    lines = await recorded(texts, [(60.0, "event.created", {})])
    changed = texts | {"callee": texts["callee"].replace("}}'", "}}!'")}
    done = await outcome_of(lines, texts, changed)
    assert done.played == ("callee", "caller", "listener")
    assert told(done) == [("e-1", "callee", ("log.write, `message`: 1 → 1!",))]
    assert told(await outcome_of(lines, None, texts)) == []


async def test_only_the_recipes_that_are_asked_for_are_told_of() -> None:
    texts = {"a": CREATED + "actions: [{stop: x}]\n", "b": CREATED + "actions: [{stop: x}]\n"}
    changed = {name: text.replace("stop: x", "stop: y") for name, text in texts.items()}
    lines = await recorded(texts, [(60.0, "event.created", {})])
    done = await outcome_of(lines, texts, changed, wanted=frozenset({"b"}))
    assert told(done) == [("e-1", "b", ("succeeded: x → succeeded: y",))]
    assert done.played == ("b",)


async def test_new_and_removed_recipes_have_one_side() -> None:
    text = CREATED + "actions: [{stop: x}]\n"
    lines = await recorded({"old": text}, [(60.0, "event.created", {})])
    done = await outcome_of(lines, {"old": text}, {"new": text})
    assert told(done) == [
        ("e-1", "new", ("does not start → succeeded: x",)),
        ("e-1", "old", ("succeeded: x → does not start",)),
    ]


async def test_events_from_the_inside_enter_for_the_recipe_they_started() -> None:
    text = "trigger: {schedule: '0 9 * * *'}\nactions: [{action: log.write, with: {message: m}}]\n"
    lines = await recorded({"r": text}, [])
    done = await outcome_of(lines, {"r": text}, {"r": text.replace("message: m", "message: n")})
    assert [one.texts for one in done.differences] == [("log.write, `message`: m → n",)]
    gone = await outcome_of(
        lines, {"r": text}, {"r": text.replace("schedule: '0 9 * * *'", "webhook: event.created")}
    )
    assert [one.texts[0] for one in gone.differences] == ["succeeded → does not start"]


async def test_a_call_that_failed_then_fails_again_without_another_try() -> None:
    text = CREATED + "actions: [{action: slack.post, retry: {attempts: 2}, with: {text: t}}]\n"
    failed = Failure("http", "down", 400)
    lines = await recorded({"r": text}, [(60.0, "event.created", {})], slack__post=failed)
    assert told(await outcome_of(lines, None, {"r": text})) == []


async def test_what_had_not_ended_then_is_not_compared() -> None:
    text = CREATED + "actions: [{wait: 10d}]\n"
    lines = await recorded({"r": text}, [(60.0, "event.created", {})])
    done = await outcome_of(lines, None, {"r": text.replace("10d", "1d")})
    assert told(done) == []
    assert (done.compared, done.unfinished) == (0, 1)


async def test_progress_is_told_for_both_sides() -> None:
    lines = await recorded({"poll": POLL}, TWO, **ANSWERS)
    steps: list[int] = []
    await outcome_of(lines, {"poll": POLL}, {"poll": POLL + "name: x\n"}, show=steps.append)
    assert steps == [1, 2, 3, 4]


def test_which_recipes_are_played_depends_on_who_runs_whom() -> None:
    texts = {
        "a": "actions: [{run: b}]\n",
        "b": "actions: [{stop: x}]\n",
        "c": CREATED + "actions: [{stop: x}]\n",
    }
    test = Backtest(
        pasts=past_of([]),
        before=deck(texts),
        after=deck(texts | {"b": "actions: [{stop: y}]\n"}),
        actions=None,  # type: ignore[arg-type]  # nothing is played
        secrets=Secrets({}),
        start_of=lambda event: start_of(event, zone("UTC")),
        defaults=Defaults(),
    )
    assert played(test) == {"a", "b"}
    assert test.steps == 0


async def test_years_between_events_take_no_time() -> None:
    text = CREATED + "actions: [{wait: 1h}, {action: log.write, with: {message: m}}]\n"
    lines = await recorded({"r": text}, [(60.0, "event.created", {})])
    event = dict(lines[1]["event"])  # type: ignore[arg-type]  # an object
    later = {"event": {**event, "id": "e-9", "received_at": "9000-01-01T00:00:00Z"}}
    done = await outcome_of([*lines, later], {"r": text}, {"r": text.replace("1h", "2h")})
    moved = "log.write: 1h after the event → 2h after the event (1h later)"
    assert told(done) == [("e-1", "r", (moved,)), ("e-9", "r", (moved,))]

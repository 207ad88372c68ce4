"""Calls through the whole engine: cut off, broken, too slow, refused, and what is kept of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from support.stage import START, Stage, StageAction, stage

from beeflow.engine import performing
from beeflow.engine.journal.memory import MemoryJournal
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.engine.journal.records import Run
    from beeflow.recipe.model import Bundle
    from beeflow.types import Json

HEAD = "trigger: {webhook: event.created}\nactions:\n"
LOG = '  - {action: log.write, with: {message: "{{ made.poll_ref }}"}}\n'
BUSY = Failure("http", "busy", status=503, retryable=True)


async def run_of(one: Stage) -> Run:
    """Let a webhook arrive and time pass; return the run."""
    await one.webhook("event.created", {"event_ref": "E1"})
    await one.pass_time(60)
    return (await one.runs())[0]


def failure_of(run: Run) -> Mapping[str, Any]:
    """Return the failure that a run ended with."""
    assert run.ending is not None
    fault: Any = run.ending["fault"]
    return dict(fault["failure"])


@pytest.mark.parametrize(("took_effect", "late"), [(False, 0), (True, 0), (True, 25)])
async def test_a_guarded_call_that_a_crash_cut_off_is_looked_for(
    took_effect: bool, late: float
) -> None:
    """Also where it takes effect some time after the crash, within its timeout of 30 s."""
    journal = MemoryJournal()
    polls: dict[str, Json] = {"old": {"poll_ref": "old"}}
    called = asyncio.Event()

    async def hangs() -> None:
        called.set()
        await asyncio.Event().wait()

    text = HEAD + "  - {action: polls.create, as: made, with: {}}\n" + LOG
    async with stage(text, journal=journal) as one:
        one.answers["polls.create"] = lambda _args: hangs()
        one.answers["polls.create?"] = lambda _args: dict(polls)
        arrival = asyncio.create_task(one.webhook("event.created", {"event_ref": "E1"}))
        await called.wait()
        arrival.cancel()
    two = Stage(journal)

    def there(_args: object) -> dict[str, Json]:
        made: dict[str, Json] = {"made": {"poll_ref": "made"}}
        return polls | (made if took_effect and two.clock.now() >= START + late else {})

    two.answers["polls.create"] = {"poll_ref": "again"}
    two.answers["polls.create?"] = there
    await two.deploy(text)
    await two.start()
    await two.pass_time(60)
    assert two.calls.of("log.write") == [{"message": "made" if took_effect else "again"}]
    assert len(two.calls.of("polls.create")) == (0 if took_effect else 1)
    await two.stop()


async def test_a_look_is_repeated_as_the_read_it_is() -> None:
    looks: list[Any] = [BUSY, {}]

    async def look(*_: object) -> Any:
        seen = looks.pop(0)
        if isinstance(seen, Failure):
            raise ActionError(seen)
        return seen

    text = HEAD + "  - {action: polls.create, as: made, with: {}}\n" + LOG
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StageAction, "look", look)
        async with stage(text) as one:
            one.answers["polls.create"] = {"poll_ref": "P1"}
            assert (await run_of(one)).outcome == "succeeded"
    assert looks == []


async def test_a_look_that_fails_for_good_fails_the_step() -> None:
    async def look(*_: object) -> Any:
        raise ActionError(Failure("http", "gone", status=404))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StageAction, "look", look)
        async with stage(HEAD + "  - {action: polls.create, as: made, with: {}}\n") as one:
            run = await run_of(one)
            assert run.outcome == "failed"
            assert failure_of(run)["status"] == 404
            assert one.calls.made == []


@pytest.mark.parametrize(
    ("action", "outcome"), [("events.get", "failed"), ("slack.post", "unknown")]
)
async def test_an_action_that_breaks_ends_its_run_and_nothing_else(
    action: str, outcome: str
) -> None:
    def breaks(_args: Mapping[str, Json]) -> Json:
        raise ZeroDivisionError("somebody else's fault")

    async with stage(HEAD + f"  - {{action: {action}, with: {{}}}}\n") as one:
        one.answers[action] = breaks
        run = await run_of(one)
        assert run.outcome == outcome
        assert f"`{action}` broke: ZeroDivisionError: somebody else's fault" in run.reason
        assert (await run_of(one)).outcome == outcome


@pytest.mark.parametrize(
    ("action", "outcome"), [("events.get", "failed"), ("slack.post", "unknown")]
)
async def test_an_action_that_does_not_keep_its_timeout_is_cut_off(
    action: str, outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(performing, "BACKSTOP", 0.0)

    async def hangs() -> None:
        await asyncio.Event().wait()

    step = f"  - {{action: {action}, with: {{}}, timeout: 10ms, retry: {{attempts: 1}}}}\n"
    async with stage(HEAD + step) as one:
        one.answers[action] = lambda _args: hangs()
        run = await run_of(one)
        assert run.outcome == outcome
        assert f"`{action}` did not end within 0.01 s" in run.reason


async def test_nothing_is_sent_while_an_argument_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StageAction, "check", lambda *_: ["`to` is missing"])
    async with stage(HEAD + "  - {action: email.send, with: {}}\n") as one:
        run = await run_of(one)
        assert (run.outcome, run.reason) == ("failed", "`to` is missing")
        assert one.calls.made == []
        opened = await one.journal.run(run.id)
        assert opened is not None
        given: Any = opened.records["actions/0#1"].input
        assert given["refused"] is True


async def test_records_hold_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    step = (
        "  - action: events.update\n    with:\n      key: abc\n      list: [{key: def, other: ghi}]\n"
        '      text: "{{ secrets.TOKEN }}"\n'
    )
    monkeypatch.setattr(StageAction, "__init__", _with_secret_fields(StageAction.__init__))
    async with stage(HEAD + step) as one:
        one.answers["events.update"] = Failure(
            "http", "no s3cret-value", status=400, detail={"a": 1}
        )
        run = await run_of(one)
        records = (await one.opened(run.id)).records
        assert records["actions/0#1"].input == {
            "action": "events.update",
            "args": {"key": "***", "list": [{"key": "***", "other": "ghi"}], "text": "***"},
            "effect": "idempotent",
        }
        assert run.reason == "no ***"
        assert one.calls.of("events.update")[0]["text"] == "s3cret-value"


def _with_secret_fields(made: Any) -> Any:
    def make(self: StageAction, name: str, of: Stage) -> None:
        made(self, name, of)
        self.secret_fields = ("key", "list.*.key", "gone")

    return make


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("{wait: '{{ trigger.data.w }}'}", "`soon` is not a duration"),
        ("{wait: '{{ [1] }}'}", "[1] is not a duration"),
        ("{wait: {until: trigger.data.w}}", "`soon` is not a time"),
        ("{wait: {until: 'true'}}", "to wait for a condition, use `repeat`"),
        ("{wait: {until: '10 ** 20'}}", ""),
        ("{state: {increment: {n: '{{ trigger.data.w }}'}}}", "`increment` of `n` is 'soon'"),
        ("{for_each: trigger.data.w, do: [{stop: x}]}", "`for_each` needs a list"),
    ],
)
async def test_a_value_that_does_not_fit_fails_the_step(step: str, told: str) -> None:
    async with stage(HEAD + f"  - {step}\n") as one:
        await one.webhook("event.created", {"event_ref": "E1", "w": "soon"})
        (run,) = await one.runs()
        assert run.outcome == "failed"
        assert told in run.reason
        assert failure_of(run)["kind"] == "template"


class Forgetful(MemoryJournal):
    """A journal that has lost the texts of recipes."""

    async def bundle(self, recipe_hash: str) -> Bundle | None:
        return None


async def test_a_run_whose_recipe_is_lost_ends_with_a_word_on_it() -> None:
    journal = Forgetful()
    async with stage(HEAD + "  - wait: 1h\n", journal=journal) as one:
        await one.webhook("event.created", {"event_ref": "E1"})
    two = Stage(journal)
    await two.start()
    await two.pass_time(3600)
    (run,) = await two.runs()
    assert (run.outcome, run.reason) == ("failed", "the text of its recipe is not in the journal")
    await two.stop()

"""Run policy, through the real engine on a virtual clock."""

from __future__ import annotations

from support.stage import Stage, stage

from beeflow.engine.door import DEEPEST
from beeflow.engine.journal.records import Filter

HEAD = "trigger: {webhook: event.updated.status}\n"
LOG = 'actions:\n  - {action: log.write, with: {message: "{{ trigger.data.n }}"}}\n'
SLOW = LOG + "  - wait: 10m\n"


async def send(one: Stage, number: int, ref: str | None = "E1") -> None:
    data = {"n": number} | ({"event_ref": ref} if ref else {})
    await one.webhook("event.updated.status", data)


def logged(one: Stage) -> list[object]:
    return [args["message"] for args in one.calls.of("log.write")]


async def test_drop_leaves_out_what_comes_while_one_runs_and_records_it() -> None:
    async with stage(HEAD + "concurrency: {mode: drop}\n" + SLOW) as one:
        await send(one, 1)
        await send(one, 2)
        await one.pass_time(700)
        await send(one, 3)
        assert logged(one) == [1, 3]
        assert (await one.outcomes())[1] == "skipped"
        assert (await one.runs())[1].reason


async def test_restart_cancels_the_one_before() -> None:
    async with stage(HEAD + "concurrency: {mode: restart}\n" + SLOW) as one:
        await send(one, 1)
        await one.pass_time(60)
        await send(one, 2)
        await one.pass_time(700)
        assert logged(one) == [1, 2]
        assert await one.outcomes() == ["cancelled", "succeeded"]


async def test_parallel_runs_side_by_side_and_max_makes_the_rest_wait_their_turn() -> None:
    async with stage(HEAD + "concurrency: {mode: parallel, max: 2}\n" + SLOW) as one:
        for number in (1, 2, 3):
            await send(one, number)
        assert logged(one) == [1, 2]
        await one.pass_time(601)
        assert logged(one) == [1, 2, 3]


async def test_a_group_of_ones_own() -> None:
    text = HEAD + "concurrency: {group: trigger.data.room, mode: queue}\n" + SLOW
    async with stage(text) as one:
        for number, room in ((1, "a"), (2, "a"), (3, "b")):
            await one.webhook("event.updated.status", {"n": number, "room": room})
        assert logged(one) == [1, 3]


async def test_a_group_that_cannot_be_evaluated_is_a_failed_run_with_the_reason() -> None:
    text = HEAD + "concurrency: {group: trigger.data.room}\n" + LOG
    async with stage(text) as one:
        await send(one, 1)
        (run,) = await one.runs()
        assert run.outcome == "failed"
        assert "`trigger.data` has no field `room`" in run.reason


async def test_throttle_lets_the_first_through_and_then_is_silent() -> None:
    text = HEAD + "throttle: {key: trigger.data.event_ref, once_within: 10m}\n" + LOG
    async with stage(text) as one:
        await send(one, 1)
        await send(one, 2)
        await send(one, 3, "E2")
        await one.pass_time(600)
        await send(one, 4)
        assert logged(one) == [1, 3, 4]


async def test_what_does_not_fire_silences_nothing() -> None:
    text = HEAD + "conditions: [trigger.data.n > 1]\nthrottle: {once_within: 10m}\n" + LOG
    async with stage(text) as one:
        for number in (1, 2, 3):
            await send(one, number)
        assert logged(one) == [2]


async def test_debounce_takes_the_last_once_it_is_quiet() -> None:
    text = HEAD + "debounce: {key: trigger.data.event_ref, quiet: 30s, max: 5m}\n" + LOG
    async with stage(text) as one:
        for number in (1, 2, 3):
            await send(one, number)
            await one.pass_time(20)
        assert logged(one) == []
        await one.pass_time(10)
        assert logged(one) == [3]
        assert one.calls.times("log.write") == [70.0]


async def test_debounce_waits_no_longer_than_max() -> None:
    text = HEAD + "debounce: {quiet: 30s, max: 60s}\n" + LOG
    async with stage(text) as one:
        for number in range(6):
            await send(one, number)
            await one.pass_time(20)
        assert one.calls.times("log.write")[0] == 60.0


async def test_batch_is_one_run_with_all_items() -> None:
    text = HEAD + (
        "batch: {window: 1h, max: 3}\n"
        "actions:\n  - {action: log.write, with: {message: \"{{ trigger.items | map(attribute='data.n') | list }}\"}}\n"
    )
    async with stage(text) as one:
        for number in (1, 2, 3, 4):
            await send(one, number)
        assert logged(one) == [[1, 2, 3]]
        await one.pass_time(3600)
        assert logged(one) == [[1, 2, 3], [4]]


async def test_a_loop_between_recipes_is_cut_at_eight() -> None:
    text = (
        "inputs: {n: {type: integer, default: 1}}\n"
        "actions:\n"
        '  - {action: log.write, with: {message: "{{ inputs.n }}"}}\n'
        "  - {run: recipe, with: {n: '{{ inputs.n + 1 }}'}}\n"
    )
    async with stage(text) as one:
        recipe = one.book.get("recipe")
        assert recipe is not None
        await one.manual(recipe)
        assert logged(one) == list(range(1, DEEPEST + 1))
        assert await one.outcomes() == ["succeeded"] * DEEPEST


async def test_shadow_only_tells_its_writes_and_keeps_a_ledger_of_its_own() -> None:
    text = (
        "mode: shadow\n"
        + HEAD
        + ("actions:\n  - {action: slack.post, once: trigger.data.event_ref, with: {text: hi}}\n")
    )
    async with stage(text) as one:
        await send(one, 1)
        await send(one, 2)
        assert one.calls.made == []
        opened = [await one.opened(run.id) for run in await one.runs()]
        assert [record.kind for record in opened[0].records.values()].count("would") == 1
        assert [record.kind for record in opened[1].records.values()].count("would") == 0
        await one.deploy(text.replace("mode: shadow\n", ""))
        await send(one, 3)
        assert len(one.calls.of("slack.post")) == 1


async def test_once_holds_over_all_runs_of_the_recipe() -> None:
    text = HEAD + (
        "actions:\n  - {action: email.send, once: trigger.data.event_ref, with: {to: a@example.com}}\n"
    )
    async with stage(text) as one:
        for number, ref in ((1, "E1"), (2, "E1"), (3, "E2")):
            await send(one, number, ref)
        assert len(one.calls.of("email.send")) == 2


async def test_state_is_kept_between_runs() -> None:
    text = HEAD + (
        "actions:\n  - state: {increment: {n: 1}}\n"
        "  - {action: log.write, with: {message: \"{{ state.get('n', 0) }}\"}}\n"
    )
    async with stage(text) as one:
        for number in (1, 2, 3):
            await send(one, number)
        assert logged(one) == [1, 2, 3]


async def test_a_run_finishes_on_the_text_it_began_with() -> None:
    async with stage(
        HEAD + "actions:\n  - wait: 1h\n  - {action: log.write, with: {message: old}}\n"
    ) as one:
        await send(one, 1)
        await one.deploy(HEAD + "actions:\n  - {action: log.write, with: {message: new}}\n")
        await send(one, 2, "E2")
        await one.pass_time(3600)
        assert logged(one) == ["new", "old"]


async def test_a_duplicate_webhook_starts_nothing() -> None:
    async with stage(HEAD + LOG) as one:
        for _ in range(2):
            await one.webhook("event.updated.status", {"event_ref": "E1", "n": 1}, id="same")
        assert logged(one) == [1]
        assert len(await one.journal.events(Filter())) == 1


async def test_each_of_several_cancels_counts() -> None:
    text = HEAD + (
        "cancel_on:\n  - {webhook: event.deleted}\n  - {webhook: 'event.*', any_event: true, match: {data.all: true}}\n"
        "actions:\n  - wait: 1h\n"
    )
    async with stage(text) as one:
        await send(one, 1, "E1")
        await send(one, 2, "E2")
        await one.webhook("event.deleted", {"event_ref": "E3", "all": True})
        assert await one.outcomes() == ["cancelled", "cancelled"]


async def test_of_several_triggers_that_match_the_first_written_counts() -> None:
    text = (
        "trigger:\n  - {name: all, webhook: 'event.*'}\n  - {name: one, webhook: event.deleted}\n"
        'actions:\n  - {action: log.write, with: {message: "{{ trigger.name }}"}}\n'
    )
    async with stage(text) as one:
        await one.webhook("event.deleted", {"event_ref": "E1"})
        assert logged(one) == ["all"]

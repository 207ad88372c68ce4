from __future__ import annotations

import pytest
from support.playing import World, play

from beeflow.engine import commands as c
from beeflow.errors import Failure

HEAD = "trigger: {webhook: event.updated.status}\nactions:\n"
SLACK = '  - {action: slack.post, as: posted, with: {text: "hi"}%s}\n'
POLL = (
    "  - {action: polls.create, as: poll, with: {event_ref: E1, question: Q, options: [a, b]}%s}\n"
)
AFTER = '  - {action: log.write, with: {message: "after"}}\n'

BUSY = Failure("http", "too many requests", status=429, retryable=True, retry_after=7.0)
DOWN = Failure("http", "server error", status=500, open=True, retryable=True)
CUT = Failure("connection", "the connection was cut", open=True, retryable=True)
REFUSED = Failure("connection", "connection refused", retryable=True)
WRONG = Failure("http", "not found", status=404)


def attempts(world: World, name: str) -> int:
    return len(world.calls(name))


class TestRetry:
    @pytest.mark.parametrize("failure", [BUSY, DOWN, CUT, REFUSED])
    def test_a_read_is_repeated(self, failure: Failure) -> None:
        text = HEAD + "  - {action: events.get, with: {event_ref: E1}}\n"
        ending, world = play(text, World({"events.get": [failure, failure, {"ok": 1}]}))
        assert ending.outcome == "succeeded"
        assert attempts(world, "events.get") == 3

    def test_no_other_4xx_is_repeated(self) -> None:
        text = HEAD + "  - {action: events.get, with: {event_ref: E1}}\n"
        ending, world = play(text, World({"events.get": WRONG}))
        assert attempts(world, "events.get") == 1
        assert ending.outcome == "failed"
        assert ending.fault is not None
        assert (ending.fault.failure.status, ending.fault.action) == (404, "events.get")

    def test_attempts_count_the_first_and_retry_after_is_honoured(self) -> None:
        text = HEAD + (
            "  - {action: events.get, with: {event_ref: E1}, retry: {attempts: 2, delay: 3s}}\n"
        )
        ending, world = play(text, World({"events.get": BUSY}))
        assert attempts(world, "events.get") == 2
        (backoff,) = world.of(c.Backoff)
        assert (backoff.at_least, backoff.delay) == (7.0, 3.0)
        assert ending.outcome == "failed"


class TestOnce:
    @pytest.mark.parametrize("failure", [BUSY, REFUSED])
    def test_what_was_refused_before_anything_happened_is_repeated(self, failure: Failure) -> None:
        ending, world = play(HEAD + SLACK % "", World({"slack.post": [failure, {"ok": True}]}))
        assert ending.outcome == "succeeded"
        assert attempts(world, "slack.post") == 2

    @pytest.mark.parametrize("failure", [DOWN, CUT])
    def test_what_may_have_happened_is_not_repeated_and_the_run_is_unknown(
        self, failure: Failure
    ) -> None:
        ending, world = play(HEAD + SLACK % "" + AFTER, World({"slack.post": failure}))
        assert ending.outcome == "unknown"
        assert ending.fault is not None
        assert (ending.fault.failure.kind, ending.fault.step) == ("unknown", "posted")
        assert [name for name, _ in world.calls()] == ["slack.post"]

    def test_on_unknown_continue_goes_on_without_a_result(self) -> None:
        text = (
            HEAD
            + SLACK % ", on_unknown: continue"
            + ('  - {action: log.write, with: {message: "{{ posted is defined }}"}}\n')
        )
        ending, world = play(text, World({"slack.post": CUT}))
        assert ending.outcome == "succeeded"
        assert world.calls("log.write")[0][1] == {"message": False}

    def test_on_unknown_retry_repeats(self) -> None:
        text = HEAD + SLACK % ", on_unknown: retry"
        ending, world = play(text, World({"slack.post": [CUT, {"ok": True}]}))
        assert ending.outcome == "succeeded"
        assert attempts(world, "slack.post") == 2


class TestGuarded:
    def test_it_adopts_what_took_effect(self) -> None:
        looks = [{"old": {"poll_ref": "old"}}, {"old": {}, "new": {"poll_ref": "new"}}]
        text = (
            HEAD + POLL % "" + ('  - {action: log.write, with: {message: "{{ poll.poll_ref }}"}}\n')
        )
        ending, world = play(text, World({"polls.create": CUT}, looks=looks))
        assert ending.outcome == "succeeded"
        assert attempts(world, "polls.create") == 1
        assert world.calls("log.write")[0][1] == {"message": "new"}

    def test_it_repeats_what_took_no_effect(self) -> None:
        looks: list[dict[str, object]] = [{"old": {}}, {"old": {}}]
        world = World({"polls.create": [CUT, {"poll_ref": "p"}]}, looks=looks)
        ending, _ = play(HEAD + POLL % "", world)
        assert ending.outcome == "succeeded"
        assert attempts(world, "polls.create") == 2

    def test_it_looks_once_more_after_the_last_attempt(self) -> None:
        looks: list[dict[str, object]] = [{}, {}, {"p": {"poll_ref": "p"}}]
        world = World({"polls.create": CUT}, looks=looks)
        ending, _ = play(HEAD + POLL % ", retry: {attempts: 2}", world)
        assert ending.outcome == "succeeded"
        assert attempts(world, "polls.create") == 2

    def test_it_adopts_nothing_where_several_may_be_its_own(self) -> None:
        world = World({"polls.create": CUT}, looks=[{}, {"a": {}, "b": {}}])
        ending, _ = play(HEAD + POLL % "", world)
        assert ending.outcome == "unknown"
        assert attempts(world, "polls.create") == 1

    def test_a_clear_refusal_needs_no_look(self) -> None:
        world = World({"polls.create": [BUSY, {"poll_ref": "p"}]}, looks=[{}])
        play(HEAD + POLL % "", world)
        assert len(world.of(c.Look)) == 1


class TestOnError:
    def test_continue_goes_on(self) -> None:
        text = (
            HEAD + "  - {action: events.get, with: {event_ref: E1}, on_error: continue}\n" + AFTER
        )
        ending, world = play(text, World({"events.get": WRONG}))
        assert ending.outcome == "succeeded"
        assert attempts(world, "log.write") == 1

    def test_a_list_handles_the_error_and_the_run_goes_on(self) -> None:
        text = (
            HEAD
            + (
                "  - action: events.get\n    name: look it up\n    with: {event_ref: E1}\n    on_error:\n"
                '      - {action: log.write, with: {message: "{{ error.step }}: {{ error.status }} {{ error.kind }}"}}\n'
            )
            + AFTER
        )
        ending, world = play(text, World({"events.get": WRONG}))
        assert ending.outcome == "succeeded"
        assert [args["message"] for _, args in world.calls("log.write")] == [
            "look it up: 404 http",
            "after",
        ]

    def test_the_recipes_on_error_runs_once_and_the_run_has_failed(self) -> None:
        text = (
            HEAD
            + "  - {action: events.get, with: {event_ref: E1}}\non_error:\n"
            + (
                '  - {action: log.write, with: {message: "{{ error.action }} in {{ run.recipe }}"}}\n'
            )
        )
        ending, world = play(text, World({"events.get": WRONG}))
        assert ending.outcome == "failed"
        assert world.calls("log.write")[0][1] == {"message": "events.get in recipe"}

    def test_a_failing_on_error_is_told_with_the_first_reason(self) -> None:
        text = (
            HEAD
            + "  - {action: events.get, with: {event_ref: E1}}\non_error:\n"
            + ("  - {action: polls.get, with: {event_ref: E1, poll_ref: P}}\n")
        )
        ending, _ = play(text, World({"events.get": WRONG, "polls.get": WRONG}))
        assert ending.reason.startswith("not found (and `on_error` failed, too")

    def test_fetch_with_continue_takes_its_default(self) -> None:
        text = (
            "trigger: {webhook: event.updated.status}\n"
            "fetch:\n  event: {action: events.get, with: {event_ref: E1}, on_error: continue,"
            " default: {event_title: unknown}}\n"
            'actions:\n  - {action: log.write, with: {message: "{{ event.event_title }}"}}\n'
        )
        _, world = play(text, World({"events.get": WRONG}))
        assert world.calls("log.write")[0][1] == {"message": "unknown"}

    def test_a_failing_fetch_is_told_with_its_line(self) -> None:
        text = (
            "trigger: {webhook: event.created}\n"
            "fetch:\n  event: {action: events.get, with: {event_ref: E1}}\n"
            "actions: [{stop: done}]\n"
        )
        ending, _ = play(text, World({"events.get": Failure("http", "gone", status=404)}))
        assert ending.fault is not None
        assert (ending.fault.file, ending.fault.line) == ("recipe.yaml", 3)

    def test_a_missing_action_is_named(self) -> None:
        ending, _ = play(HEAD + "  - {action: missing.verb}\n")
        assert ending.reason == "there is no action `missing.verb`"


class TestLedger:
    ONCE = SLACK % ", once: trigger.data.event_ref"

    def test_a_key_that_is_taken_skips_the_step(self) -> None:
        ending, world = play(HEAD + self.ONCE + AFTER, World(taken={"E1"}))
        assert ending.outcome == "succeeded"
        assert [name for name, _ in world.calls()] == ["log.write"]

    def test_the_key_is_kept_after_success_and_after_an_open_end(self) -> None:
        for answer in ({"ok": True}, CUT):
            _, world = play(HEAD + self.ONCE, World({"slack.post": answer}))
            assert world.taken == {"E1"}

    def test_the_key_is_given_back_when_it_certainly_had_no_effect(self) -> None:
        _, world = play(HEAD + self.ONCE, World({"slack.post": WRONG}))
        assert world.taken == set()


class TestShadowAndThrottle:
    def test_a_shadow_recipe_reads_and_only_tells_its_writes(self) -> None:
        text = (
            "mode: shadow\n"
            + HEAD
            + ("  - {action: events.get, with: {event_ref: E1}}\n" + POLL % "")
        )
        _, world = play(text)
        shadows = {one.action: one.shadow for one in world.of(c.Call)}
        assert shadows == {"events.get": False, "polls.create": True}
        assert not world.of(c.Look)

    def test_the_throttle_is_asked_after_the_conditions(self) -> None:
        text = (
            "trigger: {webhook: event.updated.status}\n"
            "conditions: [trigger.data.ok]\n"
            "throttle: {key: trigger.data.event_ref, once_within: 10m}\n"
            "actions:\n" + AFTER
        )
        ending, world = play(text, World({"throttle": False}), data={"ok": True})
        assert (ending.outcome, ending.reason) == ("skipped", "throttled")
        assert world.of(c.Pass)[0] == c.Pass("throttle", "E1", 600.0)
        _, skipped = play(text, World(), data={"ok": False})
        assert not skipped.of(c.Pass)


def test_after_a_timeout_a_guarded_call_gives_it_as_long_again_before_it_looks() -> None:
    late = Failure("timeout", "no answer", open=True, retryable=True)
    world = World({"polls.create": [late, {"poll_ref": "p"}]}, looks=[{}, {}])
    play(HEAD + POLL % ", timeout: 20s, retry: {delay: 1s}", world)
    (backoff,) = world.of(c.Backoff)
    assert backoff.at_least == 20.0

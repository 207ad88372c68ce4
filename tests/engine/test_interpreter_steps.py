from __future__ import annotations

from support.playing import START, World, play

from beeflow.engine import commands as c
from beeflow.errors import Failure

HEAD = "trigger: {webhook: event.updated.status}\nactions:\n"


def texts(world: World) -> list[object]:
    return [args.get("message") for _, args in world.calls("log.write")]


def say(message: str, indent: int = 2) -> str:
    return " " * indent + f'- {{action: log.write, with: {{message: "{message}"}}}}\n'


class TestFlow:
    def test_if_follows_then_or_else(self) -> None:
        text = HEAD + (
            "  - if: trigger.data.status == 'live'\n    then:\n"
            + say("on air", 6)
            + "    else:\n"
            + say("off air", 6)
        )
        _, live = play(text, data={"status": "live"})
        _, idle = play(text, data={"status": "idle"})
        assert texts(live) == ["on air"]
        assert texts(idle) == ["off air"]

    def test_a_guard_skips_its_step_only(self) -> None:
        text = HEAD + (
            '  - {if: "false", action: log.write, with: {message: never}}\n' + say("always")
        )
        ending, world = play(text)
        assert texts(world) == ["always"]
        assert ending.outcome == "succeeded"

    def test_choose_follows_the_first_arm_that_holds(self) -> None:
        text = HEAD + (
            "  - choose:\n"
            "      - when: trigger.data.n > 10\n        then:\n"
            + say("many", 10)
            + "      - when: trigger.data.n > 1\n        then:\n"
            + say("some", 10)
            + "    else:\n"
            + say("few", 6)
        )
        assert texts(play(text, data={"n": 20})[1]) == ["many"]
        assert texts(play(text, data={"n": 5})[1]) == ["some"]
        assert texts(play(text, data={"n": 1})[1]) == ["few"]

    def test_for_each_names_the_item_and_the_turn_and_collects_results(self) -> None:
        text = HEAD + (
            "  - for_each: trigger.data.people\n    as: person\n    into: sent\n    do:\n"
            '      - {action: email.send, with: {to: "{{ person }}", subject: "{{ loop.index }}/{{ loop.length }}"}}\n'
            '  - {action: log.write, with: {message: "{{ sent }}"}}\n'
        )
        world = World({"email.send": [{"ok": 1}, {"ok": 2}]})
        play(text, world, data={"people": ["a@x", "b@x"]})
        assert world.calls("email.send") == [
            ("email.send", {"to": "a@x", "subject": "1/2"}),
            ("email.send", {"to": "b@x", "subject": "2/2"}),
        ]
        assert texts(world) == [[{"ok": 1}, {"ok": 2}]]

    def test_for_each_in_parallel_keeps_the_order_of_its_results(self) -> None:
        text = HEAD + (
            "  - for_each: range(5) | list\n    parallel: 3\n    into: all\n    do:\n"
            '      - {action: events.get, with: {event_ref: "{{ item }}"}}\n'
            '  - {action: log.write, with: {message: "{{ all }}"}}\n'
        )
        world = World({"events.get": [{"n": n} for n in range(5)]})
        play(text, world)
        assert texts(world) == [[{"n": n} for n in range(5)]]

    def test_what_a_turn_sets_stays_inside(self) -> None:
        text = HEAD + (
            "  - for_each: '[1, 2]'\n    do:\n      - set: {twice: '{{ item * 2 }}'}\n"
            '  - {action: log.write, with: {message: "{{ twice is defined }}"}}\n'
        )
        assert texts(play(text)[1]) == [False]

    def test_for_each_that_continues_counts_its_failures_and_leaves_null(self) -> None:
        text = HEAD + (
            "  - for_each: '[1, 2, 3]'\n    on_error: continue\n    into: all\n    do:\n"
            '      - {action: events.get, with: {event_ref: "{{ item }}"}}\n'
            '  - {action: log.write, with: {message: "{{ all }}"}}\n'
        )
        gone = Failure("http", "gone", status=404)
        ending, world = play(text, World({"events.get": [{"n": 1}, gone, {"n": 3}]}))
        assert texts(world) == [[{"n": 1}, None, {"n": 3}]]
        assert ending.outcome == "succeeded"

    def test_repeat_asks_until_after_each_turn_and_pauses_between(self) -> None:
        text = HEAD + (
            "  - repeat: {until: 'poll.done'}\n    every: 30s\n    max: 10\n    do:\n"
            "      - {action: polls.get, as: poll, with: {event_ref: E, poll_ref: P}}\n"
        )
        world = World({"polls.get": [{"done": False}, {"done": False}, {"done": True}]})
        ending, _ = play(text, world)
        assert ending.outcome == "succeeded"
        assert len(world.calls("polls.get")) == 3
        assert world.now == START + 60

    def test_repeat_fails_when_max_is_reached(self) -> None:
        text = HEAD + ("  - repeat: {until: 'false'}\n    max: 3\n    do:\n" + say("again", 6))
        ending, world = play(text)
        assert len(texts(world)) == 3
        assert ending.outcome == "failed"
        assert ending.fault is not None
        assert ending.fault.failure.kind == "limit"

    def test_repeat_times(self) -> None:
        text = HEAD + "  - repeat: {times: 3}\n    do:\n" + say("{{ loop.index }}", 6)
        assert texts(play(text)[1]) == [1, 2, 3]

    def test_parallel_fails_after_the_other_branches_ended(self) -> None:
        text = HEAD + (
            "  - parallel:\n"
            "      - - {action: events.get, with: {event_ref: E}}\n"
            "      - - {wait: 1h}\n"
            "        - {action: log.write, with: {message: done}}\n"
        )
        ending, world = play(text, World({"events.get": Failure("http", "no", status=403)}))
        assert texts(world) == ["done"]
        assert ending.outcome == "failed"

    def test_set_evaluates_its_keys_in_order_and_keeps_types(self) -> None:
        text = HEAD + (
            "  - set: {one: '{{ 1 }}', two: '{{ one + 1 }}', words: 'two is {{ two }}'}\n"
            '  - {action: log.write, with: {message: "{{ [one, two, words] }}"}}\n'
        )
        ending, world = play(text)
        assert texts(world) == [[1, 2, "two is 2"]]
        assert ending.result == {"one": 1, "two": 2, "words": "two is 2"}

    def test_stop_ends_the_run_with_its_outcome_and_reason(self) -> None:
        text = HEAD + "  - stop: 'no need for {{ trigger.data.event_ref }}'\n" + say("never")
        ending, world = play(text)
        assert (ending.outcome, ending.reason) == ("succeeded", "no need for E1")
        assert not texts(world)

    def test_stop_as_failed_runs_on_error(self) -> None:
        text = HEAD + "  - {stop: broken, outcome: failed}\non_error:\n" + say("help")
        ending, world = play(text)
        assert ending.outcome == "failed"
        assert ending.fault is not None
        assert ending.fault.failure.kind == "stopped"
        assert texts(world) == ["help"]


class TestConditions:
    TEXT = (
        "trigger: {webhook: event.updated.status}\n"
        "conditions:\n"
        "  - trigger.data.status == 'live'\n"
        "  - any: [trigger.data.n > 5, trigger.data.vip]\n"
        "  - not: trigger.data.test\n"
        "actions:\n  - {action: log.write, with: {message: x}}\n"
    )

    def test_all_must_hold_and_each_is_on_record_with_its_operands(self) -> None:
        data = {"status": "live", "n": 9, "vip": False, "test": False}
        ending, world = play(self.TEXT, data=data)
        assert ending.outcome == "succeeded"
        (decision,) = world.of(c.Decide)
        assert decision.value is True
        assert decision.clauses[0].operands == (("trigger.data.status", "live"),)
        assert [clause.value for clause in decision.clauses] == [True, True, None, False]

    def test_the_first_that_does_not_hold_skips_the_run(self) -> None:
        ending, world = play(self.TEXT, data={"status": "idle"})
        assert ending.outcome == "skipped"
        (decision,) = world.of(c.Decide)
        assert [clause.value for clause in decision.clauses] == [False, None, None, None]
        assert not world.calls()

    def test_an_undefined_name_fails_the_run_and_names_place_and_operands(self) -> None:
        ending, _ = play(self.TEXT, data={"status": "live"})
        assert ending.outcome == "failed"
        fault = ending.fault
        assert fault is not None
        assert fault.failure.kind == "template"
        assert fault.expression == "trigger.data.n > 5"
        assert fault.file == "recipe.yaml"
        assert fault.line == 4


class TestWaits:
    def test_wait_until_an_instant(self) -> None:
        text = HEAD + "  - wait: {until: \"'2027-03-01 10:00' | datetime\"}\n"
        _, world = play(text)
        (wait,) = world.of(c.Wait)
        assert wait.until == 1803895200.0

    def test_wait_may_be_a_template(self) -> None:
        text = HEAD + '  - wait: "{{ trigger.data.pause }}"\n'
        _, world = play(text, data={"pause": "90s"})
        assert world.of(c.Wait)[0].seconds == 90

    def test_a_wait_that_is_no_duration_fails_with_the_value(self) -> None:
        ending, _ = play(HEAD + '  - wait: "{{ trigger.data.pause }}"\n', data={"pause": "soon"})
        assert "`soon` is not a duration" in ending.reason

    def test_wait_for_means_the_same_event_unless_told_otherwise(self) -> None:
        text = HEAD + (
            "  - {wait_for: {webhook: poll.created, timeout: 1h}, on_timeout: continue}\n"
            "  - {wait_for: {webhook: poll.created, any_event: true, timeout: 1h}, on_timeout: continue}\n"
            "  - {wait_for: {webhook: event.deleted, match: {data.event_ref: X}, timeout: 1h}, on_timeout: continue}\n"
        )
        _, world = play(text)
        assert [one.event_ref for one in world.of(c.WaitFor)] == ["E1", None, None]

    def test_wait_for_renders_its_match_when_it_begins(self) -> None:
        text = HEAD + (
            '  - wait_for: {webhook: poll.created, match: {data.poll_ref: "{{ trigger.data.p }}"}, timeout: 1h}\n'
            "    as: seen\n    on_timeout: continue\n"
            '  - {action: log.write, with: {message: "{{ seen.timed_out }}"}}\n'
        )
        _, world = play(text, data={"p": "P7"})
        assert world.of(c.WaitFor)[0].match == {"data.poll_ref": "P7"}
        assert texts(world) == [True]

    def test_wait_for_fails_at_its_timeout_by_default(self) -> None:
        ending, _ = play(HEAD + "  - wait_for: {webhook: poll.created, timeout: 1h}\n")
        assert ending.outcome == "failed"
        assert ending.fault is not None
        assert ending.fault.failure.kind == "timeout"

    def test_now_is_asked_once_a_step_and_only_where_it_is_used(self) -> None:
        text = HEAD + (
            '  - {action: log.write, with: {message: "{{ now }} {{ now }}"}}\n' + say("plain")
        )
        _, world = play(text)
        assert [one.path for one in world.of(c.Now)] == ["start", "actions/0/now"]

    def test_the_time_and_the_state_are_asked_for_where_they_are_come_upon(self) -> None:
        """Once a step, in the order in which its evaluation reads them, and not before."""
        text = (
            "trigger: {webhook: event.updated.status}\n"
            "conditions:\n"
            "  - any:\n"
            "      - trigger.data.n == 1\n"
            "      - state.get('seen') == 1 and now > now\n"
            "      - now == now and not state.get('seen')\n"
            "actions:\n" + say("yes")
        )
        asked = [c.Now, c.ReadState]
        for n, expected in ((1, []), (2, ["conditions/now", "conditions/state"])):
            ending, world = play(text, data={"n": n})
            assert ending.outcome == "succeeded"
            paths = [one.path for one in world.asked if type(one) in asked]
            assert paths == ["start", *expected]
            (decided,) = world.of(c.Decide)
            assert decided.clauses[0].value is (n == 1)


class TestStateAndRuns:
    def test_state_sees_the_runs_own_writes(self) -> None:
        text = HEAD + (
            "  - state: {increment: {n: 2}}\n"
            "  - {action: log.write, with: {message: \"{{ state.get('n', 0) }}\"}}\n"
            "  - state: {set: {n: 10}}\n"
            '  - {action: log.write, with: {message: "{{ state.n }}"}}\n'
            "  - state: {delete: [n]}\n"
            "  - {action: log.write, with: {message: \"{{ state.get('n', 'gone') }}\"}}\n"
        )
        assert texts(play(text, World(state={"n": 1}))[1]) == [3, 10, "gone"]

    def test_run_gives_outcome_and_result(self) -> None:
        text = HEAD + (
            '  - {run: other, as: done, with: {who: "{{ trigger.data.event_ref }}"}}\n'
            '  - {action: log.write, with: {message: "{{ done.result.n }}"}}\n'
        )
        world = World(
            children={"other": {"outcome": "succeeded", "run_id": "r-2", "result": {"n": 5}}}
        )
        play(text, world)
        assert world.of(c.StartRun)[0].inputs == {"who": "E1"}
        assert texts(world) == [5]

    def test_run_fails_when_that_run_fails(self) -> None:
        world = World(children={"other": {"outcome": "failed", "run_id": "r-2", "result": None}})
        ending, _ = play(HEAD + "  - run: other\n", world)
        assert ending.outcome == "failed"
        assert "r-2" in ending.reason

"""Replaying any prefix of a run's records gives the same run."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from support.playing import World, begin, recipe, run, taken

from beeflow.engine.interpreter import interpret
from beeflow.engine.machine import Machine
from beeflow.errors import Failure

if TYPE_CHECKING:
    from beeflow.engine import commands as c

FAILURES = [
    Failure("http", "busy", status=429, retryable=True, retry_after=2.0),
    Failure("http", "down", status=503, open=True, retryable=True),
    Failure("connection", "cut", open=True, retryable=True),
    Failure("http", "no", status=404),
]

ACTIONS = ["events.get", "slack.post", "polls.create", "events.update"]


def _step(name: str, extra: str = "") -> str:
    return f'{{action: {name}, with: {{event_ref: "{{{{ trigger.data.event_ref }}}}"}}{extra}}}'


simple = st.one_of(
    st.builds(
        _step,
        st.sampled_from(ACTIONS),
        st.sampled_from(["", ", on_error: continue", ", retry: {attempts: 2}", ", once: now"]),
    ),
    st.just("{wait: 10m}"),
    st.just("{set: {x: '{{ now }}'}, if: 'trigger.data.flag'}"),
    st.just("{state: {increment: {n: 1}}}"),
    st.just("{action: log.write, with: {message: \"{{ state.get('n', 0) }}\"}}"),
    st.just("{wait_for: {webhook: poll.created, timeout: 1h}, on_timeout: continue}"),
    st.just("{run: other, detach: true}"),
)


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    block = st.lists(inner, min_size=1, max_size=3).map(lambda steps: f"[{', '.join(steps)}]")
    return st.one_of(
        st.builds("{{if: 'trigger.data.flag', then: {}, else: {}}}".format, block, block),
        st.builds("{{for_each: '[1, 2, 3]', as: v:, do: {}}}".format, block),
        st.builds(
            "{{for_each: '[1, 2, 3]', as: v:, parallel: 2, on_error: continue, do: {}}}".format,
            block,
        ),
        st.builds("{{repeat: {{times: 2}}, every: 5s, do: {}}}".format, block),
        st.builds("{{parallel: [{}, {}]}}".format, block, block),
    )


steps = st.lists(st.recursive(simple, _nested, max_leaves=6), min_size=1, max_size=4)


def worlds(draw: Any) -> World:
    answers: dict[str, Any] = {
        name: draw(st.lists(st.sampled_from([{"ok": True}, *FAILURES]), min_size=1, max_size=4))
        for name in ACTIONS
    }
    looks: list[Any] = draw(
        st.lists(st.sampled_from([{}, {"p": {"poll_ref": "p"}}]), min_size=1, max_size=3)
    )
    return World(answers, looks=looks, children={"other": {"outcome": None, "run_id": "r-9"}})


def written(lines: list[str]) -> str:
    """Return a recipe of these steps; names that are set are made different."""
    text = "trigger: {webhook: event.updated.status}\nactions:\n"
    text += "".join(f"  - {line}\n" for line in lines)
    number = itertools.count()
    text = re.sub(r"\{x:", lambda _: f"{{x{next(number)}:", text)
    return re.sub(r"as: v:", lambda _: f"as: v{next(number)}", text)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_replaying_any_prefix_of_the_records_gives_the_same_run(data: st.DataObject) -> None:
    beginning = begin(recipe(written(data.draw(steps))), {"flag": data.draw(st.booleans())})
    first = worlds(data.draw)
    ending = run(beginning, first)
    recorded = list(first.results.items())
    prefix = dict(recorded[: data.draw(st.integers(0, len(recorded)))])

    asked: list[c.Command] = []
    again = Machine(interpret(beginning))
    while again.ended is None:
        for command in taken(again):
            if command.path not in prefix:
                asked.append(command)
            again.resolve(command.path, first.results[command.path])

    assert again.ended == ending
    rest = [command for command in first.asked if command.path not in prefix]
    assert sorted(map(repr, asked)) == sorted(map(repr, rest))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_paths_are_unique_and_the_order_of_answers_does_not_matter(data: st.DataObject) -> None:
    beginning = begin(recipe(written(data.draw(steps))), {"flag": True})
    world = worlds(data.draw)
    ending = run(beginning, world)
    assert len(world.asked) == len({one.path for one in world.asked})
    machine = Machine(interpret(beginning))
    waiting: list[c.Command] = []
    while machine.ended is None:
        waiting += taken(machine)
        index = data.draw(st.integers(0, len(waiting) - 1))
        command = waiting.pop(index)
        machine.resolve(command.path, world.results[command.path])
    assert machine.ended == ending

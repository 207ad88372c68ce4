"""A recipe with every construct, and others that start one another, for pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.cli.knowledge import effect_of
from beeflow.drivers.graph.recipe import diagram
from beeflow.recipe.parser import parse_recipe

if TYPE_CHECKING:
    from beeflow.drivers.graph.diagram import Diagram
    from beeflow.recipe.model import Recipe

EVERYTHING = """\
name: Everything <b>at "once"</b> & more
trigger:
  - {webhook: event.created, match: {data.a: "<x>"}}
  - {schedule: "0 9 * * *"}
  - {event_start: -15m}
throttle: {once_within: 1h, key: trigger.id}
cancel_on: {webhook: event.deleted}
fetch:
  event: {action: events.get, with: {event_ref: "{{ trigger.id }}"}}
conditions: [event.event_title, {any: [a, b]}]
actions:
  - if: trigger.data.x > 3
    then:
      - wait: 10m
      - choose:
          - {when: a == 1, then: [{action: slack.post, with: {text: "hello {{ a }}"}}]}
          - {when: b == 2, then: [{stop: over}]}
        else: [{set: {c: 1}}]
    else:
      - for_each: trigger.data.items
        as: thing
        parallel: 3
        do:
          - action: email.send
            once: thing.email
            with: {to: "{{ thing.email }}", subject: Hi, text: there, reply_to: a@example.com}
            on_error: [{action: log.write, with: {message: failed}}]
          - if: thing.x
            stop: enough
  - parallel:
      - [{action: events.delete, with: {event_ref: x}}]
      - [{wait: {until: now}}, {action: log.write, with: {message: b}}]
      - [{run: other, detach: true}]
  - repeat: {until: state.get('x')}
    max: 5
    every: 30s
    do: [{state: {increment: {n: 1}}}]
  - wait_for: {webhook: poll.created, timeout: 2h, match: {data.x: y}}
    on_timeout: continue
  - {name: Last words, action: log.write, if: d, with: {message: こんにちは世界}}
on_error:
  - {action: log.write, with: {message: oh}}
"""


def recipe_of(text: str, name: str = "all") -> Recipe:
    parsed = parse_recipe(text, path=f"{name}.yaml")
    assert parsed.recipe is not None, parsed.problems
    return parsed.recipe


def drawn(text: str) -> Diagram:
    return diagram(recipe_of(text), effect_of)


def steps(*texts: str) -> str:
    lines = "".join(f"- {text}\n" for text in texts)
    return f"trigger: {{webhook: event.created}}\nactions:\n{lines}"


WEB = [
    recipe_of("trigger: {webhook: signup.created}\nactions: [{run: poller}]\n", "starter"),
    recipe_of(
        "name: Makes polls\ntrigger: [{webhook: [poll.created, 'chat.*'], match: {data.a: 1}},"
        " {schedule: {every: 1h}}]\nactions:\n"
        "- {action: polls.create, with: {event_ref: x, question: q, options: [a]}}\n",
        "poller",
    ),
    recipe_of("trigger: {run: failed}\nmode: shadow\nactions: [{stop: x}]\n", "alarm"),
    recipe_of("trigger: {event_start: -1h}\nenabled: false\nactions: [{stop: x}]\n", "asleep"),
    recipe_of(
        "trigger: {watch: {every: 1m, fetch: {s: {action: client.get}}, when: s.x > 1}}\n"
        "actions: [{run: starter}]\n",
        "watcher",
    ),
]

"""Recipes to be measured with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.bench import processes

if TYPE_CHECKING:
    from pathlib import Path

KIND: Final = "event.updated.status"

ORDINARY: Final = """\
name: Tell of event {number}
trigger: {{webhook: event.updated.status, match: {{data.event_ref: E{number}}}}}
fetch:
  event:
    action: events.get
    with: {{event_ref: "{{{{ trigger.data.event_ref }}}}"}}
conditions:
  - not event.event_title.startswith('[test]')
actions:
  - action: slack.post
    with:
      channel: "#events"
      text: "*{{{{ event.event_title }}}}* is {{{{ trigger.data.status }}}}"
  - wait: 10m
  - action: polls.create
    as: poll
    with:
      event_ref: "{{{{ trigger.data.event_ref }}}}"
      question: How is the sound?
      options: [Great, OK, Bad]
  - action: polls.set_state
    with:
      event_ref: "{{{{ trigger.data.event_ref }}}}"
      poll_ref: "{{{{ poll.poll_ref }}}}"
      state: true
"""
"""A recipe as people write them: a fetch, a condition, a wait, and four calls."""

PICKY: Final = """\
trigger:
  webhook: event.updated.status
  match: {{data.event_ref: OTHER{number}, data.status: live}}
actions: [{{stop: done}}]
"""
"""A recipe on a type of webhook of which it wants one event only."""

WAITING: Final = """\
trigger: {webhook: event.updated.status}
actions: [{wait: 30d}]
"""


def fill(folder: Path, text: str, count: int) -> None:
    """Write a configuration, and so many recipes of a kind."""
    processes.configure(folder)
    for number in range(count):
        path = folder / "recipes" / f"r{number}.yaml"
        path.write_text(text.format(number=number), encoding="utf-8")

"""A small project, and how a command line is run in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SECRET = "a-secret-for-tests"

HELLO = """\
name: Say hello
trigger: {webhook: event.created}
inputs: {who: {type: string, default: you}}
actions:
  - action: log.write
    with: {message: "hello {{ inputs.who }}"}
"""

LIVE = """\
trigger: {webhook: event.updated.status, match: {data.status: live}}
conditions:
  - trigger.data.event_ref != 'REHEARSAL'
actions:
  - action: log.write
    with: {message: "{{ trigger.data.event_ref }} is live"}
"""


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


Command = Callable[..., Result]

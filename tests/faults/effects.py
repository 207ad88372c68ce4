"""Effects: what a recipe did to the world outside, counted by webhook, over all kills."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acceptance.house import Daemon, House
    from acceptance.receiver import Receiver

RETRY = "retry: {attempts: 100, delay: 20ms, max_delay: 1s}"


def recipe(url: str) -> str:
    """Return a recipe with one effect of each kind: idempotent, guarded, once."""
    return f"""
trigger: {{webhook: event.updated.status}}
actions:
  - action: http.request
    with: {{method: PUT, url: "{url}", json: {{id: "{{{{ trigger.id }}}}"}}}}
    {RETRY}
  - action: polls.create
    with:
      event_ref: "{{{{ trigger.data.event_ref }}}}"
      question: "{{{{ trigger.id }}}}"
      options: ["Yes", "No"]
    timeout: 5s
    {RETRY}
  - action: http.request
    with: {{method: POST, url: "{url}", json: {{id: "{{{{ trigger.id }}}}"}}}}
"""


@dataclass(slots=True)
class Effects:
    """What the receiver and the platform saw."""

    house: House
    receiver: Receiver
    in_flight: list[int] = field(default_factory=list)
    """At each kill, how many idempotent steps were begun and not on record, seen from outside."""

    def idempotent(self) -> Counter[str]:
        """Count the PUTs."""
        return self._told("PUT")

    def once(self) -> Counter[str]:
        """Count the POSTs."""
        return self._told("POST")

    def guarded(self) -> Counter[str]:
        """Count the polls."""
        polls = self.house.sandbox.sandbox.world.polls.values()
        return Counter(one.question for one in polls if one.question.startswith("w-"))

    def _told(self, method: str) -> Counter[str]:
        return Counter(one.body["id"] for one in self.receiver.told if one.method == method)

    def killed(self) -> None:
        """Note what was in flight: what has its poll has the end of its PUT on record."""
        self.in_flight.append(len(self.idempotent().keys() - self.guarded().keys()))


def repeated(counted: Counter[str]) -> int:
    """Return how many there are too many."""
    return sum(number - 1 for number in counted.values())


async def outcomes(daemon: Daemon) -> Mapping[str, str]:
    """Return how the run of each webhook ended, by the webhook's id."""
    ended = {run["event"]: run["outcome"] for run in await daemon.runs()}
    events = (await daemon.ask("GET", "/api/events?limit=0")).body
    return {one["payload_id"]: ended[one["id"]] for one in events if one["id"] in ended}

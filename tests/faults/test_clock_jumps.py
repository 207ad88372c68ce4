"""The machine's clock is set, ahead and back: what waits is not lost, and nothing fires twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acceptance.house import until, webhook
from acceptance.receiver import Receiver, receiving

if TYPE_CHECKING:
    from acceptance.house import Daemon, House
    from faults.figures import Figures
    from faults.shim import Shim

HOUR, DAY = 3600, 86400
KIND = "event.updated.status"


def recipe(url: str, trigger: str, ident: str, wait: str = "") -> str:
    """Return a recipe that tells the receiver an id, after a wait where there is one."""
    return f"""
trigger: {trigger}
actions:
  {wait}
  - action: http.request
    with: {{method: POST, url: "{url}", json: {{id: "{ident}"}}}}
"""


def recipes(house: House, url: str) -> None:
    """Write recipes that go by the clock."""
    by_hook = f"{{webhook: {KIND}, match: {{data.status: "
    ident = "{{ trigger.id }}"
    house.recipe("long", recipe(url, by_hook + "done}}", ident, "- wait: 30m"))
    house.recipe("brief", recipe(url, by_hook + "live}}", ident, "- wait: 2s"))
    hourly = "{schedule: {every: 1h}}"
    house.recipe("hourly", recipe(url, hourly, "{{ trigger.scheduled_for }}"))


async def told(receiver: Receiver, ident: str) -> None:
    """Wait until the receiver was told an id."""

    async def has() -> bool:
        return ident in receiver.counted()

    await until(has)


def times(receiver: Receiver) -> list[str]:
    """Return the times that the schedule fired for."""
    return [one.body["id"] for one in receiver.told if not one.body["id"].startswith("w-")]


async def send(daemon: Daemon, status: str, ident: str) -> int:
    """Send a webhook made at the right time; returns the answer's status."""
    return (await daemon.send(webhook(KIND, {"event_ref": ident, "status": status}, ident))).status


async def test_a_clock_that_is_set_loses_nothing_and_repeats_nothing(
    house: House, shim: Shim, figures: Figures
) -> None:
    async with receiving() as receiver:
        recipes(house, receiver.url)
        daemon = await house.start(launcher=shim.launcher())
        assert await send(daemon, "done", "w-long") == 202
        assert await send(daemon, "live", "w-brief") == 202
        shim.control.clock = -HOUR
        assert await send(daemon, "live", "w-early") == 400  # an hour ahead of the daemon's time
        shim.control.clock = -HOUR // 20
        assert await send(daemon, "live", "w-late") == 202
        shim.control.clock = HOUR
        await told(receiver, "w-long")
        await told(receiver, "w-brief")
        await told(receiver, "w-late")
        await until(lambda: receiver.has(4))
        assert await send(daemon, "live", "w-old") == 202  # an hour old
        await told(receiver, "w-old")
        assert times(receiver)
        shim.control.clock = 0
        daemon.terminate()
        assert await daemon.ended() == 0
        daemon = await house.start(launcher=shim.launcher())
        assert await send(daemon, "live", "w-long") == 200
        shim.control.clock = HOUR
        assert await send(daemon, "live", "w-again") == 202
        await told(receiver, "w-again")
        shim.control.clock = 8 * DAY
        assert await send(daemon, "live", "w-stale") == 400
        shim.control.clock = 6 * DAY
        assert await send(daemon, "live", "w-brief") == 200
        runs = await daemon.settled(6)
        counted = receiver.counted()
        lost = {"w-long", "w-brief", "w-late", "w-old", "w-again"} - counted.keys()
        figures.tell_all(
            runs=len(runs), lost=len(lost), told_twice=sum(counted.values()) - len(counted)
        )
        assert not lost
        assert set(counted.values()) == {1}
        assert {run["outcome"] for run in runs} == {"succeeded"}

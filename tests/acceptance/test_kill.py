"""`kill -9` in the middle of a burst: what was acknowledged ends in its effect, none twice."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from acceptance.burst import Burst
from acceptance.house import until
from acceptance.receiver import receiving

if TYPE_CHECKING:
    from acceptance.house import House

BURST = 500
KILLS = (90, 250, 420)
"""After so many acknowledgements the daemon is killed."""


async def test_each_acknowledged_webhook_ends_in_one_message_in_the_chat(house: House) -> None:
    events = house.events(25)
    house.recipe(
        "say",
        """
        trigger: {webhook: event.updated.status}
        actions:
          - action: chat.create
            with:
              event_ref: "{{ trigger.data.event_ref }}"
              name: Host
              email: host@example.com
              message: "{{ trigger.id }}"
            retry: {attempts: 20, delay: 50ms, max_delay: 1s}
        """,
    )
    burst = Burst(house, [(f"w-{n}", events[n % len(events)]) for n in range(BURST)])
    await burst.with_kills(KILLS)
    runs = await house.daemons[-1].settled(BURST)
    world = house.sandbox.sandbox.world
    said = Counter(row.text for row in world.messages.values() if row.event_ref in events)
    assert len(burst.taken) == BURST
    assert said == Counter(f"w-{n}" for n in range(BURST))
    assert Counter(run["outcome"] for run in runs) == {"succeeded": BURST}


async def test_what_must_not_be_repeated_is_done_at_most_once_and_never_lost_silently(
    house: House,
) -> None:
    """What the receiver did not get stands `unknown`, for a person to decide."""
    async with receiving() as receiver:
        house.recipe(
            "tell",
            f"""
            trigger: {{webhook: event.updated.status}}
            actions:
              - action: http.request
                with: {{method: POST, url: "{receiver.url}", json: {{id: "{{{{ trigger.id }}}}"}}}}
            """,
        )
        burst = Burst(house, [(f"w-{n}", f"E{n % 50}") for n in range(BURST)])
        await burst.with_kills(KILLS)
        daemon = house.daemons[-1]
        runs = await daemon.settled(BURST)
        told = receiver.counted()
        outcomes = {run["event"]: run["outcome"] for run in runs}
        events = (await daemon.ask("GET", "/api/events?limit=0")).body
    by_id = {event["payload_id"]: outcomes[event["id"]] for event in events}
    assert set(by_id) == {f"w-{n}" for n in range(BURST)}
    assert max(told.values()) == 1
    assert set(by_id.values()) <= {"succeeded", "unknown"}
    lost = {ident for ident in by_id if not told[ident]}
    assert {by_id[ident] for ident in lost} <= {"unknown"}
    assert len(lost) < BURST / 4, "most of it was delivered"


async def test_an_unknown_one_is_settled_by_a_person(house: House) -> None:
    async with receiving() as receiver:
        receiver.statuses = ["hang"]
        house.recipe(
            "tell",
            f"""
            trigger: {{webhook: event.updated.status}}
            actions:
              - action: http.request
                as: answer
                with: {{method: POST, url: "{receiver.url}", json: {{id: "{{{{ trigger.id }}}}"}}}}
              - set: {{told: "{{{{ answer.status }}}}"}}
            """,
        )
        burst = Burst(house, [("w-0", "E0")])
        daemon = await house.start()
        await burst.send()
        await until(lambda: receiver.has(1))
        await daemon.kill()
        daemon = await house.start()
        (run,) = await daemon.settled(1)
        assert run["outcome"] == "unknown"
        assert "stopped while the call was under way" in run["reason"]
        ended = await house.command(
            "runs", "resolve", run["id"], "succeeded", "--output", '{"status": 200}'
        )
        assert ended.code == 0, ended
        (run,) = await daemon.settled(1)
        assert (run["outcome"], len(receiver.told)) == ("succeeded", 1)

"""A call is cut off by `kill -9`, and nobody can know whether it took effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acceptance.house import until, webhook
from acceptance.receiver import receiving

if TYPE_CHECKING:
    from acceptance.house import House


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
        daemon = await house.start()
        await daemon.send(webhook("event.updated.status", {"event_ref": "E0"}))
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

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from beeflow.beestreamed.signatures import verify
from beeflow.sandbox import Policy
from beeflow.sandbox.courier import Courier

if TYPE_CHECKING:
    from sandbox.site import Site

    from beeflow.sandbox import Sandbox


async def test_webhooks_come_in_order_and_signed_over_their_bytes(site: Site) -> None:
    for name in ("Zoë", "Bo/b"):
        await site.life("sign_up", name=name, email="a@example.com")
    await site.life("go_live")
    await site.life("end")
    await site.settled()
    assert site.kinds == ["signup.created"] * 2 + ["event.updated.status"] * 2
    for body, signature in site.inbox.received:
        assert verify([b"sandbox-webhook-secret"], body, [signature])
    first, second = (body for body, _ in site.inbox.received[:2])
    assert rb'"name":"Zo\u00eb"' in first
    assert rb'"name":"Bo\/b"' in second


@pytest.mark.parametrize(
    ("answers", "status", "attempts", "answer"),
    [
        ([503, 500], "delivered", 3, "202"),
        ([429], "delivered", 2, "202"),
        ([408, 425, 302], "failed", 3, "302"),
        ([404], "failed", 1, "404"),
        ([200], "delivered", 1, "200"),
    ],
)
async def test_a_delivery_is_tried_again_unless_it_is_refused(
    answers: list[int], status: str, attempts: int, answer: str, site: Site
) -> None:
    site.inbox.answers = list(answers)
    await site.life("sign_up")
    await site.settled()
    (delivery,) = site.running.sandbox.outbox.deliveries
    assert (delivery.status, delivery.attempts, delivery.answer) == (status, attempts, answer)
    assert len({body for body, _ in site.inbox.received}) == 1


async def test_one_that_fails_does_not_hold_up_the_next(site: Site) -> None:
    site.inbox.answers = [500]
    await site.life("sign_up")
    await site.life("go_live")
    await site.settled()
    assert sorted(site.kinds) == ["event.updated.status", "signup.created", "signup.created"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://no.such.host.invalid/", "http://[/"]
)
async def test_a_receiver_that_cannot_be_reached_is_given_up(url: str, site: Site) -> None:
    site.running.sandbox.outbox.receivers.clear()
    site.running.sandbox.outbox.register(url, "s")
    await site.life("sign_up")
    await site.settled()
    (delivery,) = site.running.sandbox.outbox.deliveries
    assert (delivery.status, delivery.attempts) == ("failed", 3)
    assert delivery.answer


async def test_stopping_does_not_wait_for_what_is_under_way(sandbox: Sandbox) -> None:
    sandbox.outbox.register("http://127.0.0.1:1/", "s")
    async with Courier(sandbox.outbox, Policy(delays=(3600,))):
        (delivery,) = sandbox.announce("poll.deleted", {"poll_ref": "x"})
        while delivery.status == "pending":  # noqa: ASYNC110 - there is nothing else to wait for
            await asyncio.sleep(0)
    assert delivery.status == "retrying"
    sandbox.announce("poll.deleted", {"poll_ref": "y"})
    assert sandbox.outbox.deliveries[-1].attempts == 0

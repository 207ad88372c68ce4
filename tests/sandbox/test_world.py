from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.sandbox.reply import Refusal

if TYPE_CHECKING:
    from beeflow.sandbox import Sandbox


def test_numbers_count_up_in_each_table(sandbox: Sandbox) -> None:
    first = sandbox.world.number("event", 590)
    assert sandbox.world.number("event", 590) == first + 1
    assert sandbox.world.number("new", 7) == 7


def test_forgetting_an_event_leaves_the_others_alone(sandbox: Sandbox) -> None:
    world, ref = sandbox.world, sandbox.refs.event
    others = {row.ref for row in world.messages.values() if row.event_ref != ref}
    world.forget(world.event(ref))
    assert set(world.messages) == others
    assert ref not in world.log.keys() | world.views.keys() | world.sessions.keys()
    assert world.entries.keys() == world.polls.keys()


def test_a_reference_in_a_refusal_is_bounded(sandbox: Sandbox) -> None:
    with pytest.raises(Refusal) as caught:
        sandbox.world.event("x" * 5000)
    assert len(str(caught.value)) < 300
    assert caught.value.reply.status == 404

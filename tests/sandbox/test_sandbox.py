from __future__ import annotations

import pytest
from sandbox.site import START, Wall

from beeflow.errors import UsageError
from beeflow.sandbox import Clock, Sandbox, Settings


def test_the_seeded_references_are_always_the_same(wall: Wall) -> None:
    first = Sandbox(Settings(seed=1), Clock(wall))
    second = Sandbox(Settings(), Clock())
    assert first.refs == second.refs
    assert list(first.world.events) == list(second.world.events)
    first.reset()
    assert first.refs == second.refs


def test_what_is_given_out_later_differs_unless_it_is_seeded(wall: Wall) -> None:
    def first_name(seed: int | None) -> str:
        return Sandbox(Settings(seed=seed), Clock(wall)).names.ref(12)

    assert first_name(1) == first_name(1)
    assert first_name(None) != first_name(None)


def test_each_reference_names_what_it_says(sandbox: Sandbox) -> None:
    world, refs = sandbox.world, sandbox.refs
    event = world.events[refs.event]
    assert (event.status, event.client_ref) == ("idle", refs.client)
    assert event.date > START
    for row in (
        world.polls[refs.poll],
        world.signups[refs.signup],
        world.messages[refs.chat],
        world.messages[refs.qa],
        world.simulcasts[refs.simulcast],
    ):
        assert row.event_ref == refs.event
    assert world.polls[refs.poll].active
    assert world.messages[refs.qa].qa
    assert refs.viewer in {view.viewer_id for view in world.views[refs.event]}
    assert world.uploads[refs.upload].done
    assert not world.videos[refs.video].temp
    assert world.connections[refs.connection].active
    assert world.channel(refs.subdomain).ref == refs.client


def test_there_is_an_event_in_each_state_and_one_of_another_channel(sandbox: Sandbox) -> None:
    events = sandbox.world.events.values()
    assert {event.status for event in events} == {"idle", "live", "video", "done"}
    assert sum(event.client_ref != sandbox.refs.client for event in events) == 1


def test_a_moment_that_has_passed_is_left_again_after_a_mistake(sandbox: Sandbox) -> None:
    def fail() -> None:
        with sandbox.as_of(5.0):
            assert sandbox.now() == 5.0
            raise UsageError("stop")

    with pytest.raises(UsageError, match="stop"):
        fail()
    assert sandbox.now() == START

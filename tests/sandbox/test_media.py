from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.sandbox import media

if TYPE_CHECKING:
    from beeflow.sandbox import Sandbox


def test_what_is_due_happens_at_its_own_time(sandbox: Sandbox) -> None:
    begun = sandbox.now()
    video = media.add_video(sandbox, "Talk", "asset", 60.0)
    sandbox.clock.advance(10 * 86400)
    media.catch_up(sandbox)
    counted = sandbox.world.videos[video.ref]
    assert not counted.temp
    assert counted.delivered_at == begun + 10 * 86400
    assert counted.next_delivery == begun + 11 * 86400


def test_delivery_of_a_deleted_video_is_not_counted(sandbox: Sandbox) -> None:
    video = media.add_video(sandbox, "Talk", "asset", 60.0)
    object.__setattr__(sandbox.world.videos[video.ref], "deleted_at", sandbox.now())
    sandbox.clock.advance(5 * 86400)
    media.catch_up(sandbox)
    assert sandbox.world.videos[video.ref].delivered_at is None


def test_a_file_for_what_is_gone_changes_nothing(sandbox: Sandbox) -> None:
    events = dict(sandbox.world.events)
    image = media.begin_image(sandbox, "a.png", event_ref="gone")
    media.file_arrived(sandbox, image.file)
    media.file_arrived(sandbox, "images/unknown.png")
    assert sandbox.world.events == events


def test_a_link_replaces_the_link_of_the_same_video(sandbox: Sandbox) -> None:
    first, second = list(sandbox.world.events)[:2]
    video = sandbox.world.videos[sandbox.refs.video]
    media.link_video(sandbox, video, first)
    media.link_video(sandbox, sandbox.world.videos[video.ref], second)
    assert sandbox.world.events[first].video_ref is None
    assert sandbox.world.events[second].video_ref == video.ref

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.sandbox import Clock

if TYPE_CHECKING:
    from sandbox.site import Wall


def test_it_follows_the_wall_until_told_otherwise(wall: Wall) -> None:
    clock, start = Clock(wall), wall.now
    wall.now += 5
    assert clock.now() == start + 5
    clock.advance(100)
    assert clock.now() == start + 105
    clock.run_at(10)
    wall.now += 2
    assert clock.now() == start + 125
    clock.run_at(1)
    wall.now += 1
    assert clock.now() == start + 126
    clock.reset()
    assert clock.now() == wall.now

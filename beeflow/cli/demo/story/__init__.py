"""The demo's story: a webinar from its creation to the report of its week, for all our recipes."""

from __future__ import annotations

from typing import Final

from beeflow.cli.demo.story.after import AFTER
from beeflow.cli.demo.story.before import BEFORE, TITLE
from beeflow.cli.demo.story.scene import Effect, Play, Scene
from beeflow.cli.demo.story.show import SHOW

SCENES: Final = (*BEFORE, *SHOW, *AFTER)

__all__ = ["SCENES", "TITLE", "Effect", "Play", "Scene"]

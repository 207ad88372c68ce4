"""Whether any package that is installed offers actions, told without `importlib.metadata`.

To import that and to ask it takes a fiftieth of the daemon's start, mostly to hear that there is
none. What it would find stands in `entry_points.txt` of the packages in the folders of the path.
Where there may be others, in an archive, say, only the library can tell.
"""

from __future__ import annotations

import contextlib
import sys
from importlib.machinery import PathFinder
from pathlib import Path

_ENDINGS = (".dist-info", ".egg-info")


def may_be_offered(group: str) -> bool:
    """Return False where no package has entry points of this group, and that is certain."""
    others = (finder for finder in sys.meta_path if finder is not PathFinder)
    if any(hasattr(finder, "find_distributions") for finder in others):
        return True
    return any(_may_hold(Path(folder), group.encode()) for folder in sys.path)


def _may_hold(folder: Path, group: bytes) -> bool:
    try:
        there = list(folder.iterdir())
    except FileNotFoundError:
        return False
    except OSError:  # an archive, or what may not be listed
        return True
    return any(group in _entry_points(one) for one in there if _is_about_a_package(one.name))


def _is_about_a_package(name: str) -> bool:
    return name.lower().endswith(_ENDINGS) or name.lower() == "egg-info"


def _entry_points(about: Path) -> bytes:
    with contextlib.suppress(OSError):  # it has none
        return (about / "entry_points.txt").read_bytes()
    return b""

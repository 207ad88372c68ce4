"""Which recipes are live as the files of the folder come, change, break and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.actions.definitions import describe_actions
from beeflow.config import Secrets
from beeflow.daemon.deployment import Deployment
from beeflow.daemon.reading import Folder
from beeflow.engine.book import RecipeBook
from beeflow.engine.journal.memory import MemoryJournal
from beeflow.recipe.parser import Defaults, parse_bundle

if TYPE_CHECKING:
    from pathlib import Path

RECIPE = "trigger: {webhook: poll.created}\nactions: [{stop: %s}]\n"
BROKEN = "actions: [\n"


class Place:
    """A folder of recipes and what is live of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.plans = 0
        self.book = RecipeBook(MemoryJournal(), parse_bundle)
        folder = Folder(root, Defaults(), describe_actions(), Secrets({}), ())
        self.deployment = Deployment(self.book, folder.read, self._plan)

    async def _plan(self) -> None:
        self.plans += 1

    def put(self, name: str, text: str) -> None:
        (self.root / f"{name}.yaml").write_text(text)

    def live(self) -> dict[str, str]:
        """Return the ids that would run, with the files they are from."""
        matched = self.book.match("poll.created", {})
        return {one.recipe.id: one.recipe.bundle.main for one in matched}

    def told(self) -> dict[str, list[str]]:
        """Return the rules that files are found to break, by file."""
        rows = self.deployment.deployed()
        return {row.file: [one.rule for one in row.findings] for row in rows}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


async def test_files_come_change_and_go(place: Place) -> None:
    place.put("a", RECIPE % 1)
    place.put("b", RECIPE % 1)
    first = await place.deployment.reload()
    assert (first.added, first.changed, first.removed, first.broken) == (("a", "b"), (), (), ())
    place.put("a", RECIPE % 2)
    (place.root / "b.yaml").unlink()
    second = await place.deployment.reload()
    assert (second.added, second.changed, second.removed) == ((), ("a",), ("b",))
    assert place.live() == {"a": "a.yaml"}
    third = await place.deployment.reload()
    assert (third.added, third.changed, third.removed) == ((), (), ())
    assert place.plans == 3


async def test_a_folder_that_is_not_there_is_empty(place: Place) -> None:
    place.root.rmdir()
    await place.deployment.reload()
    assert place.live() == {}


async def test_a_broken_file_keeps_its_last_good_version(place: Place) -> None:
    place.put("a", RECIPE % 1)
    await place.deployment.reload()
    place.put("a", BROKEN)
    assert (await place.deployment.reload()).broken == ("a.yaml",)
    assert place.live() == {"a": "a.yaml"}
    assert place.told() == {"a.yaml": ["yaml-syntax"]}


@pytest.mark.parametrize("newcomer", ["0-before", "z-after"])
async def test_a_new_file_with_the_id_of_a_live_one_does_not_stop_it(
    place: Place, newcomer: str
) -> None:
    place.put("live", RECIPE % 1)
    await place.deployment.reload()
    place.put(newcomer, "id: live\n" + RECIPE % 2)
    changes = await place.deployment.reload()
    assert changes.removed == ()
    assert place.live() == {"live": "live.yaml"}
    assert place.told() == {"live.yaml": ["duplicate-id"], f"{newcomer}.yaml": ["duplicate-id"]}
    (place.root / f"{newcomer}.yaml").unlink()
    await place.deployment.reload()
    assert place.told() == {"live.yaml": []}


async def test_files_that_share_an_id_from_the_start_are_told_of_both(place: Place) -> None:
    place.put("a", "id: same\n" + RECIPE % 1)
    place.put("b", "id: same\n" + RECIPE % 2)
    place.put("c", RECIPE % 3)
    changes = await place.deployment.reload()
    assert changes.broken == ("a.yaml", "b.yaml")
    assert place.live() == {"c": "c.yaml"}
    finding = place.deployment.deployed()[0].findings[0]
    assert (finding.line, finding.column) == (1, 5)
    assert finding.message.endswith("b.yaml")


async def test_a_good_file_takes_the_id_of_a_broken_one_over(place: Place) -> None:
    place.put("old", "id: same\n" + RECIPE % 1)
    await place.deployment.reload()
    place.put("old", BROKEN)
    place.put("new", "id: same\n" + RECIPE % 2)
    assert (await place.deployment.reload()).changed == ("same",)
    assert place.live() == {"same": "new.yaml"}
    (place.root / "old.yaml").unlink()
    assert (await place.deployment.reload()).removed == ()
    assert place.live() == {"same": "new.yaml"}


async def test_two_files_can_exchange_their_ids(place: Place) -> None:
    place.put("a", "id: x\n" + RECIPE % 1)
    place.put("b", "id: y\n" + RECIPE % 2)
    await place.deployment.reload()
    place.put("a", "id: y\n" + RECIPE % 1)
    place.put("b", "id: x\n" + RECIPE % 2)
    assert sorted((await place.deployment.reload()).changed) == ["x", "y"]
    assert place.live() == {"x": "b.yaml", "y": "a.yaml"}


async def test_a_file_that_moves_keeps_its_recipe_live(place: Place) -> None:
    place.put("a", "id: x\n" + RECIPE % 1)
    await place.deployment.reload()
    (place.root / "a.yaml").rename(place.root / "b.yaml")
    changes = await place.deployment.reload()
    assert (changes.changed, changes.removed) == (("x",), ())
    assert place.live() == {"x": "b.yaml"}

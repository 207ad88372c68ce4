from __future__ import annotations

from typing import TYPE_CHECKING

from daemon.conftest import LOG

if TYPE_CHECKING:
    from daemon.conftest import House


def states(house: House) -> dict[str, tuple[bool, int]]:
    """Return by id: whether something runs, and how many findings there are."""
    return {one.id: (one.recipe is not None, len(one.findings)) for one in house.up.hand.recipes()}


async def test_a_broken_recipe_is_listed_with_its_place_and_stops_nothing(house: House) -> None:
    house.write("good.yaml", LOG)
    house.write("bad.yaml", "trigger: {webhook: event.updated.status}\nacions: []\n")
    async with house.open():
        assert states(house)["good"] == (True, 0)
        bad = next(one for one in house.up.hand.recipes() if one.id == "bad")
        assert bad.recipe is None
        assert (bad.findings[0].line, bad.findings[0].column) == (2, 1)
        status, answer = await house.send(
            "event.updated.status", {"event_ref": "E1", "status": "live"}
        )
        assert status == 202
        assert (await house.run_of(answer["id"])).run.recipe == "good"


async def test_an_unknown_action_keeps_a_recipe_from_going_live(house: House) -> None:
    house.write("bad.yaml", LOG.replace("log.write", "log.wrote"))
    async with house.open():
        assert states(house)["bad"][0] is False


async def test_a_missing_secret_keeps_a_recipe_from_going_live_until_it_is_there(
    house: House,
) -> None:
    house.write("needs.yaml", LOG.replace("is live", "{{ secrets.TOKEN }}"))
    async with house.open():
        assert states(house)["needs"][0] is False
    async with house.open({"BEEFLOW_SECRET_TOKEN": "t0ken"}):
        assert states(house)["needs"] == (True, 0)


async def test_a_reload_adds_changes_removes_and_keeps_what_is_broken(house: House) -> None:
    house.write("one.yaml", LOG)
    house.write("two.yaml", LOG)
    async with house.open():
        before = house.up.engine.book.get("one")
        house.write("one.yaml", LOG.replace("is live", "went live"))
        (house.folder / "recipes" / "two.yaml").unlink()
        house.write("three.yaml", LOG)
        changes = await house.up.hand.reload()
        assert (changes.added, changes.changed, changes.removed) == (("three",), ("one",), ("two",))
        good = house.up.engine.book.get("one")
        assert good != before
        house.write("one.yaml", "nonsense: true\n")
        changes = await house.up.hand.reload()
        assert changes.broken == ("one.yaml",)
        assert house.up.engine.book.get("one") == good
        assert states(house)["one"][0] is True
        assert states(house)["one"][1] > 0


async def test_a_file_that_is_saved_goes_live_by_itself(house: House) -> None:
    async with house.open():
        house.write("late.yaml", LOG)
        await house.until(lambda: house.up.engine.book.get("late") is not None)


async def test_an_id_that_moves_to_another_file_stays_live(house: House) -> None:
    house.write("one.yaml", "id: same\n" + LOG)
    async with house.open():
        (house.folder / "recipes" / "one.yaml").unlink()
        house.write("other.yaml", "id: same\n" + LOG)
        await house.up.hand.reload()
        assert house.up.engine.book.get("same") is not None
        _, answer = await house.send("event.updated.status", {"event_ref": "E1", "status": "live"})
        assert (await house.run_of(answer["id"])).run.recipe == "same"


async def test_a_second_file_of_the_same_id_is_broken_and_what_was_live_stays(house: House) -> None:
    house.write("one.yaml", "id: same\n" + LOG)
    async with house.open():
        house.write("two.yaml", "id: same\n" + LOG)
        changes = await house.up.hand.reload()
        assert changes.broken == ("two.yaml",)
        assert changes.removed == ()
        assert house.up.engine.book.get("same") is not None


async def test_a_folder_that_does_not_exist_is_empty_until_it_does(house: House) -> None:
    (house.folder / "recipes").rmdir()
    async with house.open():
        assert house.up.hand.recipes() == []
        (house.folder / "recipes").mkdir()
        house.write("late.yaml", LOG)
        await house.up.hand.reload()
        assert states(house) == {"late": (True, 0)}

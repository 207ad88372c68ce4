from __future__ import annotations

from support.playing import recipe as parsed

from beeflow.engine.book import PINNED_KEPT, RecipeBook
from beeflow.engine.journal.memory import MemoryJournal
from beeflow.recipe.model import Bundle, Recipe, RunTrigger, ScheduleTrigger
from beeflow.recipe.parser import parse_bundle, parse_recipe

WEBHOOK = "trigger: {webhook: event.updated.status, match: {data.status: live}}\n"
ACTION = "actions:\n  - {action: log.write, with: {message: %s}}\n"


def made(name: str, text: str) -> Recipe:
    recipe = parse_recipe(text, path=f"{name}.yaml").recipe
    assert recipe is not None
    return recipe


def book(journal: MemoryJournal | None = None) -> RecipeBook:
    def parse(bundle: Bundle) -> Recipe | None:
        return parse_bundle(bundle)

    return RecipeBook(journal or MemoryJournal(), parse)


def wanted(one: RecipeBook, status: str = "live") -> list[tuple[str, int]]:
    found = one.match("event.updated.status", {"data": {"status": status}})
    return [(each.recipe.id, each.trigger) for each in found]


async def test_finds_who_wants_a_webhook() -> None:
    one = book()
    await one.put(made("a", WEBHOOK + ACTION % 1))
    await one.put(made("b", "enabled: false\n" + WEBHOOK + ACTION % 1))
    assert wanted(one) == [("a", 0)]
    assert wanted(one, "idle") == []


async def test_a_recipe_is_wanted_once_by_its_first_trigger_that_matches() -> None:
    one = book()
    text = "trigger:\n  - {webhook: 'event.*', match: {data.x: 1}}\n  - webhook: event.updated.status\n  - webhook: 'event.*'\n"
    await one.put(made("a", text + ACTION % 1))
    assert wanted(one) == [("a", 1)]


async def test_cancels_are_found_beside_triggers() -> None:
    one = book()
    text = WEBHOOK + "cancel_on: {webhook: event.updated.status, match: {data.status: idle}}\n"
    await one.put(made("a", text + ACTION % 1))
    (found,) = one.match("event.updated.status", {"data": {"status": "idle"}})
    assert found.trigger == -1
    assert found.cancel.types == ("event.updated.status",)


async def test_a_recipe_takes_the_place_of_the_one_with_its_id() -> None:
    one = book()
    old, new = (
        made("a", WEBHOOK + ACTION % 1),
        made("a", WEBHOOK.replace("live", "idle") + ACTION % 2),
    )
    await one.put(old)
    await one.put(new)
    assert len(one) == 1
    assert wanted(one) == []
    assert wanted(one, "idle") == [("a", 0)]
    assert await one.pinned(old.hash) == old
    assert await one.pinned(new.hash) == new


async def test_a_recipe_that_is_gone_is_read_back_from_the_journal() -> None:
    journal = MemoryJournal()
    recipe = made("a", WEBHOOK + ACTION % 1)
    one = book(journal)
    await one.put(recipe)
    one.remove("a")
    one.remove("a")
    assert wanted(one) == []
    again = await book(journal).pinned(recipe.hash)
    assert again == recipe
    assert await book().pinned(recipe.hash) is None


async def test_few_recipes_that_only_runs_still_know_stay_in_memory() -> None:
    one = book()
    for number in range(PINNED_KEPT + 10):
        await one.put(made("a", WEBHOOK + ACTION % number))
    assert len(one._pinned) == PINNED_KEPT


async def test_lists_triggers_of_a_kind_and_who_listens_to_runs() -> None:
    one = book()
    await one.put(made("a", "trigger: [{schedule: '0 9 * * *'}, {run: failed}]\n" + ACTION % 1))
    await one.put(made("b", "enabled: false\ntrigger: {schedule: '0 9 * * *'}\n" + ACTION % 1))
    assert [(recipe.id, index) for recipe, index, _ in one.triggers(ScheduleTrigger)] == [("a", 0)]
    assert [index for _, index, _ in one.triggers(RunTrigger)] == [1]
    assert [recipe.id for recipe in one.listeners] == ["a"]
    assert sorted(recipe.id for recipe in one) == ["a", "b"]
    assert parsed(WEBHOOK + ACTION % 1).id == "recipe"

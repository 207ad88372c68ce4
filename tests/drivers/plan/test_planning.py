from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check import Finding, Point, Range
from beeflow.drivers.plan.planning import Deck, Deployment, about, plan
from beeflow.engine.journal.records import Run
from beeflow.recipe.parser import parse_recipe

if TYPE_CHECKING:
    from beeflow.drivers.plan.planning import Plan
    from beeflow.recipe.model import Recipe

NOW = 1_767_258_000.0
BODY = "trigger: {webhook: event.created}\nactions: [{wait: 10m}]\n"


def recipe_of(text: str, name: str) -> Recipe:
    parsed = parse_recipe(text, path=f"{name}.yaml")
    assert parsed.recipe is not None, parsed.problems
    return parsed.recipe


def deck(*findings: Finding, **texts: str) -> Deck:
    recipes = {name: recipe_of(text, name) for name, text in texts.items() if text}
    files = {name: f"recipes/{name}.yaml" for name in texts}
    return Deck(recipes, files, frozenset(files) - frozenset(recipes), findings)


def planned(before: Deck, after: Deck, *runs: Run) -> Plan:
    return plan(Deployment(before=before, after=after, now=NOW, runs=runs), "main")


def finding(message: str, line: int = 1) -> Finding:
    point = Point(line, 1, 0)
    return Finding("loop", "warning", message, "recipes/a.yaml", Range(point, point))


def test_each_recipe_has_its_fate() -> None:
    before = deck(same=BODY, changed=BODY, gone=f"name: x\n{BODY}", broke=BODY, was_broken="")
    after = deck(
        same=f"# a word\n{BODY}",
        changed=BODY.replace("10m", "5m"),
        new=BODY.replace("10m", "3m"),
        broke="",
        was_broken="",
    )
    done = planned(before, after)
    assert [(one.recipe, one.fate) for one in done.recipes] == [
        ("broke", "broken"),
        ("changed", "changed"),
        ("gone", "removed"),
        ("new", "added"),
    ]
    assert (done.unchanged, done.reworded, done.broken) == (1, ("same",), ("was_broken",))
    assert (done.base, done.changes, done.errors) == ("main", True, False)


def test_the_same_under_another_id_was_renamed() -> None:
    done = planned(deck(old=BODY), deck(new=BODY))
    assert [(one.recipe, one.fate, one.was) for one in done.recipes] == [("new", "renamed", "old")]


def test_runs_on_another_text_are_told() -> None:
    after = deck(changed=BODY.replace("10m", "5m"))
    text = after.recipes["changed"].hash
    runs = [
        Run("r-1", "changed", "older", "e-1", "waiting"),
        Run("r-2", "changed", text, "e-2", "waiting"),
        Run("r-3", "other", "older", "e-3", "waiting"),
    ]
    (one,) = planned(deck(changed=BODY), after, *runs).recipes
    assert [run.id for run in one.runs] == ["r-1"]


def test_schedules_tell_their_next_times_unless_nothing_starts_them() -> None:
    text = "trigger: {schedule: '0 9 * * *'}\ntimezone: Europe/Copenhagen\nactions: [{wait: 1m}]\n"
    (one,) = planned(deck(), deck(daily=text)).recipes
    (times,) = one.times
    assert (times.schedule, times.timezone) == ("0 9 * * *", "Europe/Copenhagen")
    assert [at - NOW for at in times.next] == [82800.0, 169200.0, 255600.0]
    (off,) = planned(deck(), deck(daily=f"enabled: false\n{text}")).recipes
    assert off.times == ()


def test_findings_are_news_wherever_they_stand_in_the_file() -> None:
    before = deck(finding("one"), finding("two"), a=BODY)
    after = deck(finding("one", 7), finding("three"), finding("three", 9), a=BODY)
    done = planned(before, after)
    assert [one.message for one in done.findings] == ["three", "three"]
    assert [one.message for one in done.mended] == ["two"]


def test_a_recipe_is_told_of_on_one_line() -> None:
    assert about(recipe_of(BODY, "r")) == "webhook event.created → wait 10m"
    by_hand = recipe_of("actions: [{action: log.write, with: {message: m}}]\n", "r")
    assert about(by_hand) == "started by hand or by others → log.write"

from __future__ import annotations

import pytest
from recipe.parsing import only, parse, recipe, with_actions

from beeflow.recipe import limits


def test_the_defaults() -> None:
    read = recipe("actions: []")
    assert (read.id, read.name, read.enabled, read.mode) == ("recipe", "", True, "live")
    assert (read.timezone, read.labels, read.description) == ("UTC", (), "")


def test_an_id_is_that_of_the_file_unless_it_is_given() -> None:
    assert recipe("id: go-live-2\nactions: []").id == "go-live-2"
    parsed = parse("actions: []", path="a/b/go-live.yml")
    assert parsed.recipe is not None
    assert parsed.recipe.id == "go-live"


def test_standard_input_has_an_id_of_its_own() -> None:
    parsed = parse("actions: []", path="<stdin>")
    assert parsed.recipe is not None
    assert parsed.recipe.id == "stdin"


def test_a_files_name_that_is_no_id_is_a_problem_with_the_mend() -> None:
    problems = parse("actions: []", path="Go Live!.yaml").problems
    assert [problem.rule for problem in problems] == ["bad-id"]
    assert "add `id: go-live`" in (problems[0].help or "")
    assert "add `id: some-name`" in (parse("actions: []", path="ÆØ.yaml").problems[0].help or "")


@pytest.mark.parametrize(("given", "likely"), [("Go Live", "go-live"), ("a_b", "a-b")])
def test_a_wrong_id_is_a_problem_with_the_likely_one(given: str, likely: str) -> None:
    found = only(f"id: {given}\nactions: []")
    assert (found.rule, found.at) == ("bad-id", given)
    assert found.help.endswith(f"write {likely}")


def test_an_id_of_signs_only_has_no_likely_one() -> None:
    assert only("id: '???'\nactions: []").help == "ids are a-z, 0-9 and -"


@pytest.mark.parametrize("version", ["2", "1.1", "'1'", "true", "[1]"])
def test_another_version_is_refused(version: str) -> None:
    found = only(with_actions(f"version: {version}"))
    assert (found.rule, found.at) == ("bad-value", version)


def test_version_1_is_read() -> None:
    assert recipe(with_actions("version: 1")).id == "recipe"


def test_labels_are_bounded() -> None:
    labels = ", ".join(["a"] * (limits.LABELS + 1))
    assert only(with_actions(f"labels: [{labels}]")).rule == "limit"

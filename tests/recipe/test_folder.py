from __future__ import annotations

import os
from pathlib import Path

import pytest

from beeflow.recipe import limits
from beeflow.recipe.folder import Folder, blueprint_files, is_blueprint, is_recipe, load_folder
from beeflow.recipe.parser import Defaults

RECIPE = "actions: [{stop: done}]\n"


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        put(root, name, text)


def put(root: Path, name: str, text: str = RECIPE) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_recipes_are_found_at_any_depth_and_in_a_fixed_order(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "deep/er/c.yaml", "deep/B.yml.yaml"):
        put(tmp_path, name, f"id: r{len(name)}\n{RECIPE}")
    loaded = load_folder(tmp_path)
    assert loaded.files == ("a.yml", "b.yaml", "deep/B.yml.yaml", "deep/er/c.yaml")
    assert len(loaded.parsed) == 4


def test_tests_blueprints_and_hidden_names_are_passed_over(tmp_path: Path) -> None:
    for name in (
        "a.test.yaml",
        "a.test.yml",
        ".a.yaml",
        "_a.yaml",
        "blueprints/a.yaml",
        "deep/blueprints/a.yaml",
        ".git/a.yaml",
        "_old/a.yaml",
        "a.json",
        "yaml",
    ):
        put(tmp_path, name)
    put(tmp_path, "kept.yaml")
    assert load_folder(tmp_path).files == ("kept.yaml",)
    assert blueprint_files(tmp_path) == ["blueprints/a.yaml", "deep/blueprints/a.yaml"]


def test_a_broken_recipe_stops_no_other(tmp_path: Path) -> None:
    put(tmp_path, "good.yaml")
    put(tmp_path, "broken.yaml", "actions: {{ x }} y")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    loaded = load_folder(tmp_path)
    assert set(loaded.recipes) == {"good"}
    assert [problem.rule for problem in loaded.problems] == ["yaml-syntax", "yaml-encoding"] or [
        problem.rule for problem in loaded.problems
    ] == ["yaml-encoding", "yaml-syntax"]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le", "utf-32"])
def test_a_file_in_another_encoding_is_read_all_the_same(tmp_path: Path, encoding: str) -> None:
    text = "name: caf\u00e9\nmode: shadwo\nactions: [{stop: x}]\n"
    (tmp_path / "old.yaml").write_bytes(text.encode(encoding))
    loaded = load_folder(tmp_path)
    assert [problem.rule for problem in loaded.problems] == ["yaml-encoding", "bad-value"] or [
        problem.rule for problem in loaded.problems
    ] == ["bad-value", "yaml-encoding"]
    assert not loaded.recipes


def test_ids_are_unique_over_all_files(tmp_path: Path) -> None:
    put(tmp_path, "a/live.yaml")
    put(tmp_path, "b/live.yaml")
    put(tmp_path, "c.yaml", f"id: live\n{RECIPE}")
    put(tmp_path, "d.yaml")
    loaded = load_folder(tmp_path)
    assert set(loaded.recipes) == {"d"}
    assert [problem.rule for problem in loaded.problems] == ["duplicate-id"] * 2
    second, third = loaded.problems
    assert second.span.file.endswith("b/live.yaml")
    assert second.notes[0].span is not None
    assert second.notes[0].span.file.endswith("a/live.yaml")
    assert (third.span.start, third.span.end) == (4, 8)


def test_a_recipe_finds_its_blueprint(tmp_path: Path) -> None:
    put(tmp_path, "blueprints/b.yaml", f"inputs: {{a: {{type: string}}}}\n{RECIPE}")
    put(tmp_path, "r.yaml", "use: blueprints/b.yaml\nwith: {a: x}\n")
    put(tmp_path, "deep/s.yaml", "use: ../blueprints/b.yaml\nwith: {a: y}\n")
    loaded = load_folder(tmp_path)
    assert loaded.problems == ()
    assert loaded.recipes["s"].inputs["a"].value == "y"
    assert loaded.recipes["r"].hash != loaded.recipes["s"].hash


def test_the_hash_does_not_depend_on_where_the_folder_is(tmp_path: Path) -> None:
    put(tmp_path, "one/r.yaml")
    put(tmp_path, "two/r.yaml")
    first, second = (load_folder(tmp_path / name).recipes["r"] for name in ("one", "two"))
    assert first.hash == second.hash


def test_the_time_zone_of_the_configuration_is_the_default(tmp_path: Path) -> None:
    put(tmp_path, "r.yaml")
    assert load_folder(tmp_path, Defaults("Asia/Tokyo")).recipes["r"].timezone == "Asia/Tokyo"


def test_messages_name_files_as_the_folder_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "recipes/r.yaml", "x")
    monkeypatch.chdir(tmp_path)
    assert load_folder(Path("recipes")).problems[0].span.file == "recipes/r.yaml"
    monkeypatch.chdir(tmp_path / "recipes")
    assert load_folder(Path()).problems[0].span.file == "r.yaml"


def test_links_count_as_files_only_within_the_folder(tmp_path: Path) -> None:
    root = tmp_path / "recipes"
    put(root, ".data/real.yaml")
    outside = put(tmp_path, "outside.yaml")
    (root / "inside.yaml").symlink_to(root / ".data" / "real.yaml")
    (root / "leads-out.yaml").symlink_to(outside)
    (root / "broken.yaml").symlink_to(root / "gone.yaml")
    (root / "circle.yaml").symlink_to(root / "circle.yaml")
    (root / "folder").symlink_to(tmp_path)
    loaded = load_folder(root)
    assert set(loaded.recipes) == {"inside"}
    messages = {problem.span.file.rsplit("/")[-1]: problem for problem in loaded.problems}
    assert set(messages) == {"leads-out.yaml", "broken.yaml", "circle.yaml"}
    assert {problem.rule for problem in loaded.problems} == {"unreadable-file"}
    assert "outside the recipes folder" in messages["leads-out.yaml"].message


def test_a_blueprint_outside_the_folder_is_not_read(tmp_path: Path) -> None:
    outside = put(tmp_path, "secret.yaml")
    root = tmp_path / "recipes"
    put(root, "r.yaml", "use: link.yaml\n")
    (root / "link.yaml").symlink_to(outside)
    rules = {problem.rule for problem in load_folder(root).problems}
    assert rules == {"missing-blueprint", "unreadable-file"}


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    (problem,) = load_folder(tmp_path).problems
    assert problem.message == "this is not a file"


def test_a_file_that_may_not_be_read_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "r.yaml")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    (problem,) = load_folder(tmp_path).problems
    assert problem.message == "the file cannot be read: Permission denied"


def test_a_file_that_is_too_large_is_a_problem(tmp_path: Path) -> None:
    put(tmp_path, "r.yaml", "#" * (limits.FILE_BYTES + 10))
    (problem,) = load_folder(tmp_path).problems
    assert problem.rule == "limit"


@pytest.mark.parametrize("size", [16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, limits.FILE_BYTES])
def test_a_file_is_read_to_its_end(tmp_path: Path, size: int) -> None:
    put(tmp_path, "r.yaml", RECIPE.ljust(size - 1, "#") + "\n")
    (parsed,) = load_folder(tmp_path).parsed
    assert len(parsed.document.source.text) == size


@pytest.mark.parametrize(
    ("leads_to", "read"), [("recipes/.data", True), ("elsewhere", False), ("gone", False)]
)
def test_a_blueprint_behind_a_link_is_read_only_within_the_folder(
    tmp_path: Path, leads_to: str, *, read: bool
) -> None:
    root = tmp_path / "recipes"
    put(root, ".data/b.yaml")
    put(tmp_path, "elsewhere/b.yaml")
    put(root, "r.yaml", "use: folder/b.yaml\n")
    (root / "folder").symlink_to(tmp_path / leads_to)
    assert ("r" in load_folder(root).recipes) is read


@pytest.mark.parametrize("name", ["../outside.yaml", "in/../../outside.yaml", "in/outside.yaml"])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    put(tmp_path, "outside.yaml")
    root = tmp_path / "recipes"
    put(root, "in/r.yaml")
    (root / "in" / "outside.yaml").symlink_to(tmp_path / "outside.yaml")
    for path in (name, f"{tmp_path}/outside.yaml"):
        (problem,) = Folder(root, Defaults()).parse(path).problems
        assert "outside the recipes folder" in problem.message


def test_a_folder_that_is_not_there_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_folder(tmp_path / "nope")


def test_a_blueprint_is_read_by_itself(tmp_path: Path) -> None:
    put(tmp_path, "blueprints/b.yaml", f"inputs: {{a: {{type: string}}}}\n{RECIPE}")
    folder = Folder(tmp_path, Defaults())
    assert folder.parse("blueprints/b.yaml", blueprint=True).problems == ()


def test_names_of_recipes_and_blueprints() -> None:
    assert is_recipe("a.yaml")
    assert not is_recipe("a.test.yaml")
    assert not is_recipe(".a.yaml")
    assert is_blueprint("x/blueprints/a.yaml")
    assert not is_blueprint("x/blueprints.yaml")


def test_hundreds_of_recipes_load(tmp_path: Path) -> None:
    for number in range(200):
        put(tmp_path, f"r{number}.yaml", f"name: Number {number}\n{RECIPE}")
    assert len(load_folder(tmp_path).recipes) == 200

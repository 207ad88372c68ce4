from __future__ import annotations

from pathlib import Path

from beeflow.cli.deck import read_deck

GOOD = "trigger: {webhook: event.created}\nactions: [{stop: x}]\n"


def test_recipes_are_those_a_daemon_would_load(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/named.yaml").write_text(f"id: other\n{GOOD}")
    (tmp_path / "wrong.yaml").write_text(GOOD.replace("stop: x", "action: no.such"))
    (tmp_path / "unreadable.yaml").write_text("[")
    (tmp_path / "caller.yaml").write_text("actions: [{run: good}]\n")
    deck = read_deck(tmp_path, "UTC", "recipes")
    assert sorted(deck.recipes) == ["caller", "good", "other"]
    assert deck.broken == {"wrong", "unreadable"}
    assert deck.files["other"] == "recipes/deep/named.yaml"
    assert {one.file for one in deck.findings} == {"recipes/wrong.yaml", "recipes/unreadable.yaml"}


def test_of_two_with_one_id_neither_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(f"id: same\n{GOOD}")
    (tmp_path / "b.yaml").write_text(f"id: same\n{GOOD}")
    deck = read_deck(tmp_path, "UTC")
    assert list(deck.recipes) == []
    assert deck.broken == {"same"}


def test_a_folder_that_is_not_there_is_empty() -> None:
    assert read_deck(Path("no/such/folder"), "UTC").files == {}

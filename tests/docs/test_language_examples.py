"""Every example of the language reference is played through the real engine; its numbers hold."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docs.scenario import Example, Play, examples, parsed

from beeflow.actions.definitions import describe_actions
from beeflow.beestreamed.catalog import load_catalog
from beeflow.check import Facts, check_parsed
from beeflow.engine.door import DEEPEST
from beeflow.engine.journal import policy
from beeflow.engine.journal.memory import MemoryJournal
from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.recipe import limits
from beeflow.recipe.parser import vocabulary
from beeflow.recipe.templates.reference_page import page as reference_page
from beeflow.types import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.engine.journal.protocol import Journal

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "language.md"
EXAMPLES = tuple(examples(PAGE))
PLAYED = tuple(one for one in EXAMPLES if one.scenario is not None)


@pytest.fixture(scope="module")
def facts() -> Facts:
    """What is known of the real platform and of our own actions."""
    registry = describe_actions(entries=())
    definitions = {name: registry.definition(name) for name in registry.names()}
    actions = {name: one for name, one in definitions.items() if one is not None}
    return Facts(actions, load_catalog().webhooks)


@pytest.mark.parametrize("example", PLAYED, ids=lambda one: one.name)
async def test_an_example_does_what_the_page_says(example: Example) -> None:
    await Play(example, MemoryJournal()).play()


@pytest.mark.parametrize("example", PLAYED[::5], ids=lambda one: one.name)
async def test_some_of_them_with_the_journal_on_disk(example: Example, tmp_path: Path) -> None:
    journal: Journal = await SqliteJournal.open(tmp_path / "beeflow.db", synchronous="NORMAL")
    await Play(example, journal).play()
    await journal.close()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_an_example_is_right_or_refused_as_the_page_says(example: Example, facts: Facts) -> None:
    found = [
        problem
        for one in parsed(example).values()
        for problem in check_parsed(one, facts)
        if problem.rule != "unknown-recipe"
    ]
    told = [f"{problem.message}; {problem.help}" for problem in found]
    if example.error is None:
        assert told == []
    else:
        assert any(example.error in one for one in told), told


def words() -> Iterator[str]:
    """List every key of the language."""
    for one in vars(vocabulary).values():
        if isinstance(one, vocabulary.Vocabulary):
            yield from one.keys


@pytest.mark.parametrize("word", sorted(set(words())))
def test_every_word_of_the_language_is_on_the_page(word: str) -> None:
    assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", PAGE.read_text("utf-8")), word


BOUNDS = {name: value for name, value in vars(limits).items() if name.isupper()}


@pytest.mark.parametrize("name", BOUNDS)
def test_the_table_of_limits_has_every_number(name: str) -> None:
    value = BOUNDS[name]
    shown = {"FILE_BYTES": "1 MiB", "SHORTEST_EVERY": format_duration(1.0)}.get(name, f"{value:,}")
    assert f"| {shown} | <!-- {name} -->" in PAGE.read_text("utf-8")


def test_the_limits_of_the_engine_are_on_the_page() -> None:
    text = PAGE.read_text("utf-8")
    assert f"| {policy.UNFINISHED:,} | runs of one recipe that have not ended" in text
    assert f"| {policy.STATE_LIMIT // 1024} KiB | what a recipe keeps" in text
    assert f"| {DEEPEST} | runs in one chain of causes" in text


def test_the_page_of_filters_is_current() -> None:
    assert (DOCS / "templates.md").read_text("utf-8") == reference_page()


def test_links_within_the_pages_lead_somewhere() -> None:
    text = PAGE.read_text("utf-8")
    heads = {
        re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-")
        for head in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    links = re.findall(r"\]\((?:language\.md)?#([\w-]+)\)", text + reference_page())
    assert links
    assert set(links) <= heads

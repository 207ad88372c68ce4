"""Recipes in the documentation and what it says about them, taken from Markdown and played.

A ```` ```yaml ```` block is a recipe; it may begin with a comment that names its file. The
```` ```beeflow-scenario ```` block after it, itself YAML, says what happens to it and to the
recipes before it since the last one, and what comes of that. A ```` ```beeflow-error ```` block
says how a recipe is refused instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import yaml
from support.stage import START, Stage

from beeflow.drivers.testing.comparing import fits
from beeflow.drivers.testing.writing import flow
from beeflow.errors import Failure
from beeflow.recipe.document import Source, read_document
from beeflow.recipe.parser import parse_recipe
from beeflow.types import parse_datetime, parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from beeflow.engine.journal.protocol import Journal
    from beeflow.errors import ErrorKind
    from beeflow.recipe.model import Recipe
    from beeflow.recipe.parser import Parsed
    from beeflow.types import Json

_BLOCK: Final = re.compile(r"^```([\w-]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME: Final = re.compile(r"# (?:recipes/)?([\w/.-]+\.yaml)\n")
_KEYS: Final = {"start", "answers", "made", "happens", "calls", "outcomes", "reads", "kept"}
_READS: Final = re.compile(r".*\.(get|list|stream|entries)$")


@dataclass(frozen=True, slots=True)
class Example:
    """Recipes by file, the first one in front, and what a page says of them."""

    line: int
    files: Mapping[str, str]
    scenario: Mapping[str, Any] | None = None
    error: str | None = None

    @property
    def name(self) -> str:
        """How tests call it."""
        return f"line-{self.line}"


def examples(page: Path) -> Iterator[Example]:
    """Take the examples from a page, in order."""
    text = page.read_text("utf-8")
    files: dict[str, str] = {}
    begun = 0
    for block in _BLOCK.finditer(text):
        kind, body = block[1], block[2]
        line = text.count("\n", 0, block.start()) + 1
        if kind == "yaml":
            begun = begun or line
            named = _NAME.match(body)
            files[named[1] if named else "recipe.yaml"] = body
            continue
        if kind == "beeflow-scenario":
            yield Example(begun, files, scenario=yaml.safe_load(body))
        elif kind == "beeflow-error":
            yield Example(begun, files, error=body.strip())
        files, begun = {}, 0
    if files:
        yield Example(begun, files)


def parsed(example: Example) -> dict[str, Parsed]:
    """Parse the recipes of an example, those that blueprints are aside."""
    return {
        name: parse_recipe(text, path=name, load=example.files.get)
        for name, text in example.files.items()
        if not name.startswith("blueprints/")
    }


# --- playing ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Play:
    """An example on the stage."""

    example: Example
    journal: Journal
    recipes: list[Recipe] = field(default_factory=list)
    made: list[tuple[float, str, Mapping[str, Json]]] = field(default_factory=list)
    number: int = 0

    async def play(self) -> None:
        """Play it, and hold what comes of it against what the page says."""
        scenario = self.example.scenario
        assert scenario is not None
        assert set(scenario) <= _KEYS, f"a scenario has {sorted(_KEYS)}"
        for name, one in parsed(self.example).items():
            assert one.recipe is not None, (name, [problem.message for problem in one.problems])
            self.recipes.append(one.recipe)
        begun = scenario.get("start")
        first = parse_datetime(begun).timestamp() if begun else START
        stage = await self._open(first)
        _answer(stage, scenario)
        for happening in scenario.get("happens", []):
            stage = await self._let(stage, dict(happening))
        await stage.stop()
        self._take_made(stage)
        self.made = [(at - (first - START), name, args) for at, name, args in self.made]
        await self._hold(stage, scenario)

    async def _open(self, now: float, before: Stage | None = None) -> Stage:
        stage = Stage(self.journal, now)
        if before is not None:
            stage.answers, stage.events = before.answers, before.events
        for recipe in self.recipes:
            await stage.book.put(recipe)
        await stage.start()
        return stage

    def _take_made(self, stage: Stage) -> None:
        self.made += stage.calls.made
        stage.calls.made.clear()

    async def _let(self, stage: Stage, what: dict[str, Any]) -> Stage:
        """Let one thing happen: a webhook, time that passes, an outage, a person's hand."""
        if "after" in what:
            await stage.pass_time(parse_duration(what.pop("after")))
        if "down" in what:
            return await self._restart(stage, parse_duration(what.pop("down")))
        if "answers" in what or "made" in what:
            _answer(stage, what)
            what = {}
        if "events" in what:
            stage.events = what.pop("events")
        if "webhook" in what:
            await stage.webhook(what.pop("webhook"), what.pop("data", {}), **what)
        elif "manual" in what:
            await stage.manual(self.recipes[0], what.pop("manual") or {})
        elif "retry" in what:
            run = (await stage.runs(self.recipes[0].id))[what.pop("retry") - 1]
            stage.dispatcher.submit(await stage.journal.retry(run.id, stage.clock.now()))
            await stage.settle()
        else:
            assert not what, f"nothing that happens: {what}"
        return stage

    async def _restart(self, stage: Stage, seconds: float) -> Stage:
        now = stage.clock.now()
        await stage.stop()
        self._take_made(stage)
        return await self._open(now + seconds, stage)

    # --- what came of it ---------------------------------------------------------------------

    async def _hold(self, stage: Stage, scenario: Mapping[str, Any]) -> None:
        if "calls" in scenario:
            writes = [one for one in self.made if not _READS.match(one[1])]
            _hold_calls(writes, scenario["calls"] or [])
        if "reads" in scenario:
            assert sum(bool(_READS.match(one[1])) for one in self.made) == scenario["reads"]
        if "outcomes" in scenario:
            assert await stage.outcomes(self.recipes[0].id) == scenario["outcomes"]
        if "kept" in scenario:
            assert await stage.journal.state(self.recipes[0].id) == scenario["kept"]


def _answer(stage: Stage, scenario: Mapping[str, Any]) -> None:
    """Take over what actions answer, and what guarded ones are found to have made."""
    for name, given in scenario.get("answers", {}).items():
        several = isinstance(given, list)
        stage.answers[name] = [_one(one) for one in given] if several else _one(given)
    for name, given in scenario.get("made", {}).items():
        seen = iter(given)
        stage.answers[f"{name}?"] = lambda _args, seen=seen: next(seen)


def _one(given: Any) -> Any:
    if isinstance(given, dict) and set(given) == {"error"}:
        error = given["error"]
        status = error.get("status")
        cut = error.get("kind") == "reset"
        retryable = cut or status in {429, 503}
        kind: ErrorKind = "connection" if cut else "http"
        message = error.get("message", f"HTTP {status}" if status else "cut off")
        return Failure(kind, message, status=status, open=cut, retryable=retryable)
    return given


def _hold_calls(
    made: Sequence[tuple[float, str, Mapping[str, Json]]], expected: Sequence[Any]
) -> None:
    told = [f"{name} {dict(args)} at {at:g} s" for at, name, args in made]
    assert len(made) == len(expected), told
    for (at, name, args), one in zip(made, expected, strict=True):
        wanted = {one: None} if isinstance(one, str) else dict(one)
        when = wanted.pop("at", None)
        ((action, with_),) = wanted.items()
        assert name == action, told
        if when is not None:
            assert abs(at - parse_duration(str(when))) < 1e-3, told
        assert _covers(args, with_ or {}), (told, with_)


def _covers(args: Mapping[str, Json], wanted: Mapping[str, Any]) -> bool:
    """Whether arguments are what was wanted, as tests of recipes have it."""
    node = read_document(Source("scenario", flow(dict(wanted)))).root
    return node is not None and fits(node, dict(args))

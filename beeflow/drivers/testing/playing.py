"""Playing a test: its recipes on the stage, its entries one after the other."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.structs import replace

from beeflow.check.steps import all_steps
from beeflow.drivers.occasion import ask_trigger
from beeflow.drivers.overlay import laid_over
from beeflow.drivers.stage import House, Stage
from beeflow.drivers.testing.model import Case, Down, Entry, Manual, Reload, Webhook
from beeflow.drivers.testing.played import Asked, Ignored, Made, Played
from beeflow.drivers.testing.scripted import Script
from beeflow.engine.event import Event
from beeflow.engine.journal.memory import MemoryJournal
from beeflow.errors import UsageError, WebhookError
from beeflow.recipe.model import Recipe, WaitForStep, WebhookTrigger
from beeflow.recipe.patterns import compile_pattern, type_matches
from beeflow.types import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beeflow.drivers.testing.reading.known import Known
    from beeflow.engine.event import NewEvent
    from beeflow.engine.journal.records import OpenRun, Record, Run
    from beeflow.engine.ports import Secrets
    from beeflow.types import Json

BEGINNING: Final = 1_767_258_000.0
"""When the clock of a test starts that says nothing of it: 2026-01-01 09:00 UTC."""

MOST_MOMENTS: Final = 20_000
"""Moments at which something is due, within one entry or after the last; then it is given up."""

MADE_UP: Final = "made-up-for-this-test"
"""The value of a secret that a recipe reads and the test does not give."""


class Cast(msgspec.Struct, frozen=True, kw_only=True):
    """What a test is played with: the recipe under test, the others, and those to be deployed.

    `deployed` are by the folder that an entry `reload` names. With `free`, writes answer their
    sample though the test neither mocks nor expects them.
    """

    recipe: Recipe
    also: tuple[Recipe, ...] = ()
    deployed: Mapping[str, tuple[Recipe, ...]]
    free: bool = False


async def play(case: Case, cast: Cast, known: Known) -> Played:
    """Play a test and return what came of it. Never raises for what a recipe does."""
    player = _Player(case, cast, known)
    with _listening(player.played):
        try:
            await player.play()
        except (UsageError, WebhookError) as error:
            player.played.trouble = str(error)
    return player.played


class _Player:
    def __init__(self, case: Case, cast: Cast, known: Known) -> None:
        self._case = case
        self._cast = cast
        self._known = known
        self._numbers = 0
        named = frozenset(call.action for call in case.wanted.calls or ())
        self._script = Script(known, case.mocks, None if cast.free else named)
        began = _began(case, known)
        self.played = Played((cast.recipe, *cast.also), began, unmocked=self._script.unmocked)
        self._secrets = _secrets(case, cast, known)
        house = House(
            actions=self._script,
            secrets=self._secrets,
            listed=self._script.listed,
            start_of=known.start_of,
            defaults=known.defaults,
            on_call=self._called,
            on_step=lambda recipe, path: self.played.steps.add((recipe, path)),
        )
        self._journal = MemoryJournal()
        self._stage = Stage(house, began, self._journal)

    async def play(self) -> None:
        """Let everything happen, and wait for the end of every run."""
        recipe = self._cast.recipe
        space = recipe.id + ("~shadow" if recipe.mode == "shadow" else "")
        self._journal.keep(space, self._case.state)
        for one in self.played.recipes:
            await self._stage.book.put(one)
        await self._stage.start()
        try:
            for entry in self._case.entries:
                await self._let(entry)
            if not await self._stage.play_out(MOST_MOMENTS):
                self.played.trouble = "a run does not come to an end"
            runs = await self._stage.runs()
            opened = [await self._stage.opened(run.id) for run in runs]
            self.played.runs = tuple(self._masked(one) for one in opened)
        finally:
            await self._stage.stop()

    # --- what happens ------------------------------------------------------------------------

    async def _let(self, entry: Entry) -> None:
        if entry.after and not await self._stage.pass_time(entry.after, MOST_MOMENTS):
            long = format_duration(entry.after)
            message = f"in {long} there are more than {MOST_MOMENTS:,} moments at which something"
            raise UsageError(f"{message} is due: let less time pass")
        match entry.what:
            case Webhook() as webhook:
                await self._deliver(webhook)
            case Manual() as manual:
                under_test = self._stage.book.get(self._cast.recipe.id) or self._cast.recipe
                await self._stage.manual(under_test, manual.inputs)
            case Down() as down:
                await self._stage.restart(down.seconds)
            case Reload() as reload:
                await self._reload(self._cast.deployed[reload.folder])

    async def _deliver(self, webhook: Webhook) -> None:
        payload = self._payload(webhook)
        now = self._stage.clock.now()
        event = self._known.event(payload, now)
        self._script.tell(payload)
        self._ask(event, payload)
        await self._stage.enter(event, payload)

    def _payload(self, webhook: Webhook) -> dict[str, Json]:
        """Return the documented sample with an id and time of its own, and the test's on top."""
        self._numbers += 1
        sample = self._known.samples.webhook(webhook.type) or {}
        own: dict[str, Json] = {
            "id": f"test-{self._numbers}",
            "timestamp": int(self._stage.clock.now()),
        }
        fresh = {key: value for key, value in own.items() if key in sample}
        return laid_over({**sample, **fresh}, webhook.over)

    def _ask(self, event: NewEvent, payload: Mapping[str, Json]) -> None:
        """Note which triggers are asked, and where the recipe under test wants none of it."""
        seen = Event(
            "", event.key, event.source, event.type, event.received_at, payload, event.payload_id,
            event.event_ref,
        )  # fmt: skip
        for recipe in self._stage.book:
            self.played.asked.extend(_asked(recipe, seen))
        under_test = self._stage.book.get(self._cast.recipe.id)
        ignored = None if under_test is None else _ignored(under_test, seen)
        if ignored is not None:
            self.played.ignored.append(ignored)

    async def _reload(self, deployed: tuple[Recipe, ...]) -> None:
        """Put the deployed recipes in place of the live ones; what is not among them goes."""
        book = self._stage.book
        fresh = {recipe.id: recipe for recipe in deployed}
        for recipe in tuple(book):
            if recipe.id not in fresh:
                book.remove(recipe.id)
        for recipe in self.played.recipes:
            if recipe.id in fresh:
                await book.put(fresh[recipe.id])
        await self._stage.replan()
        await self._stage.settle()

    # --- what comes of it --------------------------------------------------------------------

    def _masked(self, opened: OpenRun) -> OpenRun:
        """Return a run whose ending, which the journal keeps as it is, shows no secret."""
        ending: Any = opened.run.ending
        shown: Any = self._secrets.mask(ending)
        reason = str(self._secrets.mask(opened.run.reason))
        return replace(opened, run=replace(opened.run, ending=shown, reason=reason))

    def _called(self, run: Run, record: Record) -> None:
        given: Any = record.input
        if given["effect"] == "read":
            return
        self.played.calls.append(
            Made(
                after=record.started_at - self.played.began,
                recipe=run.recipe,
                run=run.id,
                path=record.path,
                action=given["action"],
                args=given["args"],
                effect=given["effect"],
                would=record.kind == "would",
            )
        )


def _asked(recipe: Recipe, event: Event) -> Iterator[Asked]:
    for index, trigger in enumerate(recipe.triggers):
        if not isinstance(trigger, WebhookTrigger):
            continue
        if any(type_matches(kind, event.type) for kind in trigger.types):
            for clause in compile_pattern(trigger.match).explain(event.payload):
                yield Asked(recipe.hash, index, clause.path, clause.holds)


def _ignored(recipe: Recipe, event: Event) -> Ignored | None:
    """Return that no trigger of a recipe wants an event; None where one does.

    None, too, where the type is no trigger's, and the recipe waits for it or is cancelled by it.
    """
    decided = [
        (index, ask_trigger(trigger, event))
        for index, trigger in enumerate(recipe.triggers)
        if isinstance(trigger, WebhookTrigger)
    ]
    if not decided or any(one.value is True for _, one in decided):
        return None
    index, nearest = max(decided, key=lambda one: bool(one[1].clauses[0].value))
    if nearest.clauses[0].value is not True and _awaits(recipe, event.type):
        return None
    return Ignored(event.type, index, nearest)


def _awaits(recipe: Recipe, kind: str) -> bool:
    """Whether a recipe waits for webhooks of a type, or is cancelled by them."""
    awaited = [one for cancel in recipe.cancel_on for one in cancel.types]
    for step in all_steps(recipe):
        awaited += step.types if isinstance(step, WaitForStep) else ()
    return any(type_matches(one, kind) for one in awaited)


def _began(case: Case, known: Known) -> float:
    """Return when the clock starts: as the test says, else at its first entry's timestamp."""
    if case.now is not None:
        return case.now
    first = case.entries[0].what if case.entries else None
    if isinstance(first, Webhook):
        sample = known.samples.webhook(first.type) or {}
        stamp = first.over.get("timestamp", sample.get("timestamp"))
        if isinstance(stamp, int) and not isinstance(stamp, bool):
            return float(stamp)
    return BEGINNING


def _secrets(case: Case, cast: Cast, known: Known) -> Secrets:
    """Open the test's secrets; what a recipe reads beside them has a made-up value."""
    deployed = [recipe for recipes in cast.deployed.values() for recipe in recipes]
    read = {name for recipe in (cast.recipe, *cast.also, *deployed) for name in recipe.secrets}
    made_up = {name: f"{MADE_UP}-{name}" for name in read}
    return known.secrets({**made_up, **case.secrets})


class _Ear(logging.Handler):
    """Takes in what the engine says while a test is played."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self._said.append(record.getMessage())


@contextmanager
def _listening(played: Played) -> Iterator[None]:
    logger = logging.getLogger("beeflow")
    ear, loud = _Ear(played.said), logger.propagate
    logger.addHandler(ear)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(ear)
        logger.propagate = loud

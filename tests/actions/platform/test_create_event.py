from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from actions.platform.fake_client import FakeClient

from beeflow.actions.platform import create_event
from beeflow.actions.platform.create_event import CreateEvent
from beeflow.beestreamed.catalog import load_catalog
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from beeflow.types import Json

CUT = Failure("connection", "cut", open=True, retryable=True)
REFUSED = Failure("connection", "refused", retryable=True)
BUSY = Failure("http", "busy", status=503, retryable=True, open=True)
REJECTED = Failure("http", "bad date", status=422, detail={"body": "bad"})
MADE: Json = {"event_ref": "new", "message": "Event created"}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient()
    client.says("events.list", [{"event_ref": "old"}])
    client.says("events.create", MADE)
    client.says("events.update", {"rows": 1})
    return client


@pytest.fixture
def create(client: FakeClient, monkeypatch: pytest.MonkeyPatch) -> CreateEvent:
    monkeypatch.setattr(create_event, "_PAUSES", (0.0, 0.0))
    return CreateEvent(load_catalog(), client)


async def failing(create: CreateEvent, args: dict[str, Json], context: Any) -> Failure:
    with pytest.raises(ActionError) as caught:
        await create.call(args, context)
    return caught.value.failure


async def test_a_bare_create_is_one_guarded_call(
    create: CreateEvent, client: FakeClient, context: Any
) -> None:
    assert create.effect({}) == "guarded"
    assert await create.call({}, context) == MADE
    assert client.names() == ["events.create"]
    assert list(await create.look({}, context)) == ["old"]


async def test_with_fields_the_event_is_filled_in(
    create: CreateEvent, client: FakeClient, context: Any
) -> None:
    args: dict[str, Json] = {"title": "Launch", "chat": True}
    assert create.effect(args) == "once"
    assert create.check(args) == []
    assert await create.call(args, context) == MADE
    assert client.calls[1:] == [
        ("events.create", {}),
        ("events.update", {"title": "Launch", "chat": True, "event_ref": "new"}),
    ]


async def test_a_create_that_was_cut_after_its_effect_is_adopted(
    create: CreateEvent, client: FakeClient, context: Any
) -> None:
    client.says("events.create", CUT)
    client.says("events.list", [{"event_ref": "old"}], [{"event_ref": "x"}, {"event_ref": "old"}])
    answer = await create.call({"title": "Launch"}, context)
    assert isinstance(answer, dict)
    assert answer["event_ref"] == "x"
    assert client.calls[-1] == ("events.update", {"title": "Launch", "event_ref": "x"})
    assert client.names().count("events.create") == 1


async def test_a_create_that_was_cut_before_its_effect_may_be_repeated(
    create: CreateEvent, client: FakeClient, context: Any
) -> None:
    client.says("events.create", CUT)
    failure = await failing(create, {"title": "Launch"}, context)
    assert (failure.open, failure.retryable) == (False, True)


async def test_a_clear_refusal_is_passed_on(
    create: CreateEvent, client: FakeClient, context: Any
) -> None:
    client.says("events.create", REFUSED)
    assert await failing(create, {"title": "x"}, context) == REFUSED
    assert client.names() == ["events.list", "events.create"]


async def test_where_it_cannot_be_seen_the_outcome_stays_open(
    create: CreateEvent, client: FakeClient, context: Any
) -> None:
    client.says("events.create", CUT)
    client.says("events.list", [{"event_ref": "old"}], BUSY)
    assert await failing(create, {"title": "x"}, context) == CUT


async def test_of_two_new_events_none_is_taken_for_ours(
    create: CreateEvent, client: FakeClient, context: Any
) -> None:
    client.says("events.create", CUT)
    client.says("events.list", [], [{"event_ref": "x"}, {"event_ref": "y"}])
    assert await failing(create, {"title": "x"}, context) == CUT
    assert "events.update" not in client.names()


async def test_events_are_created_one_after_the_other(
    create: CreateEvent, client: FakeClient, context: Any
) -> None:
    await asyncio.gather(*(create.call(args, context) for args in ({"title": "a"}, {"title": "b"})))
    assert client.names()[:2] == ["events.list", "events.create"]
    assert client.names().count("events.create") == 2


async def test_the_second_call_is_repeated(
    create: CreateEvent, client: FakeClient, context: Any
) -> None:
    client.says("events.update", BUSY, BUSY, {"rows": 1})
    assert await create.call({"title": "x"}, context) == MADE
    assert client.names().count("events.update") == 3


@pytest.mark.parametrize(("reply", "attempts"), [(BUSY, 3), (REJECTED, 1)])
async def test_an_event_that_could_not_be_filled_in_is_named(
    create: CreateEvent, client: FakeClient, context: Any, reply: Failure, attempts: int
) -> None:
    client.says("events.update", reply)
    failure = await failing(create, {"title": "x"}, context)
    assert client.names().count("events.update") == attempts
    assert (failure.open, failure.retryable) == (True, False)
    assert "the event new was created, but not filled in" in failure.message
    assert failure.detail is not None
    assert failure.detail["event_ref"] == "new"


async def test_an_answer_without_a_reference_is_open(
    create: CreateEvent, client: FakeClient, context: Any
) -> None:
    client.says("events.create", {"message": "?"})
    assert (await failing(create, {"title": "x"}, context)).open


async def test_the_time_limit_is_kept(
    create: CreateEvent, client: FakeClient, make_context: Callable[..., Any]
) -> None:
    failure = await failing(create, {"title": "x"}, make_context(timeout=0.0))
    assert (failure.kind, failure.open) == ("timeout", False)
    assert client.calls == []


async def test_time_that_is_over_between_the_calls_is_open(
    create: CreateEvent,
    client: FakeClient,
    make_context: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    now = [0.0]
    monkeypatch.setattr(loop, "time", lambda: now[0])

    def late(_args: object) -> Json:
        now[0] = 60.0
        return MADE

    client.says("events.create", late)
    failure = await failing(create, {"title": "x"}, make_context())
    monkeypatch.undo()
    assert (failure.kind, failure.open) == ("timeout", True)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"titel": "x"}, "did you mean `title`?"),
        ({"event_ref": "e"}, "there is no parameter `event_ref`"),
        ({"status": "lvie"}, "events.create: `status`"),
    ],
)
def test_wrong_arguments_are_told(
    create: CreateEvent, args: dict[str, Json], expected: str
) -> None:
    assert expected in "; ".join(create.check(args))
    assert create.check({}) == []
    assert create.definition.check({}, {"title"}) == []

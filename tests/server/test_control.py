from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from server.fakes import NOW, a_run, an_event
from server.raw import post as post_of
from server.raw import send

from beeflow.engine.journal.records import Record
from beeflow.errors import Failure
from beeflow.server.ports import Resolution

if TYPE_CHECKING:
    from server.conftest import Site

CUT = Failure("unknown", "cut", open=True)


async def post(site: Site, path: str, body: object = None, status: int = 200) -> Any:
    async with site.client.post(path, json={} if body is None else body) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


def call(path: str) -> Record:
    return Record(path, "call", "failed", NOW, NOW, failure=CUT)


async def test_an_event_is_replayed(site: Site) -> None:
    site.world.history.all_events.append(an_event())
    entered = await post(site, "/api/events/ev-1/replay", status=202)
    assert entered == {"status": "accepted", "event": "ev-9", "runs": ["run-9"]}
    assert site.world.operator.done == [("replay", "ev-1")]
    missing = await post(site, "/api/events/none/replay", status=404)
    assert missing["detail"] == "there is no event `none`"


async def test_a_recipe_is_run_by_hand(site: Site) -> None:
    body = {"inputs": {"offset": "1h"}, "event": {"data": {}}}
    assert (await post(site, "/api/recipes/go-live/run", body, 202))["runs"] == ["run-9"]
    await post(site, "/api/recipes/go-live/run", None, 202)
    assert site.world.operator.done == [
        ("run", "go-live", {"offset": "1h"}, {"data": {}}),
        ("run", "go-live", {}, None),
    ]


async def test_a_recipe_that_cannot_be_run_says_why(site: Site) -> None:
    told = await post(site, "/api/recipes/nowhere/run", status=404)
    assert "no recipe `nowhere`" in told["detail"]
    told = await post(site, "/api/recipes/go-live/run", {"inputs": {"wrong": 1}}, 400)
    assert "no input `wrong`" in told["detail"]


async def test_the_recipes_are_reloaded(site: Site) -> None:
    assert await post(site, "/api/reload") == {
        "added": ["new"],
        "changed": [],
        "removed": [],
        "broken": ["bad.yaml"],
    }


@pytest.mark.parametrize("outcome", ["failed", "unknown", "cancelled"])
async def test_a_run_that_ended_badly_is_retried(site: Site, outcome: str) -> None:
    site.world.history.put(a_run(outcome=outcome))
    assert (await post(site, "/api/runs/run-1/retry"))["status"] == "ready"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"outcome": "succeeded"}, "the run has ended succeeded"),
        ({"outcome": "skipped"}, "has ended skipped"),
        ({"outcome": None, "status": "waiting"}, "the run is waiting"),
    ],
)
async def test_no_other_run_is_retried(site: Site, changes: dict[str, str], told: str) -> None:
    site.world.history.put(a_run(**changes))
    refused = await post(site, "/api/runs/run-1/retry", status=409)
    assert refused["error"] == "conflict"
    assert told in refused["detail"]


async def test_a_run_that_has_not_ended_is_cancelled(site: Site) -> None:
    site.world.history.put(a_run(status="waiting", outcome=None))
    assert (await post(site, "/api/runs/run-1/cancel"))["outcome"] == "cancelled"
    told = await post(site, "/api/runs/run-1/cancel", status=409)
    assert told["detail"] == "the run has ended cancelled: it cannot be cancelled"


async def test_an_unknown_outcome_is_answered(site: Site) -> None:
    site.world.history.put(a_run(outcome="unknown"), call("actions/2#1"))
    body = {"outcome": "succeeded", "output": {"ok": True}}
    assert (await post(site, "/api/runs/run-1/resolve", body))["status"] == "ready"
    answer = Resolution("succeeded", None, {"ok": True})
    assert site.world.operator.done == [("resolve", "run-1", answer)]


async def test_where_several_are_unknown_one_must_be_named(site: Site) -> None:
    site.world.history.put(a_run(outcome="unknown"), call("a#1"), call("b#1"))
    told = await post(site, "/api/runs/run-1/resolve", {"outcome": "failed"}, 400)
    assert "one of a#1, b#1" in told["detail"]
    told = await post(site, "/api/runs/run-1/resolve", {"outcome": "failed", "path": "c"}, 400)
    assert told["detail"] == "nothing is unknown at `c` (only at a#1, b#1)"
    body = {"outcome": "failed", "path": "b#1", "message": "looked: it is not there"}
    await post(site, "/api/runs/run-1/resolve", body)
    answer = Resolution("failed", "b#1", None, "looked: it is not there")
    assert site.world.operator.done == [("resolve", "run-1", answer)]


async def test_a_run_in_which_nothing_is_unknown_has_nothing_to_answer(site: Site) -> None:
    site.world.history.put(a_run())
    told = await post(site, "/api/runs/run-1/resolve", {"outcome": "failed"}, 409)
    assert told["detail"] == "the run has ended succeeded: nothing in it is unknown"


@pytest.mark.parametrize(
    "body",
    [{}, {"outcome": "maybe"}, {"outcome": None}, {"outcome": ["failed"]},
     {"outcome": "failed", "path": 1}, {"outcome": "failed", "message": []},
     {"outcome": "failed", "colour": "red"}],
)  # fmt: skip
async def test_an_answer_that_is_none_is_refused(site: Site, body: object) -> None:
    site.world.history.put(a_run(outcome="unknown"), call("a#1"))
    assert (await post(site, "/api/runs/run-1/resolve", body, 400))["error"] == "bad_request"


@pytest.mark.parametrize("action", ["retry", "cancel", "resolve"])
async def test_a_run_that_is_not_there_is_not_found(site: Site, action: str) -> None:
    body = {"outcome": "failed"} if action == "resolve" else None
    told = await post(site, f"/api/runs/none/{action}", body, 404)
    assert told["detail"] == "there is no run `none`"


async def test_a_run_that_was_pruned_meanwhile_is_not_found(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.world.history.put(a_run(outcome="failed"))

    async def retry(run_id: str) -> None:
        del site.world.history.all_runs[run_id]

    monkeypatch.setattr(site.world.operator, "retry", retry)
    await post(site, "/api/runs/run-1/retry", status=404)


# --- what is sent ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 200),
        (b" {} ", 200),
        (b"[]", 400),
        (b"null", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b'{"a": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b'{"x": 1}', 400),
    ],
)
async def test_only_an_object_that_is_understood_is_taken(
    site: Site, body: bytes, status: int
) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    async with site.client.post("/api/reload", data=body, headers=headers) as answer:
        assert answer.status == status
    assert site.world.operator.done == ([("reload",)] if status == 200 else [])


async def test_an_object_too_large_is_not_taken(site: Site) -> None:
    body = b"{" + b" " * (1024 * 1024) + b"}"
    reply = await send(site.port, post_of("/api/reload", body, "Content-Type: application/json"))
    assert reply.status == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "json"])
async def test_only_json_is_taken(site: Site, kind: str) -> None:
    headers = {"Content-Type": kind}
    async with site.client.post("/api/reload", data=b"{}", headers=headers) as answer:
        assert answer.status == 415
    assert not site.world.operator.done


@pytest.mark.parametrize("field", ["inputs", "event"])
async def test_inputs_and_event_are_objects(site: Site, field: str) -> None:
    told = await post(site, "/api/recipes/go-live/run", {field: [1]}, 400)
    assert told["detail"] == f"`{field}` must be an object"


async def test_what_is_old_is_pruned(site: Site) -> None:
    before = {"before": "2026-01-01T00:00:00Z"}
    told = await post(site, "/api/journal/prune", before)
    assert told == {"runs": 3, "events": 4, "texts": 1, "freed": None}
    told = await post(site, "/api/journal/prune", {**before, "vacuum": True})
    assert told["freed"] == 4096
    at = 1767225600.0
    assert site.world.operator.done == [("prune", at, False), ("prune", at, True)]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({}, "`None` is not a time"),
        ({"before": "soon"}, "`soon` is not a time"),
        ({"before": "2999-01-01"}, "in the future"),
        ({"after": "2026-01-01"}, "there is no field `after`"),
        ({"before": "2026-01-01", "vacuum": 1}, "`vacuum` must be true or false"),
    ],
)
async def test_a_time_to_prune_from_must_be_one(site: Site, body: object, why: str) -> None:
    told = await post(site, "/api/journal/prune", body, 400)
    assert why in told["detail"]
    assert site.world.operator.done == []

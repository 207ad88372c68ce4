from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest

from beeflow.cli.options import read_setup
from beeflow.daemon.assembly import open_journal
from beeflow.engine.event import NewEvent
from beeflow.engine.journal.records import Admission

if TYPE_CHECKING:
    from pathlib import Path

    from cli.project import Command

IDLE = {
    "type": "event.updated.status",
    "timestamp": 1,
    "data": {"event_ref": "E1", "status": "idle"},
}


@pytest.mark.usefixtures("project")
def test_a_sample_needs_no_journal(cli: Command) -> None:
    told = cli("explain", "live", "--sample", "event.updated.status")
    assert told.code == 0
    assert told.out.startswith("live  event.updated.status 2025-")
    assert (
        'no, it did not fire: the trigger wants `data.status: "live"`, and it is idle' in told.out
    )
    assert told.out.endswith('would have fired it:\n    data.status: "idle" → "live"\n')


@pytest.mark.usefixtures("project")
def test_an_event_of_ones_own_may_come_from_stdin(cli: Command) -> None:
    live = IDLE | {"data": {"event_ref": "E1", "status": "live"}}
    told = cli("explain", "recipes/live.yaml", "--event", "-", stdin=json.dumps(live))
    assert told.code == 0
    assert "yes, it fired: the trigger wants the event, and all conditions hold" in told.out
    assert "conditions  holds\n    trigger.data.event_ref != 'REHEARSAL'  holds" in told.out
    assert "smallest" not in told.out


@pytest.mark.usefixtures("project")
def test_json_has_the_same_as_data(cli: Command) -> None:
    told = json.loads(cli("explain", "live", "--event", "-", "--json", stdin=json.dumps(IDLE)).out)
    assert (told["version"], told["recipe"], told["fired"]) == (1, "live", False)
    assert [one["value"] for one in told["triggers"][0]["clauses"]] == [True, False]
    assert told["triggers"][0]["lines"] == [
        {
            "path": "type",
            "expected": "event.updated.status",
            "actual": "event.updated.status",
            "present": True,
            "holds": True,
        },
        {
            "path": "data.status",
            "expected": "live",
            "actual": "idle",
            "present": True,
            "holds": False,
        },
    ]
    assert told["conditions"] is None
    assert told["smallest_change"] == {
        "changes": [
            {
                "path": "data.status",
                "before": "idle",
                "after": "live",
                "present": True,
                "kept": True,
            }
        ],
        "fires": True,
        "unanswered": [],
    }


def test_what_does_not_stand_in_the_event_is_named(cli: Command, project: Path) -> None:
    (project / "recipes/named.yaml").write_text(
        "trigger: {webhook: event.created}\nfetch: {c: {action: client.get}}\n"
        "conditions: [1 == 2, c.client_name]\nactions: [{stop: x}]\n"
    )
    told = cli("explain", "named", "--sample", "event.created").out
    assert "no change to the event was found that would have fired it" in told
    assert "its conditions read what does not stand in the event: `c.client_name`" in told
    assert "nobody has an answer of c (client.get) on record" in told


def test_an_event_of_the_journal_is_found_by_its_id(cli: Command, project: Path) -> None:
    asyncio.run(_journaled())
    told = cli("explain", "live", "e-1")
    assert told.code == 0
    assert "no, it did not fire" in told.out
    assert "event_ref" not in told.out
    assert cli("explain", "live", "e-9").code == 3
    assert "there is no event `e-9`" in cli("explain", "live", "e-9").err
    (project / "recipes/live.yaml").write_text(
        "trigger: {webhook: event.updated.status}\nactions: [{stop: x}]\n"
    )
    assert (
        "policy  the recipe as it is here wants the event, and no run began"
        in cli("explain", "live", "e-1").out
    )


async def _journaled() -> None:
    journal = await open_journal(read_setup(None).config)
    try:
        body = json.dumps(IDLE).encode()
        event = NewEvent("k", "main", "event.updated.status", 0.0, body, event_ref="E1")
        await journal.admit(Admission(event))
    finally:
        await journal.close()


def test_secrets_of_the_event_are_hidden(cli: Command, project: Path) -> None:
    (project / "recipes/keyed.yaml").write_text(
        "trigger: {webhook: stream.reset, match: {data.stream_key: abc}}\nactions: [{stop: x}]\n"
    )
    (project / "recipes/keyed.yaml").write_text(
        "trigger: {webhook: event.updated, match: {data.event_password: abc}}\n"
        "actions: [{stop: x}]\n"
    )
    event = {"type": "event.updated", "timestamp": 1, "data": {"event_password": "geheim-1"}}
    told = cli("explain", "keyed", "--event", "-", stdin=json.dumps(event)).out
    assert "geheim-1" not in told
    assert "***" in told


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        ((), 2, "give one of EVENT_ID, --event and --sample"),
        (("e-1", "--sample", "event.created"), 2, "give one of"),
        (("e-1",), 3, "there is no journal"),
        (("--sample", "event.creatd"), 2, "`event.created`"),
        (("--event", "gone.json"), 2, "gone.json"),
    ],
)
def test_what_cannot_be_is_refused(
    cli: Command, args: tuple[str, ...], code: int, said: str
) -> None:
    refused = cli("explain", "live", *args)
    assert refused.code == code
    assert said in refused.err


@pytest.mark.usefixtures("project")
def test_a_payload_without_a_type_is_refused(cli: Command) -> None:
    refused = cli("explain", "live", "--event", "-", stdin='{"data": {}}')
    assert refused.code == 2
    assert "with `type` and `data`" in refused.err

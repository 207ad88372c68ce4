"""Full disks, damaged files, a second daemon, the end in the middle of work."""

from __future__ import annotations

import asyncio
import resource
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from acceptance.house import until, webhook
from acceptance.receiver import receiving

if TYPE_CHECKING:
    from pathlib import Path

    from acceptance.house import Daemon, House

KIND = "event.updated.status"


def told(url: str) -> str:
    """Return a recipe that puts the webhook's id to a service."""
    return f"""
    trigger: {{webhook: {KIND}}}
    actions:
      - action: http.request
        with: {{method: PUT, url: "{url}", json: {{id: "{{{{ trigger.id }}}}"}}}}
    """


def limit_files(daemon: Daemon, size: int) -> None:
    """Let the daemon write no file beyond so many bytes, as if the disk were full there."""
    _, hard = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (size, hard))


async def test_a_full_disk_is_told_with_503_and_needs_no_restart(house: House) -> None:
    async with receiving() as receiver:
        house.recipe("tell", told(receiver.url))
        daemon = await house.start()
        log = house.folder / "beeflow.db-wal"
        limit_files(daemon, log.stat().st_size + 200_000)
        taken: list[str] = []
        for number in range(40):
            data = {"event_ref": f"E{number}", "padding": "x" * 20_000}
            answer = await daemon.send(webhook(KIND, data, f"w-{number}"))
            if answer.status == 503:
                break
            taken.append(f"w-{number}")
        assert (answer.status, answer.body) == (503, {"error": "journal_full"})
        assert int(answer.headers["Retry-After"]) >= 1
        assert (await daemon.ask("GET", "/healthz")).status == 200
        ready = await daemon.ask("GET", "/readyz")
        assert ready.status == 503
        assert ready.body["reasons"] == ["there is no room for the journal"]
        limit_files(daemon, resource.RLIM_INFINITY)

        async def is_ready() -> bool:
            return (await daemon.ask("GET", "/readyz")).status == 200

        await until(is_ready, 10)

        async def is_taken() -> bool:
            body = webhook(KIND, {"event_ref": "E"}, "after")
            return (await daemon.send(body)).status in {200, 202}

        await until(is_taken, 10)
        runs = await daemon.settled(len(taken) + 1)
        assert {run["outcome"] for run in runs} == {"succeeded"}
        assert set(receiver.counted()) == {*taken, "after"}


def damage(file: Path) -> None:
    """Overwrite pages in the middle of the file, as a failing disk would."""
    content = bytearray(file.read_bytes())
    for start in range(4096 * 2, len(content), 4096):
        content[start : start + 512] = b"\xff" * 512
    file.write_bytes(bytes(content))


@pytest.mark.parametrize("how", ["damaged", "rubbish", "newer"])
async def test_a_journal_that_cannot_be_used_is_named_and_nothing_starts(
    house: House, how: str
) -> None:
    house.recipe("note", f"trigger: {{webhook: {KIND}}}\nactions: [{{set: {{seen: yes}}}}]\n")
    file = house.folder / "beeflow.db"
    if how == "rubbish":
        file.write_bytes(b"this is no journal, but a shopping list\n" * 200)
    else:
        daemon = await house.start()
        for number in range(50):
            await daemon.send(webhook(KIND, {"event_ref": "E1"}, f"w-{number}"))
        await daemon.settled(50)
        daemon.terminate()
        assert await daemon.ended() == 0
        if how == "damaged":
            damage(file)
        else:
            with closing(sqlite3.connect(file)) as db:
                db.execute("PRAGMA user_version = 99")
    ended = await house.command("serve", "--port", "0")
    assert ended.code == {"damaged": 74, "rubbish": 74, "newer": 2}[how], ended
    assert "beeflow.db" in ended.errors
    assert "Traceback" not in ended.errors
    mend = {
        "damaged": "put a backup in its place",
        "rubbish": "name another with journal.path",
        "newer": "use the beeflow that wrote it",
    }
    assert mend[how] in ended.errors


async def test_a_second_daemon_on_the_same_journal_is_sent_away(house: House) -> None:
    first = await house.start()
    ended = await house.command("serve", "--port", "0")
    assert ended.code == 2, ended
    assert f"in use by process {first.process.pid}" in ended.errors
    assert (await first.ask("GET", "/readyz")).status == 200


async def test_a_port_that_is_taken_is_told(house: House) -> None:
    await house.start()
    house.configure("journal: {path: other.db}")
    ended = await house.command("serve")
    assert ended.code == 2, ended
    assert str(house.port) in ended.errors
    assert "Traceback" not in ended.errors


async def test_the_end_in_the_middle_of_runs_loses_none_of_them(house: House) -> None:
    """Some wait for a time, some for a webhook, some are in the middle of a call."""
    async with receiving() as receiver:
        house.recipe("slow", told(receiver.url).replace("actions:", "actions:\n      - wait: 2s"))
        house.recipe(
            "other",
            told(receiver.url)
            .replace(KIND, "event.updated")
            .replace(
                "actions:",
                "actions:\n      - wait_for: {webhook: event.deleted, timeout: 1h}",
            ),
        )
        daemon = await house.start()
        for number in range(20):
            data = {"event_ref": f"E{number}"}
            assert (await daemon.send(webhook(KIND, data, f"slow-{number}"))).status == 202
            other = webhook("event.updated", data, f"other-{number}", keys_updated=[])
            assert (await daemon.send(other)).status == 202
        daemon.terminate()
        assert await daemon.ended() == 0
        assert len(receiver.told) == 0
        daemon = await house.start()
        for number in range(20):
            gone = webhook("event.deleted", {"event_ref": f"E{number}"}, f"gone-{number}")
            assert (await daemon.send(gone)).status == 202
        runs = await daemon.settled(40)
        assert {run["outcome"] for run in runs} == {"succeeded"}
        assert sorted(receiver.counted().values()) == [1] * 40


async def test_the_end_lets_a_call_under_way_end_first(house: House) -> None:
    async with receiving() as receiver:
        receiver.pause = 1.0
        house.recipe("tell", told(receiver.url).replace("PUT", "POST"))
        daemon = await house.start()
        await daemon.send(webhook(KIND, {"event_ref": "E1"}, "w-1"))
        await until(lambda: receiver.has(1))
        daemon.terminate()
        assert await daemon.ended() == 0
        daemon = await house.start()
        (run,) = await daemon.settled(1)
        assert run["outcome"] == "succeeded"
        assert len(receiver.told) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("recipe: recipes", ["beeflow.yaml:1:1", "recipes"]),
        ("server: {port: lots}", ["beeflow.yaml:1:16", "lots"]),
        ("server: [", ["beeflow.yaml:2:1", "syntax"]),
        ("timezone: Mars/Olympus", ["beeflow.yaml:1:11", "Mars/Olympus"]),
        ("sources: {main: {secrets: [secret:NOWHERE]}}", ["NOWHERE", "BEEFLOW_SECRET_NOWHERE"]),
        ("server: {host: 0.0.0.0}", ["server.password"]),
    ],
)
async def test_a_broken_configuration_stops_the_start_with_its_place(
    house: House, text: str, said: list[str]
) -> None:
    (house.folder / "beeflow.yaml").write_text(text + "\n")
    ended = await house.command("serve", "--port", "0")
    assert ended.code == 2, ended
    for part in said:
        assert part in ended.errors
    assert "Traceback" not in ended.errors


async def test_while_it_starts_it_says_that_it_is_not_ready(house: House) -> None:
    """Whoever answers 200 while starting loses webhooks."""
    for number in range(150):
        house.recipe(
            f"r-{number}", f"trigger: {{webhook: {KIND}}}\nactions: [{{set: {{n: {number}}}}}]\n"
        )
    starting = asyncio.create_task(house.start())
    statuses: list[int] = []
    body = webhook(KIND, {"event_ref": "E1"})
    while not starting.done():
        await asyncio.sleep(0.005)
        if house.daemons:
            try:
                statuses.append((await house.daemons[0].send(body)).status)
            except OSError:
                statuses.append(0)
    daemon = await starting
    assert set(statuses) <= {0, 503, 202, 200}
    assert 503 in statuses
    if 202 not in statuses:
        assert (await daemon.send(body)).status == 202
    assert len(await daemon.settled(150)) == 150

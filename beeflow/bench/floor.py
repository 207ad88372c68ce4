"""The bare floor: what the same work costs with nothing around it.

aiohttp takes the webhook, HMAC and JSON are checked, a writer thread inserts it with group commit
and synced, the answer goes out, and aiohttp's client delivers one POST. It runs on the same event
loop as the daemon.

    python -m beeflow.bench.floor JOURNAL DELIVER_TO    (prints the port)
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import threading
from pathlib import Path
from queue import SimpleQueue

import aiohttp
from aiohttp import web

from beeflow.beestreamed.signatures import HEADER
from beeflow.bench.wire import PATH, SECRET
from beeflow.daemon.loop import loop_factory

AT_ONCE = 256
"""Deliveries side by side."""

Row = tuple[str, str, bytes]


class Writer:
    """One thread that inserts whatever has queued up as one synced transaction."""

    def __init__(self, path: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._queue: SimpleQueue[tuple[Row, asyncio.Future[None]]] = SimpleQueue()
        self._db = db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute(
            "CREATE TABLE event (seq INTEGER PRIMARY KEY, key TEXT UNIQUE, type TEXT, body BLOB)"
        )
        threading.Thread(target=self._serve, daemon=True).start()

    def insert(self, row: Row) -> asyncio.Future[None]:
        """Insert; the future is done when it is on disk."""
        future = self._loop.create_future()
        self._queue.put((row, future))
        return future

    def _serve(self) -> None:
        try:
            self._commit()
        except sqlite3.Error as error:
            # Who waits for an answer would wait for good.
            sys.stderr.write(f"the bare floor cannot write its journal: {error}\n")
            os._exit(1)

    def _commit(self) -> None:
        db = self._db
        while True:
            batch = [self._queue.get()]
            while not self._queue.empty():
                batch.append(self._queue.get())
            db.execute("BEGIN IMMEDIATE")
            db.executemany(
                "INSERT INTO event (key, type, body) VALUES (?, ?, ?)", [row for row, _ in batch]
            )
            db.execute("COMMIT")
            self._loop.call_soon_threadsafe(_done, [future for _, future in batch])


def _done(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        future.set_result(None)


class Floor:
    """Takes webhooks and delivers them."""

    def __init__(self, writer: Writer, session: aiohttp.ClientSession, url: str) -> None:
        self._writer = writer
        self._session = session
        self._url = url
        self._room = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, request: web.Request) -> web.Response:
        """Take one webhook."""
        body = await request.read()
        signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signed, request.headers.get(HEADER, "")):
            return web.Response(status=401)
        payload = json.loads(body)
        await self._writer.insert((payload["id"], payload["type"], body))
        if payload["data"]["status"] == "live":
            task = asyncio.create_task(self._deliver(payload["id"]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return web.json_response({"status": "accepted"}, status=202)

    async def _deliver(self, ident: str) -> None:
        async with self._room, self._session.post(self._url, json={"id": ident}) as answer:
            await answer.read()


async def main(path: Path, url: str) -> None:
    """Serve until killed."""
    connector = aiohttp.TCPConnector(limit=500, limit_per_host=100)
    async with aiohttp.ClientSession(connector=connector) as session:
        floor = Floor(Writer(path, asyncio.get_running_loop()), session, url)
        app = web.Application()
        app.router.add_post(PATH, floor.take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        sys.stdout.write(f"{runner.addresses[0][1]}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_factory()) as _runner:
        _runner.run(main(Path(sys.argv[1]), sys.argv[2]))

"""The dashboard as a browser shows it: its scripts run, and nothing from a payload does."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import pytest
from server.fakes import NOW, a_run, an_event

from beeflow.engine.journal.records import Record

if TYPE_CHECKING:
    from pathlib import Path

    from server.conftest import Site

    from beeflow.types import Json

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOSTILE = "<img src=x onerror=document.title='taken'>"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")


async def shown(url: str, profile: Path) -> str:
    """Return the page as it stands after its scripts have run."""
    assert CHROMIUM is not None
    browser = await asyncio.create_subprocess_exec(
        CHROMIUM,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        f"--user-data-dir={profile}",
        "--virtual-time-budget=2000",
        "--dump-dom",
        url,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    page, _ = await asyncio.wait_for(browser.communicate(), 60)
    return page.decode()


async def test_a_run_shows_each_clause_and_each_call(site: Site, tmp_path: Path) -> None:
    site.world.history.unknown = 2
    clauses: list[Json] = [
        {"text": "title == 'x'", "value": False, "operands": [["title", HOSTILE]]}
    ]
    given: Json = {"action": "slack.post", "args": {"text": HOSTILE}, "effect": "once"}
    site.world.history.put(
        a_run(outcome="skipped", reason=HOSTILE),
        Record("conditions", "decide", "done", NOW, NOW, {"value": False, "clauses": clauses}),
        Record("actions/0#1", "call", "done", NOW, NOW + 1, given, {"ok": True}),
        event=an_event(note=HOSTILE),
    )
    page = await shown(f"{site.url}/#/runs/run-1", tmp_path)
    assert "Decision did not hold" in page
    assert "title == 'x'" in page
    assert "slack.post" in page
    assert ">2 unknown</a>" in page
    assert "&lt;img src=x" in page
    assert '<img src="x"' not in page
    assert "<title>go-live · beeflow</title>" in page


async def test_who_is_not_logged_in_sees_the_login(locked: Site, tmp_path: Path) -> None:
    page = await shown(f"{locked.url}/", tmp_path)
    assert 'type="password"' in page
    assert "Recipes" not in page

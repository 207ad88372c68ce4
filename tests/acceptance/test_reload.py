"""Recipes come, change, break and go while the daemon runs; what is good runs all the time."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING, Any

from acceptance.house import until, webhook
from acceptance.receiver import receiving

if TYPE_CHECKING:
    from acceptance.house import Daemon, House

KIND = "event.updated.status"
LIVE_WITHIN = 5.0
"""Seconds after which a saved recipe is live."""

BROKEN = """\
trigger: {webhook: event.updated.status}
actions:
  - actoin: log.write
    with: {message: Hello}
"""


def text(word: str) -> str:
    """Return a recipe that notes a word."""
    return f"""
trigger: {{webhook: {KIND}}}
actions:
  - set: {{word: {word}}}
  - {{action: log.write, with: {{message: "{{{{ word }}}}"}}}}
"""


async def listed(daemon: Daemon) -> dict[str, dict[str, Any]]:
    found = (await daemon.ask("GET", "/api/recipes")).body
    return {row["id"]: row for row in found}


async def words(daemon: Daemon, ident: str) -> dict[str, str]:
    """Send a webhook; returns what each recipe that it started noted."""
    taken = await daemon.send(webhook(KIND, {"event_ref": ident}, ident))
    assert taken.status == 202
    await daemon.settled(0)
    event = (await daemon.ask("GET", f"/api/events/{taken.body['id']}")).body
    runs = [await daemon.run(row["id"]) for row in event["started"]]
    return {
        run["recipe"]: step["input"]["word"]
        for run in runs
        for step in run["steps"]
        if step["kind"] == "set"
    }


async def shows(daemon: Daemon, recipe: str, **wanted: object) -> None:
    """Wait until the list shows a recipe so; within the time that is promised."""

    async def is_shown() -> bool:
        row = (await listed(daemon)).get(recipe, {})
        return all(row.get(name) == value for name, value in wanted.items())

    await until(is_shown, LIVE_WITHIN)


async def test_a_broken_recipe_is_listed_with_its_place_and_stops_nobody(house: House) -> None:
    house.recipe("good", text("one"))
    house.recipe("bad", BROKEN)
    house.recipe("worse", "trigger: [\n")
    daemon = await house.start()
    assert (await daemon.ask("GET", "/readyz")).status == 200
    rows = await listed(daemon)
    assert {name: row["state"] for name, row in rows.items()} == {
        "good": "loaded",
        "bad": "broken",
        "worse": "broken",
    }
    (finding,) = rows["bad"]["findings"]
    assert (finding["file"], finding["line"], finding["column"]) == ("recipes/bad.yaml", 3, 5)
    assert "actoin" in finding["message"]
    assert "did you mean `action`?" in finding["help"]
    assert await words(daemon, "w-1") == {"good": "one"}


async def test_what_is_saved_is_live_soon_and_what_breaks_keeps_its_last_good_text(
    house: House,
) -> None:
    good = house.recipe("good", text("one"))
    daemon = await house.start()
    added = house.recipe("added", text("two"))
    await shows(daemon, "added", state="loaded")
    assert await words(daemon, "w-1") == {"good": "one", "added": "two"}

    hash_before = (await listed(daemon))["good"]["hash"]
    good.write_text(text("changed"))

    async def has_changed() -> bool:
        return bool((await listed(daemon))["good"]["hash"] != hash_before)

    await until(has_changed, LIVE_WITHIN)
    assert (await words(daemon, "w-2"))["good"] == "changed"

    good.write_text(BROKEN)

    async def has_findings() -> bool:
        return bool((await listed(daemon))["good"]["findings"])

    await until(has_findings, LIVE_WITHIN)
    assert (await words(daemon, "w-3"))["good"] == "changed"
    assert (await daemon.ask("GET", "/readyz")).status == 200

    good.write_text(text("mended"))
    await shows(daemon, "good", findings=[])
    assert (await words(daemon, "w-4"))["good"] == "mended"

    added.unlink()

    async def is_gone() -> bool:
        return "added" not in await listed(daemon)

    await until(is_gone, LIVE_WITHIN)
    assert await words(daemon, "w-5") == {"good": "mended"}


async def test_a_signal_and_the_api_reload_at_once(house: House) -> None:
    house.recipe("good", text("one"))
    daemon = await house.start()
    house.recipe("good", text("two"))
    told = await daemon.ask("POST", "/api/reload", json={})
    assert told.status == 200
    assert (await words(daemon, "w-1")) == {"good": "two"}
    house.recipe("good", text("three"))
    os.kill(daemon.process.pid, signal.SIGHUP)

    async def is_three() -> bool:
        ident = f"w-{asyncio.get_running_loop().time()}"
        return (await words(daemon, ident)) == {"good": "three"}

    await until(is_three, LIVE_WITHIN)


async def test_a_run_in_flight_ends_on_the_text_that_it_began_with(house: House) -> None:
    """It sleeps over the change, and over a restart; the file is gone in the end."""
    async with receiving() as receiver:

        def recipe(word: str) -> str:
            call = f'{{url: "{receiver.url}", method: PUT, json: {{id: {word}}}}}'
            return (
                f"trigger: {{webhook: {KIND}}}\n"
                "actions:\n  - wait_for: {webhook: event.deleted, timeout: 1h}\n"
                f"  - {{action: http.request, with: {call}}}\n"
            )

        file = house.recipe("sleeper", recipe("first"))
        daemon = await house.start()
        await daemon.send(webhook(KIND, {"event_ref": "E1"}, "w-1"))

        async def waiting(count: int) -> bool:
            return len(await daemon.runs(status="waiting")) == count

        await until(lambda: waiting(1))
        file.write_text(recipe("second"))
        assert (await daemon.ask("POST", "/api/reload", json={})).status == 200
        await daemon.send(webhook(KIND, {"event_ref": "E2"}, "w-2"))
        await until(lambda: waiting(2))
        file.unlink()
        await daemon.kill()
        daemon = await house.start()
        for ref in ("E1", "E2"):
            await daemon.send(webhook("event.deleted", {"event_ref": ref}, ref))
        runs = await daemon.settled(2)
        assert [run["outcome"] for run in runs] == ["succeeded", "succeeded"]
        assert receiver.counted() == {"first": 1, "second": 1}


async def test_a_recipe_whose_secret_is_missing_is_not_loaded_until_it_is_there(
    house: House,
) -> None:
    (house.folder / "secrets").mkdir()
    house.configure("secrets: {dir: secrets}")
    house.recipe("good", text("one"))
    house.recipe("secret", text('"{{ secrets.API_KEY }}"'))
    daemon = await house.start()
    row = (await listed(daemon))["secret"]
    assert row["state"] == "broken"
    assert "API_KEY" in row["findings"][0]["message"]
    assert await words(daemon, "w-1") == {"good": "one"}
    (house.folder / "secrets" / "API_KEY").write_text("k-e-y")
    assert (await daemon.ask("POST", "/api/reload", json={})).status == 200
    assert await words(daemon, "w-2") == {"good": "one", "secret": "***"}
    assert "k-e-y" not in daemon.log.read_text()


async def test_what_validate_finds_clean_goes_live_and_what_it_does_not_stays_out(
    house: House,
) -> None:
    house.recipe("good", text("one"))
    house.recipe("bad", BROKEN)
    checked = await house.command("validate", "--format", "json")
    assert checked.code == 1
    assert '"recipes/bad.yaml"' in checked.out
    daemon = await house.start()
    assert {name: row["state"] for name, row in (await listed(daemon)).items()} == {
        "good": "loaded",
        "bad": "broken",
    }

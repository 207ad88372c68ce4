"""The log: masked, written together, never in the way."""

from __future__ import annotations

import io
import json
import logging
import threading
from typing import TYPE_CHECKING, Any

import aiohttp
from daemon.conftest import LOG, SECRET, House

from beeflow.config import LogConfig, Secrets
from beeflow.daemon import log as module
from beeflow.daemon.log import Log, logging_to
from beeflow.daemon.log_lines import as_text

if TYPE_CHECKING:
    import pytest


def as_it_is(text: str) -> str:
    return text


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_all_is_written_at_the_end_from_its_level_up() -> None:
    out = io.StringIO()
    with logging_to(out, LogConfig(level="info"), as_it_is) as log:
        log.tell("webhook.accepted", source="main", id=None)
        log.tell("too.fine", logging.DEBUG)
        logging.getLogger("beeflow.engine").info("ours")
        logging.getLogger("beeflow.engine").debug("ours, too fine")
        logging.getLogger("elsewhere").info("not ours")
        logging.getLogger("elsewhere").warning("not ours, but grave")
    logging.getLogger("beeflow.engine").error("after the end")
    told = lines(out)
    assert [line.get("message", line["event"]) for line in told] == [
        "webhook.accepted",
        "ours",
        "not ours, but grave",
    ]
    assert "id" not in told[0]


def test_secrets_are_taken_out_whatever_form_they_have() -> None:
    out = io.StringIO()
    secrets = Secrets({"BEEFLOW_SECRET_A": 'very "secret" value'})
    with logging_to(out, LogConfig(), secrets.mask_text) as log:
        log.tell("webhook.refused", detail='it is very "secret" value')
        logging.getLogger("beeflow").error("dmVyeSAic2VjcmV0IiB2YWx1ZQ")
    first, second = lines(out)
    assert first["detail"] == "it is ***"
    assert second["message"].startswith("***")


def test_a_terminal_gets_text() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for config, begins in ((LogConfig(), "2"), (LogConfig("json"), "{")):
        out = Terminal()
        with logging_to(out, config, as_it_is) as log:
            log.tell("x")
        assert out.getvalue().startswith(begins)


def test_an_output_that_takes_nothing_holds_up_nobody_and_what_was_dropped_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    monkeypatch.setattr(module, "TOGETHER", 0.0)
    blocked, begun = threading.Event(), threading.Event()

    class Stuck(io.StringIO):
        def write(self, text: str) -> int:
            begun.set()
            blocked.wait(10)
            return super().write(text)

    out = Stuck()
    log = Log(out, as_text, as_it_is)
    log.tell("first")
    assert begun.wait(10)
    for number in range(10):
        log.tell("further", n=number)
    blocked.set()
    log.close()
    told = [line.split(maxsplit=2)[2] for line in out.getvalue().splitlines()]
    assert told == ["first", "further n=0", "further n=1", "further n=2", "log.dropped lines=7"]


def test_an_output_that_is_gone_is_nobodys_end() -> None:
    out = io.StringIO()
    out.close()
    log = Log(out, as_text, as_it_is)
    log.tell("x")
    log.close()
    assert not log._thread.is_alive()


async def test_each_webhook_and_each_end_is_told_and_no_secret(house: House) -> None:
    house.write("live.yaml", LOG)
    out = io.StringIO()
    secrets = Secrets({"BEEFLOW_SECRET_HOOK": SECRET})
    with logging_to(out, LogConfig(), secrets.mask_text) as log:
        async with house.open(log=log), aiohttp.ClientSession() as session:
            data = {"event_ref": f"E-{SECRET}", "status": "live"}
            _, answer = await house.send("event.updated.status", data)
            await house.run_of(answer["id"])
            await house.send("event.updated.status", data, id=SECRET)
            await house.send("event.updated.status", data, timestamp=1)
            async with session.post(f"{house.up.url}/hooks/main", data=b"{}") as answered:
                assert answered.status == 401
            async with session.post(f"{house.up.url}/hooks/mian", data=b"{}") as lost:
                assert lost.status == 404
    assert SECRET not in out.getvalue()
    told = {line["event"]: line for line in lines(out) if line["event"] != "log"}
    accepted = told["webhook.accepted"]
    assert (accepted["source"], accepted["type"]) == ("main", "event.updated.status")
    assert {"event_id", "runs", "ms"} <= set(accepted)
    assert told["run.ended"]["outcome"] == "succeeded"
    assert told["recipe.log"]["message"] == "live: E-*** is live"
    refused = [line for line in lines(out) if line["event"] == "webhook.refused"]
    assert [line["reason"] for line in refused] == ["stale", "invalid_signature", "not_found"]
    assert refused[-1]["detail"] == "there is no source at /hooks/mian"

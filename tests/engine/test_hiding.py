from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from support.playing import recipe
from support.stage import Stage

from beeflow.config.masking import Masker
from beeflow.engine.event import Event
from beeflow.engine.hiding import Hider, Masking, concealed, only
from beeflow.engine.journal.records import OpenRun, Record, Run
from beeflow.engine.listing import run_detail, run_row

if TYPE_CHECKING:
    from beeflow.types import Json

KEY = "live-9f83a1c2"
TEXT = """
trigger: {webhook: event.updated.streamkey.reset}
actions:
  - {action: http.request, as: told, with: {url: "https://x.example/", body: "key {{ trigger.data.key }}"}}
  - {set: {link: "rtmp://x/{{ trigger.data.key }}"}}
  - {wait: 1h}
  - {action: http.request, with: {url: "https://x.example/", body: "again {{ told }}"}}
  - {if: "trigger.data.key != 'x'", then: [{stop: "done with {{ trigger.data.key }}"}]}
"""


def by_field(event: Event) -> Json:
    payload: dict[str, Any] = dict(event.payload)
    return {**payload, "data": {**payload["data"], "key": "***"}}


MASKING = Masking(
    by_field, lambda record: record.output, lambda value: value, lambda values: Masker(values).json
)


def test_what_a_copy_conceals_is_told() -> None:
    raw = {"a": "one", "b": ["two", {"c": 3}], "d": {"e": ["four", None, True]}, "f": "same"}
    masked = {"a": "***", "b": ["***", {"c": "***"}], "d": "***", "f": "same"}
    assert sorted(concealed(raw, masked)) == ["3", "four", "one", "two"]
    assert not list(concealed(raw, raw))


def test_a_run_learns_from_answers_and_hides_what_it_learned() -> None:
    event = Event("ev-1", "k", "main", "t", 0.0, {"data": {}})
    secretive = replace(only(lambda value: value), output=lambda _record: {"key": "***"},
                        hiding=lambda values: Masker(values).json)  # fmt: skip
    hide = Hider(
        secretive, OpenRun(Run("r", "x", "h", "ev-1", "waiting", created_at=0.0), (event,), {})
    )
    assert hide(f"at {KEY}") == f"at {KEY}"
    hide.learn(Record("actions/0#1", "call", "done", 0.0, output={"key": KEY}))
    assert hide({"url": f"rtmp://{KEY}"}) == {"url": "rtmp://***"}
    hide.learn(Record("actions/0#2", "call", "done", 0.0))
    assert hide(KEY) == "***"


async def test_a_key_from_a_webhook_is_nowhere_to_be_read_in_its_run() -> None:
    one = Stage()
    one.runtime.world = replace(one.world, masking=MASKING)
    one.answers["http.request"] = {"text": f"got {KEY}"}
    await one.book.put(recipe(TEXT))
    await one.start()
    await one.webhook("event.updated.streamkey.reset", {"event_ref": "E1", "key": KEY})
    await one.pass_time(7200)
    (run,) = await one.runs()
    opened = await one.journal.run(run.id)
    assert opened is not None
    await one.stop()
    assert [args["body"] for args in one.calls.of("http.request")] == [
        f"key {KEY}", f'again {{"text": "got {KEY}"}}',
    ]  # fmt: skip
    shown = json.dumps(
        [run_detail(opened, MASKING), run_row(opened.run, only(lambda value: value))]
    )
    assert KEY not in shown
    assert "done with ***" in shown
    assert "rtmp://x/***" in shown

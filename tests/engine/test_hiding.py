from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from support.playing import recipe
from support.stage import Stage, StageSecrets

from beeflow.config.masking import Masker
from beeflow.engine.event import Event
from beeflow.engine.hiding import Hide, Hider, Masking, concealed, only
from beeflow.engine.journal.records import Filter, OpenRun, Record, Run
from beeflow.engine.journal.sqlite import SqliteJournal
from beeflow.engine.listing import event_detail, run_detail, run_row

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

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


COMPUTED = """
trigger: {webhook: event.created}
actions:
  - {set: {loud: "{{ secrets.TOKEN | upper }}"}}
  - {action: http.request, as: told, with: {url: "https://x.example/", body: "{{ loud }}"}}
  - {wait: 1h}
  - {set: {end: "{{ told.text[8:] | reverse }}"}}
  - {action: http.request, with: {url: "https://x.example/", body: "again {{ end }}"}}
  - {if: "loud[1:] != 'x'", then: [{stop: "done with {{ loud[2:] }}"}]}
"""

BROKEN = """
trigger: {webhook: event.created}
actions:
  - {action: log.write, with: {message: "{{ (secrets.TOKEN | upper) + 1 }}"}}
on_error:
  - {action: http.request, with: {url: "https://x.example/", body: "{{ error.message }}"}}
"""


async def shown_of(text: str, answer: Json) -> tuple[str, list[Json]]:
    """Return all that is shown of a run, seen from the journal alone, and what it sent."""
    one = Stage()
    one.answers["http.request"] = answer
    await one.book.put(recipe(text))
    await one.start()
    await one.webhook("event.created", {"event_ref": "E1"})
    await one.pass_time(7200)
    (run,) = await one.runs()
    opened = await one.journal.run(run.id)
    assert opened is not None
    await one.stop()
    masking = only(one.secrets.mask, one.secrets.hiding)
    sent = [args["body"] for args in one.calls.of("http.request")]
    return json.dumps([run_detail(opened, masking), run_row(opened.run, masking)]), sent


async def test_what_a_run_computes_of_a_secret_is_nowhere_to_be_read() -> None:
    shown, sent = await shown_of(COMPUTED, {"text": "got S3CRET-VALUE back"})
    assert sent == ["S3CRET-VALUE", "again kcab EULAV-TE"]
    for part in ("S3CRET", "EULAV", "T-VALUE", "CRET-V"):
        assert part not in shown
    assert "done with ***" in shown
    assert "got *** back" not in shown  # `told.text[8:]` begins in the middle of it
    assert '"text": "got ***"' in shown


async def test_an_error_about_a_computed_secret_tells_nothing_of_it_either() -> None:
    shown, sent = await shown_of(BROKEN, {})
    assert "S3CRET" not in shown
    assert "s3cret" not in shown
    assert "***" in str(sent)
    assert "S3CRET" not in str(sent)


def test_many_computed_texts_are_hidden_in_lots() -> None:
    made: list[int] = []

    def hiding(values: Collection[str]) -> Hide:
        made.append(len(values))
        return Masker(values).json

    opened = OpenRun(Run("r", "x", "h", "ev-1", "waiting", created_at=0.0), (), {})
    hide = Hider(only(lambda value: value, hiding), opened)
    texts = [f"{number:03}-derived" for number in range(130)]
    for text in texts:
        hide.derive([text])
        assert hide(f"at {text}.") == "at ***."
    assert max(made) == 64
    assert hide([*texts]) == ["***"] * 130
    assert hide.beside("p", {"a": "007-derived, 008-derived"}, 1.0) == Record(
        "p/hidden", "hidden", "done", 1.0, 1.0, None, ["007-derived", "008-derived"]
    )
    assert hide.beside("p", {"a": "nothing"}, 1.0) is None


PARENT = """
trigger: {webhook: event.created}
actions:
  - {run: child, with: {token: "x {{ secrets.TOKEN | upper }}"}}
"""
CHILD = """
inputs: {token: {type: string}}
actions:
  - {action: http.request, with: {url: "https://x.example/", body: "{{ inputs.token[4:] }}"}}
"""


async def test_what_a_run_hands_to_another_is_not_shown_there_either() -> None:
    one = Stage()
    await one.book.put(recipe("id: child" + CHILD))
    await one.book.put(recipe("id: parent" + PARENT))
    await one.start()
    await one.webhook("event.created", {"event_ref": "E1"})
    await one.pass_time(60)
    runs = [await one.journal.run(run.id) for run in await one.journal.runs(Filter())]
    await one.stop()
    masking = only(one.secrets.mask, one.secrets.hiding)
    told = [run_detail(opened, masking) for opened in runs if opened is not None]
    events = [
        event_detail(event, (), masking) for opened in runs if opened for event in opened.events
    ]
    assert one.calls.of("http.request")[0]["body"] == "CRET-VALUE"
    assert [run["outcome"] for run in told] == ["succeeded", "succeeded"]
    assert "CRET" not in json.dumps([told, events])
    assert {"token": "x ***"} in [run["inputs"] for run in told]


ASKS = """
id: parent
trigger: {webhook: event.created}
actions:
  - {run: child, as: told}
  - {wait: 1h}
  - {action: http.request, with: {url: "https://x.example/", body: "{{ told.result.back[7:] }}"}}
  - {stop: "got {{ told.result.back }}"}
"""


@pytest.mark.parametrize("wait", ["1s", "2h"])
async def test_what_another_run_gives_back_is_not_shown_here_either(wait: str) -> None:
    """Also where this one slept meanwhile, and reads the answer from its records."""
    one = Stage()
    await one.book.put(
        recipe(
            f"id: child\nactions:\n  - wait: {wait}\n"
            '  - set: {back: "{{ secrets.TOKEN | upper }}"}\n'
        )
    )
    await one.book.put(recipe(ASKS))
    await one.start()
    await one.webhook("event.created", {"event_ref": "E1"})
    await one.pass_time(4 * 3600)
    runs = [await one.journal.run(run.id) for run in await one.journal.runs(Filter())]
    await one.stop()
    masking = only(one.secrets.mask, one.secrets.hiding)
    told = [run_detail(opened, masking) for opened in runs if opened is not None]
    assert [run["outcome"] for run in told] == ["succeeded", "succeeded"]
    assert one.calls.of("http.request")[0]["body"] == "VALUE"
    assert "VALUE" not in json.dumps(told)
    assert "got ***" in json.dumps(told)


KEEPS = """
id: keeps
trigger: {webhook: event.created}
actions:
  - if: "trigger.data.event_ref == 'E1'"
    then:
      - {state: {set: {loud: "{{ secrets.TOKEN | upper }}", plain: one}}}
      - {stop: kept}
  - if: "trigger.data.event_ref == 'E3'"
    then:
      - {state: {set: {plain: two}}}
  - {action: http.request, with: {url: "https://x.example/", body: "{{ state.get('loud')[7:] }}"}}
  - {state: {set: {loud: "{{ secrets.TOKEN | reverse }}"}}}
  - {stop: "kept {{ state.get('loud') }} and {{ state.get('plain') }}"}
"""


@pytest.mark.parametrize("second", ["E2", "E3"])
async def test_what_was_made_of_a_secret_and_kept_is_not_shown_in_later_runs(second: str) -> None:
    """Whether they read what is kept, or see it when they change something else."""
    one = Stage()
    await one.book.put(recipe(KEEPS))
    await one.start()
    for ref in ("E1", second):
        await one.webhook("event.created", {"event_ref": ref})
        await one.pass_time(60)
    opened = [await one.journal.run(run.id) for run in await one.journal.runs(Filter())]
    masking = only(one.secrets.mask, one.secrets.hiding)
    told = json.dumps([run_detail(run, masking) for run in opened if run is not None])
    hidden = await one.journal.state("keeps~hidden")
    await one.stop()
    assert one.calls.of("http.request")[0]["body"] == "VALUE"
    assert "VALUE" not in told
    assert "EULAV" not in told
    assert "kept *** and" in told
    assert sorted(map(str, hidden.values())) == ["S3CRET-VALUE", "eulav-terc3s"]


async def test_texts_that_are_kept_no_more_are_let_go_with_the_next_that_is() -> None:
    one = Stage()
    await one.book.put(recipe(KEEPS))
    await one.start()
    for ref in ("E1", "E2", "E2"):
        await one.webhook("event.created", {"event_ref": ref})
        await one.pass_time(60)
    hidden = await one.journal.state("keeps~hidden")
    await one.stop()
    assert "S3CRET-VALUE" not in hidden.values()
    assert "eulav-terc3s" in hidden.values()


async def test_a_key_that_cannot_be_evaluated_quotes_no_part_of_a_secret() -> None:
    key = 'concurrency: {group: "secrets.TOKEN + 1"}\n'
    one = Stage()
    one.secrets.values = {"TOKEN": "s3cret-" * 20}
    await one.book.put(recipe(f"trigger: {{webhook: event.created}}\n{key}actions: [{{stop: x}}]"))
    await one.start()
    await one.webhook("event.created", {"event_ref": "E1"})
    (run,) = await one.runs()
    opened = await one.journal.run(run.id)
    await one.stop()
    assert run.outcome == "failed"
    assert "does not go together" in run.reason
    assert "s3cret" not in str(opened)


async def test_a_watch_that_cannot_look_quotes_no_part_of_a_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = "{every: 1m, when: secrets.TOKEN + 1}"
    one = Stage()
    one.secrets.values = {"TOKEN": "s3cret-" * 20}
    await one.book.put(recipe(f"trigger: {{watch: {watch}}}\nactions: [{{stop: x}}]"))
    await one.start()
    await one.pass_time(61)
    await one.stop()
    assert "could not look" in caplog.text
    assert "s3cret" not in caplog.text


ECHOED = """
trigger: {webhook: event.created}
actions:
  - set: {loud: "{{ secrets.TOKEN | upper }}"}
  - {action: http.request, with: {url: "https://x.example/", headers: {a: "{{ secrets.TOKEN }}"}}}
  - {stop: enough, outcome: failed}
"""


async def test_who_does_not_have_the_secrets_does_not_read_them_either(tmp_path: Path) -> None:
    journal = await SqliteJournal.open(tmp_path / "beeflow.db")
    one = Stage(journal=journal)
    one.answers["http.request"] = {"text": "you sent s3cret-value"}
    await one.book.put(recipe(ECHOED))
    await one.start()
    await one.webhook("event.created", {"event_ref": "E1"})
    for _ in range(2):  # ended, and ended again: what is known of it is there once
        (run,) = await one.runs()
        opened = await journal.run(run.id)
        assert opened is not None
        elsewhere = StageSecrets({})
        shown = json.dumps(run_detail(opened, only(elsewhere.mask, elsewhere.hiding)))
        assert "s3cret" not in shown.lower()
        assert "you sent ***" in shown
        assert [path for path in opened.records if path.endswith("/hidden")] == [
            "actions/1#1/hidden",
            "end/hidden",
        ]
        one.dispatcher.submit(await journal.retry(run.id, one.clock.now()))
        await one.pass_time(1)
    await one.stop()
    await journal.close()

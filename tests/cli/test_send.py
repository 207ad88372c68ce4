from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from cli.project import SECRET, Command

from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.signatures import sign
from beeflow.cli import send as sending
from beeflow.cli.request import Answer, Request

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    requests: list[Request] = []

    def keep(request: Request) -> Answer:
        requests.append(request)
        return Answer(202, b'{"status": "accepted", "id": "e-1"}')

    monkeypatch.setattr(sending, "send", keep)
    return requests


@pytest.mark.usefixtures("project")
def test_the_sample_goes_signed_to_the_first_source(cli: Command, sent: list[Request]) -> None:
    shown = cli("send", "event.updated.status", "--data", "status=live", "--data", "a.b=7")
    assert shown.code == 0
    assert "202" in shown.out
    (request,) = sent
    assert request.url == "http://127.0.0.1:8080/hooks/main"
    assert request.body is not None
    assert request.headers["X-Beestreamed-Signature"] == sign(SECRET.encode(), request.body)
    payload = json.loads(request.body)
    assert payload["data"] == {"event_ref": "Hm0Ee8Pj6Me8", "status": "live", "a": {"b": 7}}


@pytest.mark.usefixtures("project")
def test_each_has_an_id_of_its_own_and_the_time_of_now(cli: Command, sent: list[Request]) -> None:
    cli("send", "poll.created")
    cli("send", "poll.created")
    one, two = (json.loads(request.body or b"") for request in sent)
    sample = load_catalog().webhooks["poll.created"].sample
    assert len({one["id"], two["id"], sample["id"]}) == 3
    assert one["timestamp"] > 1_750_000_000
    assert one["data"] == sample["data"]


@pytest.mark.usefixtures("project")
def test_billing_webhooks_have_no_id_as_documented(cli: Command, sent: list[Request]) -> None:
    shown = cli("send", "billing.invoice.created", "--json")
    assert set(json.loads(sent[0].body or b"")) == {"type", "data"}
    told = json.loads(shown.out)
    assert told["status"] == 202
    assert told["answer"] == {"status": "accepted", "id": "e-1"}
    assert told["url"].endswith("/hooks/main")


def test_the_source_is_known_by_its_name_in_the_address(
    cli: Command, sent: list[Request], project: Path
) -> None:
    (project / "beeflow.yaml").write_text("sources: {a: {secrets: [aa]}, b: {secrets: [bb]}}\n")
    cli("send", "poll.created", "--to", "http://localhost:9/hooks/b")
    body = sent[0].body or b""
    assert sent[0].headers["X-Beestreamed-Signature"] == sign(b"bb", body)


@pytest.mark.usefixtures("project")
def test_what_signs_it_can_be_given_or_looked_up(
    cli: Command, sent: list[Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("send", "poll.created", "--secret", "mine")
    monkeypatch.setenv("BEEFLOW_SECRET_THEIRS", "theirs")
    cli("send", "poll.created", "--secret", "secret:THEIRS")
    signed = [request.headers["X-Beestreamed-Signature"] for request in sent]
    assert signed[0] == sign(b"mine", sent[0].body or b"")
    assert signed[1] == sign(b"theirs", sent[1].body or b"")


def test_without_a_source_the_command_says_what_to_give(
    cli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = cli("send", "poll.created", "--to", "http://localhost:1/hooks/x")
    assert refused.code == 2
    assert "--secret" in refused.err


def test_any_free_port_is_no_address(cli: Command, project: Path) -> None:
    (project / "beeflow.yaml").write_text("sources: {a: {secrets: [aa]}}\nserver: {port: 0}\n")
    refused = cli("send", "poll.created")
    assert refused.code == 2
    assert "--to" in refused.err


@pytest.mark.usefixtures("project", "sent")
def test_an_unknown_type_is_refused_with_the_nearest(cli: Command) -> None:
    refused = cli("send", "poll.create")
    assert refused.code == 2
    assert "`poll.created`" in refused.err


@pytest.mark.usefixtures("project")
def test_a_refusal_is_a_failure(cli: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Answer(401, b'{"error": "invalid_signature"}')
    monkeypatch.setattr(sending, "send", lambda _request: answer)
    shown = cli("send", "poll.created")
    assert shown.code == 1
    assert "invalid_signature" in shown.out


def test_a_daemon_takes_it(cli: Command, daemon: str) -> None:
    shown = cli("send", "event.created")
    assert shown.code == 0, shown.err
    assert f"to {daemon}/hooks/main" in shown.out
    assert '"status": "accepted"' in shown.out

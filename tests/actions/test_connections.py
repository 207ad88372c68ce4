from __future__ import annotations

import pytest

from beeflow.actions.connections import Connections
from beeflow.config import Connection, Credential, Secrets, Slack, Smtp
from beeflow.errors import ActionError

TABLE: dict[str, Connection] = {
    "slack": Slack("slack", url=Credential("connections.slack.url", "secret:URL")),
    "crew": Slack("crew", url=Credential("connections.crew.url", "http://x")),
    "smtp": Smtp("smtp", "a@b.example"),
}


@pytest.fixture
def connections() -> Connections:
    return Connections(TABLE, Secrets({}))


def test_the_default_is_the_one_called_like_its_kind(connections: Connections) -> None:
    assert connections.slack(None).name == "slack"
    assert connections.slack("crew").name == "crew"
    assert connections.smtp(None).name == "smtp"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("crwe", "there is no connection `crwe`: did you mean `crew`?"),
        ("zzz", "add `connections.zzz: {kind: slack, …}`"),
        ("smtp", "the connection `smtp` is not of the kind slack"),
    ],
)
def test_a_wrong_name_is_told_with_the_mend(
    connections: Connections, name: str, expected: str
) -> None:
    with pytest.raises(ActionError) as caught:
        connections.slack(name)
    assert expected in caught.value.failure.message
    assert caught.value.failure.kind == "action"


def test_a_missing_connection_is_told_with_an_example() -> None:
    with pytest.raises(ActionError, match=r"add `connections\.slack: \{url: secret:SLACK_URL\}`"):
        Connections({}, Secrets({})).slack(None)
    with pytest.raises(ActionError, match=r"add `connections\.smtp"):
        Connections({}, Secrets({})).smtp(None)


def test_a_missing_secret_names_the_key_and_the_mend(connections: Connections) -> None:
    with pytest.raises(ActionError, match=r"`connections\.slack\.url` needs the secret URL"):
        connections.reveal(connections.slack(None).url)
    assert connections.reveal(None) == ""
    assert connections.reveal(connections.slack("crew").url) == "http://x"

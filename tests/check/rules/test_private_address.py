from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from check.rules.telling import Tell

REQUEST = "- action: http.request\n  with:\n    url: %s"


def test_a_request_into_a_private_network(tell: Tell) -> None:
    assert tell(REQUEST % "http://192.168.1.20/lights") == [
        (
            "private-address error <192.168.1.20> `192.168.1.20` is not a public address: "
            "http.request does not reach it | use a public address, or list its network under "
            "`http.allow_private` in the configuration"
        )
    ]


@pytest.mark.parametrize(
    ("url", "marked"),
    [
        ('"http://localhost:8080/{{ run.id }}"', "localhost"),
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254"),
        ("'http://[::1]/'", "[::1]"),
        ("|\n      http://10.0.0.1/a", "10.0.0.1"),
    ],
)
def test_the_host_is_marked(tell: Tell, url: str, marked: str) -> None:
    found = [line for line in tell(REQUEST % url) if line.startswith("private-address")]
    assert len(found) == 1
    assert f"<{marked}>" in found[0]


def test_what_the_configuration_allows(tell: Tell) -> None:
    networks = (ip_network("192.168.0.0/16"),)
    assert tell(REQUEST % "http://192.168.1.20/lights", networks=networks) == []
    assert tell(REQUEST % "http://192.168.1.20/lights", networks=None) == []


def test_a_notification_does_get_there(tell: Tell) -> None:
    step = "- action: notify.send\n  with: {url: ntfy://192.168.1.20/crew, body: hello}"
    (line,) = tell(step)
    assert line == (
        "private-address warning <192.168.1.20> `192.168.1.20` is not a public address: only this "
        "machine's network has it | if that is meant, list its network under `http.allow_private` "
        "in the configuration"
    )
    assert tell(step, networks=(ip_network("192.168.1.0/24"),)) == []


def test_what_the_platform_is_to_reach(tell: Tell) -> None:
    step = (
        "- action: events.create_simulcast\n"
        "  with: {event_ref: abc, url: rtmp://%s/live, passthrough: a, stream_key: '{{ secrets.K }}'}"
    )
    (line,) = tell(step % "10.0.0.1", networks=(ip_network("10.0.0.0/8"),))
    assert line == (
        "private-address error <10.0.0.1> `10.0.0.1` is not a public address: BeeStreamed cannot "
        "reach it | use an address that the internet knows"
    )
    assert tell(step % "a.rtmp.youtube.com") == []


@pytest.mark.parametrize(
    "url", ["https://example.com", '"https://{{ secrets.HOST }}/a"', "'{{ secrets.URL }}'"]
)
def test_what_is_public_or_not_known(tell: Tell, url: str) -> None:
    assert tell(REQUEST % url) == []


@pytest.mark.parametrize(
    ("url", "marked"),
    [
        ("http://internal/", "internal"),
        ("http://printer.local/", "printer.local"),
        ('"https://{{ run.id }}.local/"', ".local"),
        ("http://db.prod.internal:5432/", "db.prod.internal"),
    ],
)
def test_a_name_that_only_a_network_of_ones_own_knows(tell: Tell, url: str, marked: str) -> None:
    assert tell(REQUEST % url) == [
        (
            f"private-address warning <{marked}> `{marked}` is most likely a name in a network of "
            "one's own: http.request does not reach it | use a public address, or list its network "
            "under `http.allow_private` in the configuration"
        )
    ]
    assert tell(REQUEST % url, networks=(ip_network("192.168.0.0/16"),)) == []


def test_a_notification_to_such_a_name_is_nobody_elses_matter(tell: Tell) -> None:
    assert tell("- action: notify.send\n  with: {url: ntfy://ntfy/crew, body: hello}") == []

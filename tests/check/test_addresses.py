from __future__ import annotations

import socket
from ipaddress import ip_network

import pytest

from beeflow.check.addresses import host_of, is_local, is_private


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.com/a?b#c", "example.com"),
        ("http://10.0.0.1:8080", "10.0.0.1"),
        ("http://bob:pw@10.0.0.1/", "10.0.0.1"),
        ("http://[::1]:80/", "[::1]"),
        ("ntfys://localhost/topic", "localhost"),
        ("http://10.0.0.1/{{ path }}", "10.0.0.1"),
        ("https://{{ x }}.local/a", ".local"),
        ("https://a-{{ x }}-{{ y }}.lan:80", ".lan"),
    ],
)
def test_the_host_of_an_address(url: str, host: str) -> None:
    found = host_of(url)
    assert found is not None
    assert found[0] == host
    assert url[found[1] :].startswith(host)


@pytest.mark.parametrize(
    "url",
    [
        "{{ secrets.URL }}",
        "https://{{ host }}/",
        "https://10.0.0.{{ n }}/",
        "https://a.local{{ x }}/",
        "{{ x }}.local",
        "example.com",
        "",
    ],
)
def test_where_there_is_none_to_see(url: str) -> None:
    assert host_of(url) is None


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST.", "db.localhost", "127.0.0.1", "127.1", "10.1.2.3", "172.16.0.1",
        "192.168.1.20", "169.254.169.254", "metadata.google.internal", "0.0.0.0", "224.0.0.1",
        "0x7f000001", "2130706433", "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:10.0.0.1]",
        "[2002:0a00:0001::]", "100.64.0.1", "0177.0.0.1", "0x7f.1", "017700000001", "127.0.0.1.",
        "localhost.localdomain.localhost", "ip6-localhost", "METADATA.google.internal.",
        "instance-data.ec2.internal", "[::]", "[::127.0.0.1]", "[64:ff9b::a00:1]", "[::ffff:0:a00:1]",
        "[fe80::1%25eth0]", "[fec0::1]", "[2001:db8::1]", "\u2460\u2461\u2466.0.0.1", "127\u30020\u30020\u30021",
    ],
)  # fmt: skip
def test_what_is_private(host: str) -> None:
    assert is_private(host)


@pytest.mark.parametrize(
    "host",
    ["example.com", "8.8.8.8", "[2606:4700::1111]", "localhost.example.com", "intranet", "1.2.3.4.5", "999"],
)  # fmt: skip
def test_what_is_not_certainly_private(host: str) -> None:
    assert not is_private(host) or host == "999"


@pytest.mark.parametrize(
    "host",
    [
        "internal", "crm", "printer.local", "Printer.LOCAL.", "wiki.corp", "git.lan", "nas.home.arpa",
        "db.prod.internal", "api.default.svc.cluster.local", ".local", "host.docker.internal",
    ],
)  # fmt: skip
def test_names_of_a_network_of_ones_own(host: str) -> None:
    assert is_local(host)
    assert not is_private(host)


@pytest.mark.parametrize(
    "host", ["example.com", "local.example.com", "internal.io", "8.8.8.8", "localhost", "corp.com", ".example.com"]
)  # fmt: skip
def test_what_is_no_such_name(host: str) -> None:
    assert not is_local(host)


def test_what_the_configuration_allows() -> None:
    networks = [ip_network("10.0.0.0/8"), ip_network("::1/128"), ip_network("127.0.0.0/8")]
    for host in ("10.1.2.3", "[::1]", "localhost"):
        assert not is_private(host, networks)
    assert is_private("192.168.1.1", networks)


@pytest.mark.parametrize(
    "host",
    ["256.0.0.1", "127.256.1", "09.0.0.1", "0x1ffffffff", "10.0.0.1.", "0x8.8.8.8", "134744072"],
)
def test_old_forms_are_read_as_resolvers_read_them(host: str) -> None:
    """Each is what the system's own reading of it is, or none."""
    try:
        meant = socket.inet_ntoa(socket.inet_aton(host.rstrip(".")))
    except OSError:
        assert not is_private(host)
    else:
        assert is_private(host) is is_private(meant)

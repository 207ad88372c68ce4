from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.conftest import PASSWORD, Serve, Site
from server.raw import Reply, send
from server.test_auth import bearer

from beeflow.errors import UsageError
from beeflow.server.auth import Doorkeeper
from beeflow.server.guard import Access, Guard, check_bind, host_name, is_loopback


async def ask(
    site: Site, host: str, *headers: str, path: str = "/api/runs", method: str = "GET"
) -> Reply:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers]
    body = "{}" if method == "POST" else ""
    lines += [f"Content-Length: {len(body)}", "Content-Type: application/json"]
    return await send(site.port, ("\r\n".join(lines) + "\r\n\r\n" + body).encode())


async def change(site: Site, host: str, *headers: str) -> int:
    return (await ask(site, host, *headers, path="/api/reload", method="POST")).status


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:1", "[::1]:8080", "localhost."]
)
async def test_the_machines_own_names_are_ours(site: Site, host: str) -> None:
    assert (await ask(site, host)).status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "evil.example:8080",
     "", "[", "localhost:x", "localhost/evil", "10.0.0.1", "[::2]", "localhost, evil",
     "localhost#", "localhost?", "local\thost"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/", "/api/runs", "/login", "/static/style.css"])
async def test_any_other_name_is_refused(site: Site, host: str, path: str) -> None:
    reply = await ask(site, host, path=path)
    assert (reply.status, reply.json["error"]) == (403, "forbidden_host")


async def test_names_of_a_proxy_are_ours_when_they_are_listed(serve: Serve) -> None:
    async with serve(hosts=("Flow.Example",)) as site:
        assert (await ask(site, "flow.example")).status == 200
        assert (await ask(site, "localhost")).status == 200
        assert (await ask(site, "other.example")).status == 403


async def test_machines_may_come_by_any_name(site: Site) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert (await ask(site, "pod-1234.cluster", path=path)).status == 200


@pytest.mark.parametrize(
    ("bound", "hosts", "name", "admitted"),
    [
        ("0.0.0.0", (), "192.168.1.5", True),
        ("::", (), "[2001:db8::1]", True),
        ("0.0.0.0", (), "evil.example", False),
        ("0.0.0.0", ("flow.example",), "192.168.1.5", False),
        ("192.168.1.5", (), "192.168.1.5", True),
        ("192.168.1.5", (), "192.168.1.6", False),
        ("flow.local", (), "flow.local", True),
    ],
)
def test_by_default_the_bind_address_is_ours(
    bound: str, hosts: tuple[str, ...], name: str, *, admitted: bool
) -> None:
    guard = Guard(Access(bound, "x", hosts), Doorkeeper("x", lambda: 0.0))
    assert guard.knows(host_name(name)) is admitted


@given(st.text())
def test_no_host_header_breaks_the_reading_of_it(host: str) -> None:
    assert isinstance(host_name(host), str)


# --- origins ---------------------------------------------------------------------------------


async def test_a_post_from_the_dashboard_itself_passes(site: Site) -> None:
    host = f"localhost:{site.port}"
    assert await change(site, host, f"Origin: http://{host}") == 200
    assert await change(site, host, f"Origin: https://{host}") == 200


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://localhost:1", "http://localhost", "", "file://",
     "http://localhost@evil.example", "http://[", "http://evil.example/localhost"],
)  # fmt: skip
async def test_a_post_from_elsewhere_is_refused_whatever_it_shows(
    locked: Site, origin: str
) -> None:
    authorization = f"Authorization: {bearer(PASSWORD)['Authorization']}"
    host = f"localhost:{locked.port}"
    reply = await ask(
        locked, host, f"Origin: {origin}", authorization, path="/api/reload", method="POST"
    )
    assert (reply.status, reply.json["error"]) == (403, "forbidden_origin")
    assert not locked.world.operator.done


async def test_two_origins_are_none_of_ours(site: Site) -> None:
    host = f"localhost:{site.port}"
    ours, other = f"Origin: http://{host}", "Origin: http://evil.example"
    assert await change(site, host, ours, other) == 403


async def test_behind_a_proxy_the_listed_name_is_the_dashboards(serve: Serve) -> None:
    async with serve(hosts=("flow.example",)) as site:
        assert await change(site, "127.0.0.1:8080", "Origin: https://flow.example") == 200
        assert await change(site, "flow.example", "Origin: https://other.example") == 403


async def test_without_an_origin_the_password_must_be_shown(locked: Site) -> None:
    async with locked.client.post("/login", json={"password": PASSWORD}) as answer:
        cookie = answer.cookies["beeflow_session"].value
    host = f"localhost:{locked.port}"
    session = f"Cookie: beeflow_session={cookie}"
    assert await change(locked, host, session) == 403
    assert await change(locked, host, session, f"Origin: http://{host}") == 200
    assert await change(locked, host, f"Authorization: Bearer {PASSWORD}") == 200
    assert await change(locked, host) == 401


async def test_without_a_password_a_script_of_this_machine_may_post(site: Site) -> None:
    assert await change(site, "localhost") == 200
    assert await change(site, "localhost", "Sec-Fetch-Site: cross-site") == 403


async def test_reading_needs_no_origin(site: Site) -> None:
    assert (await ask(site, "localhost", "Origin: http://evil.example")).status == 200


# --- binding ---------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "LocalHost"])
def test_this_machine_alone_needs_no_password(host: str) -> None:
    assert is_loopback(host)
    check_bind(host, None)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "10.0.0.1", "flow.example", "::ffff:1.2.3.4"]
)
def test_a_network_needs_one(host: str) -> None:
    with pytest.raises(UsageError, match=r"set server\.password .* or listen on 127\.0\.0\.1"):
        check_bind(host, None)
    check_bind(host, "secret")


@pytest.mark.parametrize("password", ["", "  "])
def test_an_empty_password_is_none(password: str) -> None:
    with pytest.raises(UsageError, match="is empty"):
        check_bind("127.0.0.1", password)

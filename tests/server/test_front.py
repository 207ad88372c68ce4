"""Requests that two programs could read differently, and answers when all else fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from server.fakes import sign
from server.raw import send

from beeflow.errors import (
    BeeflowError,
    JournalBroken,
    NothingFound,
    Overloaded,
    UsageError,
)
from beeflow.server.answers import Refused
from beeflow.server.front import as_refused

if TYPE_CHECKING:
    from server.conftest import Site

BODY = b"hi"
CHUNKS = b"2\r\nhi\r\n0\r\n\r\n"


def request(*headers: str, body: bytes = BODY, line: str = "POST /hooks/main HTTP/1.1") -> bytes:
    head = "\r\n".join([line, *headers, f"X-Beestreamed-Signature: {sign(BODY)}"])
    return head.encode("latin-1") + b"\r\n\r\n" + body


AMBIGUOUS = {
    "two lengths": request("Host: a", "Content-Length: 2", "Content-Length: 3"),
    "the same length twice": request("Host: a", "Content-Length: 2", "Content-Length: 2"),
    "a list of lengths": request("Host: a", "Content-Length: 2, 2"),
    "a length with a sign": request("Host: a", "Content-Length: +2"),
    "a negative length": request("Host: a", "Content-Length: -1"),
    "a length in hex": request("Host: a", "Content-Length: 0x2"),
    "an empty length": request("Host: a", "Content-Length: "),
    "a length past all bounds": request("Host: a", "Content-Length: " + "9" * 30),
    "length and chunked": request(
        "Host: a", "Content-Length: 2", "Transfer-Encoding: chunked", body=CHUNKS
    ),
    "chunked and length": request(
        "Host: a", "Transfer-Encoding: chunked", "Content-Length: 2", body=CHUNKS
    ),
    "chunked twice": request(
        "Host: a", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body=CHUNKS
    ),
    "another coding below chunked": request(
        "Host: a", "Transfer-Encoding: gzip, chunked", body=CHUNKS
    ),
    "chunked not at the end": request(
        "Host: a", "Transfer-Encoding: chunked, identity", body=CHUNKS
    ),
    "a coding nobody knows": request("Host: a", "Transfer-Encoding: xchunked", body=CHUNKS),
    "identity with a length": request(
        "Host: a", "Transfer-Encoding: identity", "Content-Length: 2"
    ),
    "chunked in HTTP/1.0": request(
        "Host: a", "Transfer-Encoding: chunked", body=CHUNKS, line="POST /hooks/main HTTP/1.0"
    ),
    "a space before the colon": request("Host: a", "Transfer-Encoding : chunked", body=CHUNKS),
    "a folded header": request("Host: a", "X-A: b\r\n c", "Content-Length: 2"),
    "a header folded by a tab": request("Host: a", "X-A: b\r\n\tc", "Content-Length: 2"),
    "a header folded from nothing": request(
        "Host: a", "Transfer-Encoding:\r\n chunked", body=CHUNKS
    ),
    "a folded first line": request(" Host: a", "Content-Length: 2"),
    "two hosts": request("Host: a", "Host: b", "Content-Length: 2"),
    "the same host twice": request("Host: a", "host: a", "Content-Length: 2"),
    "no host": request("Content-Length: 2"),
    "a host in the target and another beside it": request(
        "Host: a", "Content-Length: 2", line="POST http://evil/hooks/main HTTP/1.1"
    ),
    "a target without a path": request("Host: a", line="OPTIONS * HTTP/1.1", body=b""),
    "a tunnel": request("Host: a", line="CONNECT a:80 HTTP/1.1", body=b""),
    "HTTP/0.9": b"GET /healthz\r\n\r\n",
    "HTTP/3": request("Host: a", "Content-Length: 2", line="POST /hooks/main HTTP/3.0"),
    "HTTP/2.0 spoken like 1.1": request(
        "Host: a", "Content-Length: 2", line="POST /hooks/main HTTP/2.0"
    ),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "lines without CR": request("Host: a", "Content-Length: 2").replace(b"\r\n", b"\n"),
    "a CR alone": request("Host: a", "X: a\rContent-Length: 0", "Content-Length: 2"),
    "a NUL": request("Host: a", "X: a\0b", "Content-Length: 2"),
    "a header without a colon": request("Host: a", "foo", "Content-Length: 2"),
    "a header without a name": request("Host: a", ": foo", "Content-Length: 2"),
    "a bad chunk": request("Host: a", "Transfer-Encoding: chunked", body=b"zz\r\nhi\r\n0\r\n\r\n"),
    "a negative chunk": request("Host: a", "Transfer-Encoding: chunked", body=b"-2\r\nhi\r\n"),
    "an endless chunk": request("Host: a", "Transfer-Encoding: chunked", body=b"f" * 20 + b"\r\n"),
    "a chunk longer than it says": request(
        "Host: a", "Transfer-Encoding: chunked", body=b"2\r\nhiXX0\r\n\r\n"
    ),
    "a length after the chunks": request(
        "Host: a", "Transfer-Encoding: chunked", body=b"2\r\nhi\r\n0\r\nContent-Length: 5\r\n\r\n"
    ),
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "a line without end": request("Host: a", line=f"POST /{'a' * 9000} HTTP/1.1"),
    "a header without end": request("Host: a", "X: " + "a" * 9000),
    "headers without end": request("Host: a", *(f"X{number}: a" for number in range(200))),
    "a byte that is no text in the path": request("Host: a", line="POST /hooks/\xff HTTP/1.1"),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
async def test_what_can_be_read_in_two_ways_is_refused_and_the_connection_closed(
    site: Site, name: str
) -> None:
    reply = await send(site.port, AMBIGUOUS[name])
    assert (reply.status, reply.json) == (400, {"error": "bad_request"})
    assert reply.closed
    assert not site.world.door.taken


async def test_nothing_of_an_unreadable_request_is_repeated_or_logged(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    reply = await send(site.port, b"GET / HTTP/1.1\r\nHost: a\r\n<script>\r\n\r\n")
    assert b"script" not in reply.body
    assert not caplog.records


@pytest.mark.parametrize("host", ["localhost:8080", "localhost", "[::1]:8080", "[::1]"])
async def test_a_target_that_names_our_host_is_understood(site: Site, host: str) -> None:
    line = f"GET http://{host}/api/runs?limit=1 HTTP/1.1"
    whole = f"{line}\r\nHost: {host}\r\n\r\n".encode()
    assert (await send(site.port, whole)).status == 200


async def test_http_1_0_is_understood_and_closed(site: Site) -> None:
    reply = await send(site.port, b"GET /healthz HTTP/1.0\r\n\r\n")
    assert (reply.status, reply.closed) == (200, True)


async def test_an_unknown_path_is_not_found_in_json(site: Site) -> None:
    async with site.client.get("/nowhere") as answer:
        assert (answer.status, await answer.json()) == (404, {"error": "not_found"})


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/api/runs", "GET,HEAD"), ("/healthz", "GET,HEAD"), ("/api/reload", "POST")],
)
async def test_a_known_path_says_which_methods_it_has(site: Site, path: str, allowed: str) -> None:
    async with site.client.put(path, json={}) as answer:
        assert (answer.status, await answer.json()) == (405, {"error": "method_not_allowed"})
        assert answer.headers["Allow"].replace(" ", "") == allowed


@pytest.mark.parametrize(
    "path",
    ["/api/runs/%ff", "/api/runs/%00", "/api/events/%0d%0a", "/api/runs/a%2fb", "//", "/%", "/[",
     "/api/runs/" + "x" * 5000, "/static/..%2fapp.py", "/static/%2e%2e%2fpages.py", "/?a=%ff"],
)  # fmt: skip
async def test_no_path_makes_a_500(site: Site, path: str) -> None:
    reply = await send(site.port, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    assert reply.status in {200, 400, 404}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NothingFound("x"), 404, "not_found"),
        (UsageError("x"), 400, "bad_request"),
        (Overloaded("x"), 503, "overloaded"),
        (JournalBroken("x"), 503, "journal_error"),
        (Refused(409, "conflict"), 409, "conflict"),
    ],
)
def test_our_errors_have_their_statuses(error: BeeflowError, status: int, code: str) -> None:
    refused = as_refused(error)
    assert (refused.status, refused.code) == (status, code)


def test_an_error_that_means_nothing_to_a_client_goes_on() -> None:
    with pytest.raises(BeeflowError, match="inner"):
        as_refused(BeeflowError("inner"))


async def test_what_breaks_in_a_route_is_a_500_that_tells_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("inner secret")

    monkeypatch.setattr(site.world.operator, "recipes", broken)
    async with site.client.get("/api/recipes") as answer:
        assert (answer.status, await answer.json()) == (500, {"error": "internal"})
    assert "inner secret" in caplog.text


async def test_answers_carry_the_headers_that_bind_browsers(site: Site) -> None:
    for path in ("/", "/api/runs", "/nowhere", "/static/style.css"):
        async with site.client.get(path) as answer:
            headers = answer.headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "no-referrer"
            assert headers["Cache-Control"] == "no-store"
            assert headers["Server"] == "beeflow"

from __future__ import annotations

import asyncio
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from beeflow.actions.http.request import HttpRequest
from beeflow.actions.http.session import guarded_pool
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from beeflow.actions.http.pool import Pool
    from beeflow.types import Json

Call = Callable[..., Awaitable[dict[str, Any]]]


async def echo(request: web.Request) -> web.Response:
    return web.json_response(
        {
            "method": request.method,
            "query": [list(pair) for pair in request.query.items()],
            "type": request.headers.get("Content-Type"),
            "agent": request.headers["User-Agent"],
            "accept": request.headers["Accept-Encoding"],
            "body": await request.text(),
        },
        headers=[("X-Two", "a"), ("X-Two", "b")],
    )


async def status(request: web.Request) -> web.Response:
    headers = {key: value for key, value in request.query.items() if key != "body"}
    return web.Response(
        status=int(request.match_info["status"]),
        headers=headers,
        text=request.query.get("body", ""),
    )


async def raw(request: web.Request) -> web.Response:
    kind = request.match_info["kind"]
    headers = {"Content-Type": "text/plain; charset=nonsense"}
    if kind == "bomb":
        body = zlib.compress(b"0" * 20_000_000)
        headers["Content-Encoding"] = "deflate"
    elif kind == "gzip":
        coder = zlib.compressobj(wbits=31)
        body = coder.compress(b'{"a": 1}') + coder.flush()
        headers["Content-Encoding"] = "gzip"
    elif kind == "broken":
        body, headers["Content-Encoding"] = b"no gzip", "gzip"
    elif kind == "brotli":
        body, headers["Content-Encoding"] = b"x", "br"
    elif kind == "large":
        body = b"x" * (1024 * 1024 + 1)
    elif kind == "deep":
        body = b"[" * 100_000
    else:
        body = "æ".encode("utf-8" if kind == "any" else "latin-1")
        headers["Content-Type"] = f"text/plain; charset{request.query['charset']}"
    return web.Response(body=body, headers=headers)


async def stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(int(request.match_info["chunks"])):
        await response.write(b"x" * 65536)
    if "cut" in request.query:
        assert request.transport is not None
        request.transport.abort()
    return response


async def hang(_request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


async def cut(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_route("*", "/echo", echo)
    app.router.add_route("*", "/status/{status}", status)
    app.router.add_get("/raw/{kind}", raw)
    app.router.add_get("/stream/{chunks}", stream)
    app.router.add_route("*", "/hang", hang)
    app.router.add_route("*", "/cut", cut)
    server = TestServer(app)
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
def call(server: TestServer, loopback_pool: Pool, make_context: Callable[..., Any]) -> Call:
    action = HttpRequest(loopback_pool)

    async def call(path: str, seconds: float = 5.0, **args: Json) -> Any:
        given = {"url": str(server.make_url(path)), **args}
        assert action.check(given) == []
        return await action.call(given, make_context(timeout=seconds))

    return call


async def failing(call: Awaitable[Any]) -> Failure:
    with pytest.raises(ActionError) as caught:
        await call
    return caught.value.failure


async def test_the_answer_has_status_headers_json_and_text(call: Call) -> None:
    answer = await call("/echo?a=1", query={"b": [2, True, None, "x"], "c": None})
    assert answer["status"] == 200
    assert answer["headers"]["content-type"].startswith("application/json")
    assert answer["headers"]["x-two"] == "a, b"
    said = answer["json"]
    assert said["query"] == [["a", "1"], ["b", "2"], ["b", "true"], ["b", "x"]]
    assert said["method"] == "GET"
    assert said["agent"].startswith("beeflow/")
    assert said["accept"] == "identity"
    assert '"method"' in answer["text"]


@pytest.mark.parametrize(
    ("args", "kind", "body"),
    [
        ({"json": {"a": ["ø"]}}, "application/json", '{"a":["ø"]}'),
        ({"json": None}, "application/json", "null"),
        ({"form": {"a": "b c", "n": [1, 2]}}, "application/x-www-form-urlencoded", "a=b+c&n=1&n=2"),
        ({"body": "hello"}, "text/plain; charset=utf-8", "hello"),
        ({"body": "<a/>", "headers": {"content-type": "text/xml"}}, "text/xml", "<a/>"),
    ],
)
async def test_each_kind_of_body_is_sent(
    call: Call, args: dict[str, Json], kind: str, body: str
) -> None:
    said = (await call("/echo", method="POST", **args))["json"]
    assert (said["type"], said["body"], said["method"]) == (kind, body, "POST")


async def test_json_is_null_when_the_answer_is_none(call: Call) -> None:
    assert (await call("/status/200", query={"body": "<html>"}))["json"] is None
    assert (await call("/raw/deep"))["json"] is None
    assert (await call("/status/204"))["text"] == ""


@pytest.mark.parametrize("charset", ["=latin-1", "=ISO-8859-1", "=windows-1252", "*=utf-8''cp1252"])
async def test_texts_of_other_charsets_are_read(call: Call, charset: str) -> None:
    assert (await call("/raw/latin", query={"charset": charset}))["text"] == "æ"


@pytest.mark.parametrize(
    "charset",
    ["=", "=nonsense", "=punycode", "=idna", "=undefined", "=unicode_escape", "=zlib",
     "*=utf-8''a%00b", "*=x''%ff"],
)  # fmt: skip
async def test_a_charset_of_no_text_is_not_believed(call: Call, charset: str) -> None:
    assert (await call("/raw/any", query={"charset": charset}))["text"] == "æ"


async def test_what_is_compressed_all_the_same_is_read_within_the_limit(call: Call) -> None:
    assert (await call("/raw/gzip"))["json"] == {"a": 1}
    failure = await failing(call("/raw/bomb"))
    assert (failure.kind, failure.open) == ("limit", True)
    assert "broken gzip" in (await failing(call("/raw/broken"))).message
    assert "coding `br`" in (await failing(call("/raw/brotli"))).message


async def test_an_answer_over_the_limit_is_refused(call: Call) -> None:
    assert (await failing(call("/raw/large"))).kind == "limit"
    assert (await failing(call("/stream/17"))).kind == "limit"
    assert len((await call("/stream/16"))["text"]) == 1024 * 1024


async def test_redirects_are_not_followed_unless_expected(call: Call) -> None:
    failure = await failing(call("/status/302", query={"Location": "http://h:1/x?token=s3cret"}))
    assert (failure.kind, failure.status, failure.open, failure.retryable) == (
        "http", 302, False, False,
    )  # fmt: skip
    assert "to http://h:1/x; redirects are not followed" in failure.message
    assert (await call("/status/302?Location=/x", expect=302))["headers"]["location"] == "/x"


async def test_expect_decides_what_is_a_success(call: Call) -> None:
    assert (await call("/status/404", expect=[200, 404]))["status"] == 404
    failure = await failing(call("/status/200", expect=201))
    assert failure.open
    assert "`expect` does not list" in failure.message


@pytest.mark.parametrize(
    ("path", "open_", "retryable", "after"),
    [
        ("/status/400?body=nope", False, False, None),
        ("/status/404", False, False, None),
        ("/status/429?Retry-After=7", False, True, 7.0),
        ("/status/429", False, True, None),
        ("/status/503?Retry-After=3", False, True, 3.0),
        ("/status/503", True, True, None),
        ("/status/500?Retry-After=3", True, True, None),
        ("/status/502", True, True, None),
    ],
)
async def test_statuses_are_classified_as_the_effects_table_says(
    call: Call, path: str, open_: bool, retryable: bool, after: float | None
) -> None:
    failure = await failing(call(path, method="POST"))
    assert failure.kind == "http"
    assert (failure.open, failure.retryable, failure.retry_after) == (open_, retryable, after)


async def test_the_message_holds_the_answer_but_no_query(call: Call) -> None:
    failure = await failing(call("/status/400", query={"body": "bad\n thing", "X-K": "s3cret"}))
    assert "answered 400 Bad Request: bad thing" in failure.message
    assert "s3cret" not in failure.message
    assert failure.detail == {"body": "bad\n thing"}


async def test_a_refused_connection_is_clear(call: Call) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        failure = await failing(call("", url=f"http://127.0.0.1:{port}/", method="POST"))
    assert (failure.kind, failure.open, failure.retryable) == ("connection", False, True)
    assert "cannot be reached" in failure.message


async def test_a_name_that_does_not_exist_is_clear(call: Call) -> None:
    failure = await failing(call("", url="http://nothing.invalid/", method="POST"))
    assert (failure.kind, failure.open, failure.retryable) == ("connection", False, True)


async def test_a_cut_after_sending_is_open(call: Call) -> None:
    failure = await failing(call("/cut", method="POST"))
    assert (failure.kind, failure.open, failure.retryable) == ("connection", True, True)
    failure = await failing(call("/stream/1?cut=1"))
    assert (failure.kind, failure.open) == ("connection", True)


async def test_no_answer_in_time_is_open(call: Call) -> None:
    failure = await failing(call("/hang", seconds=0.1, method="POST"))
    assert (failure.kind, failure.open, failure.retryable) == ("timeout", True, True)


async def test_no_connection_in_time_is_clear(call: Call) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        url = f"http://127.0.0.1:{full.getsockname()[1]}/"
        with socket.create_connection(full.getsockname()):
            failure = await failing(call("", url=url, seconds=0.2, method="POST"))
    assert (failure.kind, failure.open, failure.retryable) == ("timeout", False, True)
    assert "no connection in time" in failure.message


async def test_an_address_that_is_none_is_refused(call: Call) -> None:
    failure = await failing(call("", url="http://0:80/"))
    assert (failure.kind, failure.open, failure.retryable) == ("action", False, False)
    assert "cannot be sent" in failure.message


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
async def test_private_addresses_are_not_reached(
    server: TestServer, context: Any, host: str
) -> None:
    async with guarded_pool(()) as pool:
        action = HttpRequest(pool)
        failure = await failing(action.call({"url": f"http://{host}:{server.port}/echo"}, context))
    assert (failure.kind, failure.open, failure.retryable) == ("action", False, False)
    assert "`http.allow_private`" in failure.message

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from beeflow.cli.request import Answer, Request, local_url, send
from beeflow.errors import ActionError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Echo(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(int(self.path.removeprefix("/")))
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - http.server calls it so

    def log_message(self, *_args: object) -> None: ...


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    httpd = HTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=httpd.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def test_the_body_is_sent_to_the_byte(server: str) -> None:
    answer = send(Request("POST", f"{server}/200", b"\x00\xff", {"X-A": "b"}))
    assert answer == Answer(200, b"\x00\xff")
    assert answer.fine


@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_answer_that_is_no_success_is_an_answer(server: str, status: int) -> None:
    answer = send(Request("GET", f"{server}/{status}"))
    assert answer.status == status
    assert not answer.fine


def test_proxies_are_not_asked_for_this_machine(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    assert send(Request("GET", f"{server}/200")).fine


def test_nobody_there_is_an_error_that_names_the_address() -> None:
    with pytest.raises(ActionError, match=r"http://127.0.0.1:1/x cannot be reached"):
        send(Request("GET", "http://127.0.0.1:1/x"))


@pytest.mark.parametrize(
    "url", ["", "localhost:80", "ftp://a/b", "http://", "http://[", "http://a:b/", "file:///etc"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="not an address"):
        send(Request("GET", url))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
        ("example.com", "http://example.com:80"),
    ],
)
def test_a_bind_address_is_reached_from_here(host: str, url: str) -> None:
    assert local_url(host, 80) == url


def test_a_body_that_is_no_json_is_text() -> None:
    assert Answer(200, b"plain \xff").json == "plain \ufffd"
    assert Answer(200, b'{"a": 1}').json == {"a": 1}

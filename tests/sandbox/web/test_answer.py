from __future__ import annotations

from unittest import mock

from aiohttp.test_utils import make_mocked_request

from beeflow.sandbox.reply import Reply
from beeflow.sandbox.web.answer import answer, cut


def test_an_answer_is_json_in_ascii_with_its_headers() -> None:
    made = answer(Reply({"a": "é"}, 201, {"Retry-After": "1"}))
    assert (made.status, made.text) == (201, '{"a": "\\u00e9"}')
    assert made.headers["Retry-After"] == "1"


def test_a_connection_that_is_no_socket_is_cut_too() -> None:
    transport = mock.Mock()
    transport.get_extra_info.return_value = None
    cut(make_mocked_request("GET", "/", transport=transport))
    transport.abort.assert_called_once_with()


def test_a_connection_that_is_gone_needs_no_cutting() -> None:
    request = mock.Mock(transport=None)
    assert cut(request).status == 200

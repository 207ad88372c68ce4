from __future__ import annotations

import base64

import pytest

import beeflow
from beeflow.beestreamed.account import Account, basic
from beeflow.errors import ConfigError

WITH_TOKEN = Account(token_id="abc123", secret_key="xyz789", session_key="S3")


def test_the_documented_example_of_a_token() -> None:
    assert WITH_TOKEN.headers() == {
        "Accept": "application/json",
        "User-Agent": f"beeflow/{beeflow.__version__}",
        "Authorization": "Basic YWJjMTIzOnh5ejc4OQ==",
    }


def test_without_both_halves_there_is_no_token() -> None:
    for account in (Account(), Account(token_id="a"), Account(token_id="", secret_key="x")):
        assert not account.has_token
        assert "Authorization" not in account.headers()
        assert account.limit == 100


def test_the_rate_limit_is_the_documented_one_unless_said() -> None:
    assert WITH_TOKEN.limit == 3500
    assert Account(token_id="a", secret_key="b", rate_limit=7000).limit == 7000
    assert Account(rate_limit=7).limit == 7
    assert Account(rate_limit=3500).limit == 100


def test_a_session_key_travels_where_it_is_told_to() -> None:
    assert WITH_TOKEN.session_headers() == {"Authorization": basic("S3:")}
    assert WITH_TOKEN.session_query() == {}
    header = Account(session_key="S3", session_place="header")
    assert header.session_headers() == {"X-Session-Key": "S3"}
    assert header.session_query() == {}
    query = Account(session_key="S3", session_place="query")
    assert query.session_headers() == {}
    assert query.session_query() == {"session_key": "S3"}
    assert Account(session_place="query").session_query() == {}
    assert Account().session_headers() == {}


def test_credentials_may_be_any_text() -> None:
    assert base64.b64decode(basic("ø:€").removeprefix("Basic ")).decode() == "ø:€"
    assert base64.b64decode(basic("a:\udcff").removeprefix("Basic ")) == b"a:\xff"


def test_secrets_do_not_show() -> None:
    assert "xyz789" not in repr(WITH_TOKEN)
    assert "S3" not in repr(WITH_TOKEN)


@pytest.mark.parametrize(
    "url", ["", "api.beestreamed.com", "ftp://x", "https://", "http://x/?a=1", "http://x#a"]
)
def test_an_address_must_be_one_of_http(url: str) -> None:
    with pytest.raises(ConfigError, match=r"platform\.url is `"):
        _ = Account(url=url).host


def test_the_host_has_its_port() -> None:
    assert Account(url="http://localhost:8080/base").host == "localhost:8080"

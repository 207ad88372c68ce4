"""Where the platform is, and what to show it (page "Authentication with Access Tokens")."""

from __future__ import annotations

import base64
from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

import beeflow
from beeflow.beestreamed.limits import AUTHENTICATED, UNAUTHENTICATED
from beeflow.errors import ConfigError

SessionPlace = Literal["basic", "header", "query"]
"""Where a session key is put: in the token's place, in `X-Session-Key`, or in the query."""

SESSION_HEADER: Final = "X-Session-Key"
SESSION_QUERY: Final = "session_key"


class Account(msgspec.Struct, frozen=True):
    """The account that calls are made for.

    `rate_limit` is in requests a minute; None: the documented limit. Without a token the documented
    limit for that holds in any case. How a session key travels is not documented, so
    `session_place` says.
    """

    url: str = "https://api.beestreamed.com"
    token_id: str | None = None
    secret_key: str | None = None
    session_key: str | None = None
    session_place: SessionPlace = "basic"
    rate_limit: int | None = None

    def __repr__(self) -> str:
        """Tell all but the keys."""
        return f"Account(url={self.url!r}, token_id={self.token_id!r})"

    @property
    def has_token(self) -> bool:
        """Whether calls are made with a token."""
        return bool(self.token_id and self.secret_key)

    @property
    def limit(self) -> int:
        """Requests a minute that are never exceeded."""
        if self.has_token:
            return self.rate_limit or AUTHENTICATED
        return min(self.rate_limit or UNAUTHENTICATED, UNAUTHENTICATED)

    @property
    def host(self) -> str:
        """Host and port. Raises `ConfigError` where the address is none of HTTP."""
        parts = urlsplit(self.url)
        if (
            parts.scheme not in {"http", "https"}
            or not parts.netloc
            or parts.query
            or parts.fragment
        ):
            raise ConfigError(
                f"platform.url is `{self.url}`, but must be an address such as "
                "https://api.beestreamed.com"
            )
        return parts.netloc

    def headers(self) -> dict[str, str]:
        """Return the headers of every call."""
        common = {"Accept": "application/json", "User-Agent": f"beeflow/{beeflow.__version__}"}
        if self.has_token:
            common["Authorization"] = basic(f"{self.token_id}:{self.secret_key}")
        return common

    def session_headers(self) -> dict[str, str]:
        """Return the headers that carry the session key, if headers do."""
        if not self.session_key or self.session_place == "query":
            return {}
        if self.session_place == "header":
            return {SESSION_HEADER: self.session_key}
        return {"Authorization": basic(f"{self.session_key}:")}

    def session_query(self) -> dict[str, str]:
        """Return what the session key adds to the query, if it travels there."""
        in_query = self.session_key and self.session_place == "query"
        return {SESSION_QUERY: self.session_key} if self.session_key and in_query else {}


def basic(credentials: str) -> str:
    """Return the value of an `Authorization` header."""
    return "Basic " + base64.b64encode(as_given(credentials)).decode()


def as_given(secret: str) -> bytes:
    """Return the bytes of a secret, also of one in the environment that is not in UTF-8."""
    return secret.encode("utf-8", "surrogateescape")

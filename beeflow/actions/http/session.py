"""The sessions that actions share: made once, used by every call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp

from beeflow import __version__
from beeflow.actions.http.addresses import AddressGuard
from beeflow.actions.http.connecting import Connector
from beeflow.actions.http.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beeflow.addresses import Network

_IDLE = 4.0
"""Seconds an idle connection is kept: less than the five after which many servers close it, so
that a request is not sent into a connection that is just being closed."""

_CONNECT = 10.0
"""Seconds after which an address that does not answer counts as unreachable."""

_AT_ONCE = 500


def guarded_pool(allowed: Sequence[Network]) -> Pool:
    """Return the connections of `http.request`: public addresses and `allowed` networks only.

    Cookies are not kept, proxies of the environment are not used (the guard could not see
    behind them), and answers are not decompressed (the limit is on what they become).
    """
    return Pool(Connector(AddressGuard(allowed)))


def plain_session() -> aiohttp.ClientSession:
    """Return the session for what the operator configured: Slack, and uploads.

    Each call keeps its own time limit; connecting has one here, so that it is told apart.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=_AT_ONCE, keepalive_timeout=_IDLE),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": f"beeflow/{__version__}"},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT),
        trust_env=True,
    )

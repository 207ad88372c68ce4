"""Whom outgoing connections trust: the certificates of the system, read once for all of them.

OpenSSL takes some 50 ms to read them, in which an event loop would stand still. The daemon has
them read in a thread while it starts.
"""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@cache
def system_trust() -> ssl.SSLContext:
    """Return what all outgoing TLS connections verify the other side with; the first call reads.

    Where the certificates stand is OpenSSL's to know; `SSL_CERT_FILE` and `SSL_CERT_DIR` tell it
    otherwise.
    """
    return ssl.create_default_context()


def import_aiohttp() -> None:
    """Import aiohttp, and have it trust what `system_trust` does, which is read already.

    At its import it makes one context for connections that verify and one for those that do not,
    and reads all certificates for each. No other thread may make a context meanwhile. Where aiohttp
    is there already, nothing happens.
    """
    with _nothing_read(system_trust()):
        import_module("aiohttp")


@contextmanager
def _nothing_read(trusted: ssl.SSLContext) -> Iterator[None]:
    """Have who asks for a verifying context given this one; any other is left without certificates.

    The context that is given stays as it is: mail, too, is sent over it, and speaks no HTTP.
    """
    kind = ssl.SSLContext
    instead = (
        (ssl, "create_default_context", lambda: trusted),
        (kind, "set_default_verify_paths", _left),
        (kind, "set_alpn_protocols", _left),
    )
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in instead]
    try:
        for owner, name, one in instead:
            setattr(owner, name, one)
        yield
    finally:
        for owner, name, one in before:
            setattr(owner, name, one)


def _left(*_: object) -> None:
    """Leave a context as it is."""

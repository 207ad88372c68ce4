"""How a request failed that was not answered, told by what aiohttp raised."""

from __future__ import annotations

import ssl

import aiohttp

from beeflow.errors import Failure


def transport_failure(what: str, error: Exception) -> Failure:
    """Classify what aiohttp raised; `what` names the call for the reader."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLCertVerificationError):
        return Failure("connection", f"{what}: the certificate cannot be trusted: {error}")
    if isinstance(error, aiohttp.ClientConnectorError):
        return Failure("connection", f"{what}: {_reason(error)}", retryable=True)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Failure("timeout", f"{what}: no connection in time", retryable=True)
    if isinstance(error, TimeoutError):
        return Failure("timeout", f"{what}: no answer in time", open=True, retryable=True)
    message = f"{what}: the connection was cut before the whole answer was there ({_named(error)})"
    return Failure("connection", message, open=True, retryable=True)


def _reason(error: aiohttp.ClientConnectorError) -> str:
    inner = error.os_error
    return f"{error.host}:{error.port} cannot be reached: {inner.strerror or inner}"


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__

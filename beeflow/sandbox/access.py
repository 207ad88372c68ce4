"""Who calls: nobody in particular, the holder of the token, or a user with a session key."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beeflow.sandbox.reply import Refusal
from beeflow.sandbox.seed import OWN_CHANNEL, OWN_USER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.beestreamed.operation import Operation
    from beeflow.sandbox.sandbox import Account


@dataclass(frozen=True, slots=True)
class Caller:
    """What the credentials of a call were good for.

    `client_ref` is the channel of a right token, `user_ref` the user of a right session key.
    """

    client_ref: str | None = None
    user_ref: str | None = None

    @property
    def known(self) -> bool:
        """Whether any of the credentials was right; decides on the rate limit."""
        return self.client_ref is not None or self.user_ref is not None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a call brought along. `session_keys` are all places that may hold one."""

    basic: tuple[str, str] | None
    session_keys: tuple[str, ...]


def credentials(headers: Mapping[str, str], query: Mapping[str, str]) -> Credentials:
    """Find the credentials of a call.

    A session key may stand in `X-Session-Key`, in the query as `session_key`, or in the token's
    place: as the user, as the password, or as all of the Basic credential. How it travels is not
    documented but for `/user/[SESSION KEY]/...`, where the path has it.
    """
    basic = _basic(headers.get("Authorization", ""))
    places = (headers.get("X-Session-Key"), query.get("session_key"), *(basic or ()))
    return Credentials(basic, tuple(key for key in places if key))


def identify(found: Credentials, account: Account, path_key: str | None = None) -> Caller:
    """Tell who calls; `path_key` is the session key of a path that has one."""
    user, password = found.basic or ("", "")
    token = _same(user, account.token_id) & _same(password, account.secret_key)
    keys = found.session_keys if path_key is None else (path_key,)
    session = any(_same(key, account.session_key) for key in keys)
    return Caller(OWN_CHANNEL if token else None, OWN_USER if session else None)


def admit(operation: Operation, caller: Caller) -> None:
    """Refuse a caller whose credentials are not the kind that the operation needs."""
    if operation.session_key:
        if caller.user_ref is None:
            raise Refusal(401, "A valid user session key is required")
    elif caller.client_ref is None and not operation.public:
        raise Refusal(401, "A valid access token is required")


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, coded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(coded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    user, _, password = text.partition(":")
    return user, password


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())

"""The account of the platform, from the configuration and the secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.beestreamed.account import Account

if TYPE_CHECKING:
    from beeflow.config.credential import Credential, Lookup
    from beeflow.config.settings import Platform


def account_of(platform: Platform, secrets: Lookup) -> Account:
    """Return the account. Raises `ConfigError` naming the key whose secret is missing."""

    def reveal(credential: Credential | None) -> str | None:
        return None if credential is None else credential.reveal(secrets)

    return Account(
        url=platform.url,
        token_id=reveal(platform.token_id),
        secret_key=reveal(platform.secret_key),
        session_key=reveal(platform.session_key),
        session_place=platform.session_place,
        rate_limit=platform.rate_limit,
    )

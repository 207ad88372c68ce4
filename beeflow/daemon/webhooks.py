"""The configured sources of webhooks, as the server wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.beestreamed import signatures, webhooks
from beeflow.beestreamed.account import as_given
from beeflow.engine.event import NewEvent
from beeflow.errors import WebhookError
from beeflow.server.ports import Decoded, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from beeflow.config import Config, Secrets
    from beeflow.engine.ports import Clock


class SignedWebhooks:
    """Verifies with the secrets of a source, reads what is signed.

    How old a webhook is, is a matter of the time of day; when it was received is told in the time
    of `clock`, in which its runs are carried out (the demo's is faster).
    """

    def __init__(self, secrets: Mapping[str, tuple[bytes, ...]], clock: Clock) -> None:
        self._secrets = secrets
        self._clock = clock

    def sources(self) -> Collection[str]:
        """Return the names under `/hooks/`."""
        return self._secrets.keys()

    def verify(self, source: str, signatures_given: Sequence[str], body: bytes) -> bool:
        """Whether `body` is signed with a secret of `source`."""
        return signatures.verify(self._secrets[source], body, signatures_given)

    def decode(self, source: str, body: bytes, now: float) -> Decoded | Refusal:
        """Read a signed body received at `now`: JSON, then envelope, then age."""
        try:
            envelope = webhooks.decode(body)
            webhooks.check_age(envelope, now)
        except WebhookError as error:
            return Refusal(error.code, str(error))
        key = webhooks.dedupe_key(source, envelope, body)
        event = NewEvent(
            key=key.key,
            source=source,
            type=envelope.type,
            received_at=self._clock.now(),
            body=body,
            payload_id=envelope.id,
            event_ref=webhooks.event_ref(envelope.type, envelope.data),
            window=key.window_seconds,
        )
        return Decoded(event, envelope.payload)


def signed_webhooks(config: Config, secrets: Secrets, clock: Clock) -> SignedWebhooks:
    """Return the sources of a configuration; raises `ConfigError` for a missing secret."""
    known = {
        name: tuple(as_given(one.reveal(secrets)) for one in source.secrets)
        for name, source in config.sources.items()
    }
    return SignedWebhooks(known, clock)

"""The world of tests: the real actions and webhooks as data, secrets as they are given."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from beeflow.beestreamed import webhooks
from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.dates import start_of
from beeflow.cli.knowledge import actions, facts
from beeflow.cli.samples import samples
from beeflow.config.secrets import VARIABLE, Secrets
from beeflow.drivers.testing.reading.known import Known
from beeflow.engine.event import NewEvent
from beeflow.recipe.parser import Defaults
from beeflow.types import zone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.drivers.testing.reading.known import Seeing
    from beeflow.types import Json

SOURCE = "test"
"""The source that the webhooks of tests come from."""


def world(timezone: str) -> Known:
    """Return the world of tests; `timezone` is the configuration's."""
    home = zone(timezone)
    return Known(
        facts=facts(),
        actions=actions(),
        samples=samples(),
        event=_event,
        secrets=_secrets,
        seeing=_seeing,
        start_of=partial(start_of, zone=home),
        defaults=Defaults(timezone),
    )


def _event(payload: Mapping[str, Json], now: float) -> NewEvent:
    """Take a payload in as the daemon does, but for its signature and age."""
    body = msgspec.json.encode(payload)
    envelope = webhooks.decode(body)
    key = webhooks.dedupe_key(SOURCE, envelope, body)
    return NewEvent(
        key=key.key,
        source=SOURCE,
        type=envelope.type,
        received_at=now,
        body=body,
        payload_id=envelope.id,
        event_ref=webhooks.event_ref(envelope.type, envelope.data),
        window=key.window_seconds,
    )


def _secrets(values: Mapping[str, str]) -> Secrets:
    return Secrets({f"{VARIABLE}{name}": value for name, value in values.items()})


def _seeing(action: str) -> Seeing | None:
    operation = load_catalog().operations.get(action)
    return None if operation is None else operation.reconcile

"""The documented samples, for what is started with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.beestreamed.catalog import load_catalog
from beeflow.drivers.occasion import Samples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.types import Json


def samples() -> Samples:
    """Return the documented samples."""
    catalog = load_catalog()

    def webhook(kind: str) -> Mapping[str, Json] | None:
        found = catalog.webhooks.get(kind)
        return None if found is None else found.sample

    event = catalog.operations["events.get"].sample
    return Samples(webhook, event if isinstance(event, dict) else {}, catalog.match_types)

"""What of events and records people may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.beestreamed import masking, webhooks
from beeflow.engine.hiding import Masking, handed_over

if TYPE_CHECKING:
    from beeflow.config import Secrets
    from beeflow.engine.event import Event
    from beeflow.engine.journal.records import Record
    from beeflow.engine.ports import Actions
    from beeflow.types import Json


def masking_for(secrets: Secrets, actions: Actions) -> Masking:
    """Return the masking by what the platform's description and the actions call secret."""

    def payload(event: Event) -> Json:
        if event.source == "run":
            return handed_over(event)
        return webhooks.mask(event.type, event.payload)  # type: ignore[arg-type]  # it is only read

    def output(record: Record) -> Json:
        given = record.input
        name = given.get("action") if isinstance(given, dict) else None
        action = actions.get(name) if isinstance(name, str) else None
        if action is None:
            return record.output
        return masking.mask(record.output, action.secret_fields)

    return Masking(payload, output, secrets.mask, secrets.hiding, secrets.found_in)

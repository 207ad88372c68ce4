"""The platform's times.

An event's `event_date` is in the event's own time zone; webhooks add the offset, `event_date_unix`
and `event_timezone` (page "event.created"). Every other time of the platform is in UTC: in the
documented webhooks they match the timestamps beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.types import Json, parse_datetime
from beeflow.types import zone as named_zone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo


def start_of(event: Mapping[str, Json], zone: tzinfo) -> float | None:
    """Return when an event starts, in Unix seconds, or None where it does not say.

    Takes an event as the API or a webhook has it: `event_date_unix`, else `event_date` with its
    offset, else in `event_timezone`, else in `zone`.
    """
    unix = event.get("event_date_unix")
    if isinstance(unix, int | float) and not isinstance(unix, bool) and unix > 0:
        return float(unix)
    date = event.get("event_date")
    if not isinstance(date, str):
        return None
    try:
        return parse_datetime(date, _zone_of(event, zone)).timestamp()
    except ValueError:
        return None


def _zone_of(event: Mapping[str, Json], otherwise: tzinfo) -> tzinfo:
    name = event.get("event_timezone")
    if not isinstance(name, str):
        return otherwise
    try:
        return named_zone(name)
    except ValueError:
        return otherwise

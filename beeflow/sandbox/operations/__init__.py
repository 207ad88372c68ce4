"""The operations of the platform, one module a resource, and the table of them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.sandbox.operations import (
    analytics,
    chat,
    client,
    connections,
    events,
    polls,
    signups,
    streams,
    videos,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.sandbox.call import Handler

HANDLERS: Mapping[str, Handler] = {
    **events.HANDLERS,
    **streams.HANDLERS,
    **analytics.HANDLERS,
    **chat.HANDLERS,
    **polls.HANDLERS,
    **signups.HANDLERS,
    **videos.HANDLERS,
    **client.HANDLERS,
    **connections.HANDLERS,
}
"""What answers each operation, by the name of its action."""

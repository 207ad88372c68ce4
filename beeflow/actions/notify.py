"""`notify.send`: any service that the apprise library knows."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from beeflow.actions.definition import Args, Context, DefinedAction, Definition
from beeflow.actions.failures import excerpt, refusal
from beeflow.actions.parameter import Parameter
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from apprise import Apprise

    from beeflow.types import Json

SEND = Definition(
    name="notify.send",
    summary="Send a notification through any service that apprise knows",
    description=(
        "The address names the service, such as `tgram://…`, `mailto://…` or `ntfy://…` "
        "(https://github.com/caronc/apprise). Keep it in a secret. It is not held to "
        "`http.allow_private`."
    ),
    effect="once",
    parameters=(
        Parameter(
            "url",
            {"type": "string", "minLength": 1, "x-address": "own"},
            "The service, as apprise writes it",
            True,
        ),
        Parameter("title", {"type": "string"}, "The title, where the service has one"),
        Parameter("body", {"type": "string", "minLength": 1}, "The text", True),
    ),
    sample={"ok": True},
    answer={"type": "object", "properties": {"ok": {"type": "boolean"}}},
    secret_fields=("url",),
)


class NotifySend(DefinedAction):
    """Sends a notification; apprise tells only whether it went well, and logs why not."""

    definition = SEND

    async def call(self, args: Args, context: Context) -> Json:
        """Send it; returns `ok`."""
        body, title = str(args["body"]), str(args.get("title", ""))
        try:
            async with asyncio.timeout(context.timeout):
                notifier = await asyncio.to_thread(_notifier, str(args["url"]))
                done, reason = await _notify(notifier, body, title)
        except TimeoutError:
            message = "notify.send: no answer in time"
            raise ActionError(Failure("timeout", message, open=True, retryable=True)) from None
        if not done:
            message = f"notify.send: not delivered{': ' if reason else ''}{reason}"
            raise ActionError(Failure("action", message, open=True))
        return {"ok": True}


def _notifier(url: str) -> Apprise:
    """Make a notifier, off the event loop: apprise imports its 150 services for the first."""
    # Only who uses it pays for the import.
    import apprise  # noqa: PLC0415

    notifier: Apprise = apprise.Apprise()
    if not notifier.add(url):
        raise refusal("notify.send: apprise does not know this kind of `url`")
    return notifier


async def _notify(notifier: Apprise, body: str, title: str) -> tuple[bool, str]:
    """Send it; returns whether it went well, and what apprise logged if not."""
    from apprise import LogCapture  # noqa: PLC0415 - as above

    capture = LogCapture(level=logging.WARNING, fmt="%(message)s")  # type: ignore[no-untyped-call]  # apprise has no types here
    with capture as log:
        done = await notifier.async_notify(body=body, title=title)
        return bool(done), excerpt(log.getvalue())

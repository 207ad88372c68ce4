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
    from apprise import Apprise, LogCapture

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
            "url", {"type": "string", "minLength": 1}, "The service, as apprise writes it", True
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
        # apprise knows 150 services and takes a while to import: only who uses it pays.
        import apprise  # noqa: PLC0415

        notifier: Apprise = apprise.Apprise()
        capture: LogCapture = apprise.LogCapture(  # type: ignore[no-untyped-call]  # apprise has no types here
            level=logging.WARNING, fmt="%(message)s"
        )
        with capture as log:
            if not notifier.add(str(args["url"])):
                raise refusal("notify.send: apprise does not know this kind of `url`")
            try:
                async with asyncio.timeout(context.timeout):
                    done = await notifier.async_notify(
                        body=str(args["body"]), title=str(args.get("title", ""))
                    )
            except TimeoutError:
                message = "notify.send: no answer in time"
                raise ActionError(Failure("timeout", message, open=True, retryable=True)) from None
            reason = excerpt(log.getvalue())
        if not done:
            message = f"notify.send: not delivered{': ' if reason else ''}{reason}"
            raise ActionError(Failure("action", message, open=True))
        return {"ok": True}

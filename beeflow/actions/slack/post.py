"""`slack.post`, through slack_sdk's clients and one session that all of them share."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from beeflow.actions.definition import Args, Context, DefinedAction
from beeflow.actions.failures import refusal
from beeflow.actions.slack.definition import POST
from beeflow.actions.slack.errors import answer_failure, named_error
from beeflow.actions.transport import transport_failure
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.actions.connections import Connections
    from beeflow.config.settings import Slack
    from beeflow.types import Json

_LABEL = "slack.post"
_OURS = ("text", "channel", "blocks", "thread_ts", "username", "icon_emoji")

# slack_sdk's own debug lines show the address of the webhook, which is a secret.
_QUIET = logging.getLogger("beeflow.slack")
_QUIET.setLevel(logging.WARNING)


class SlackPost(DefinedAction):
    """Posts once: slack_sdk's own retries are off, the engine decides on those."""

    definition = POST

    def __init__(self, session: aiohttp.ClientSession, connections: Connections) -> None:
        self._session = session
        self._connections = connections

    async def call(self, args: Args, context: Context) -> Json:
        """Post the message; returns `ok`, `ts`, `channel`."""
        connection = self._connections.slack(args.get("connection"))
        message = {name: args[name] for name in _OURS if args.get(name) is not None}
        send = self._by_webhook if connection.token is None else self._by_bot
        try:
            async with asyncio.timeout(context.timeout):
                return await send(connection, message)
        except SlackApiError as error:
            raise ActionError(_api_failure(error)) from None
        except (aiohttp.InvalidURL, SlackClientError, AttributeError) as error:
            # slack_sdk raises AttributeError where 200 is answered by something else than Slack.
            raise refusal(f"{_LABEL}: this is not Slack: {type(error).__name__}: {error}") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise ActionError(transport_failure(_LABEL, error)) from None

    async def _by_bot(self, connection: Slack, message: Mapping[str, Json]) -> Json:
        if "channel" not in message:
            raise refusal(
                f"{_LABEL} through the bot of `connections.{connection.name}` needs `channel`"
            )
        client = AsyncWebClient(
            token=self._connections.reveal(connection.token),
            base_url=connection.api_url,
            session=self._session,
            retry_handlers=[],
            logger=_QUIET,
        )
        client.proxy = None  # the session decides, and it obeys NO_PROXY
        answer = await client.api_call("chat.postMessage", json=dict(message))
        return {"ok": True, "ts": answer.get("ts"), "channel": answer.get("channel")}

    async def _by_webhook(self, connection: Slack, message: Mapping[str, Json]) -> Json:
        client = AsyncWebhookClient(
            self._connections.reveal(connection.url),
            session=self._session,
            retry_handlers=[],
            logger=_QUIET,
        )
        client.proxy = None  # the session decides, and it obeys NO_PROXY
        answer = await client.send_dict(dict(message))
        if answer.status_code != HTTPStatus.OK:
            raise ActionError(
                answer_failure(_LABEL, answer.status_code, answer.headers, answer.body)
            )
        return {"ok": True, "ts": None, "channel": None}


def _api_failure(error: SlackApiError) -> Failure:
    response = error.response
    if isinstance(response, aiohttp.ClientResponse):  # its body was no JSON
        return answer_failure(_LABEL, response.status, response.headers, "no JSON")
    data = response.data if isinstance(response.data, dict) else {}
    code = str(data.get("error", ""))
    if code:
        return named_error(_LABEL, code, response.status_code, response.headers)
    return answer_failure(_LABEL, response.status_code, response.headers, str(response.data))

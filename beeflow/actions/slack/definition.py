"""`slack.post` as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.actions.arguments import check_arguments
from beeflow.actions.definition import Args, Definition
from beeflow.actions.escaping import SLACK_MRKDWN
from beeflow.actions.parameter import Parameter

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST = 40_000
"""Characters after which Slack cuts a text ("Truncating content", its page on chat.postMessage)."""

MOST_BLOCKS = 50
"""Blocks that Slack takes in a message."""

PARAMETERS = (
    Parameter(
        "text",
        {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST,
            "x-allowed": f"allowed are 1 to {LONGEST} characters",
        },
        "The message, in Slack's mrkdwn; with `blocks` the text of the notification",
        escape=SLACK_MRKDWN,
    ),
    Parameter(
        "channel",
        {"type": "string", "minLength": 1},
        "The channel, such as #events; a bot needs it, a webhook has its own",
    ),
    Parameter(
        "blocks",
        {
            "type": "array",
            "items": {"type": "object"},
            "minItems": 1,
            "maxItems": MOST_BLOCKS,
            "x-allowed": f"allowed are 1 to {MOST_BLOCKS} mappings",
        },
        "Block Kit blocks",
        escape=SLACK_MRKDWN,
    ),
    Parameter("thread_ts", {"type": "string"}, "The `ts` of the message to answer in its thread"),
    Parameter("username", {"type": "string"}, "The name to post as, where Slack allows it"),
    Parameter("icon_emoji", {"type": "string"}, "The picture to post with, such as :bee:"),
    Parameter(
        "connection", {"type": "string", "default": "slack"}, "A connection of the configuration"
    ),
    Parameter(
        "raw",
        {"type": "boolean", "default": False},
        "Whether what templates put into `text` and `blocks` is left as it is, unescaped",
    ),
)


def check(args: Args, opaque: Collection[str] = ()) -> list[str]:
    """Say what is wrong with the arguments."""
    problems = check_arguments(PARAMETERS, args, opaque)
    if not any(name in args or name in opaque for name in ("text", "blocks")):
        problems.append("`text` is missing: the message to post (or give `blocks`)")
    return problems


POST = Definition(
    name="slack.post",
    summary="Post a message to Slack",
    description=(
        "Through the incoming webhook (`url`) or the bot (`token`) of the connection. What "
        "templates put into the text is escaped, so that no viewer can mention @channel."
    ),
    effect="once",
    parameters=PARAMETERS,
    sample={"ok": True, "ts": "1745786454.000100", "channel": "C0123456789"},
    answer={
        "type": "object",
        "properties": {
            "ok": {"type": "boolean"},
            "ts": {
                "type": ["string", "null"],
                "description": "The message's id, for `thread_ts`; null through a webhook",
            },
            "channel": {
                "type": ["string", "null"],
                "description": "The channel's id; null through a webhook",
            },
        },
    },
    check_with=check,
)

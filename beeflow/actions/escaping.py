"""How text that a template put into a parameter is escaped, by the name a `Parameter` gives.

Only what was interpolated is escaped, never what the recipe itself says: a recipe may write
`*{{ name }}*` or `<https://…|here>`, and a viewer called `<!channel>` alarms nobody.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SLACK_MRKDWN = "slack-mrkdwn"

_SLACK = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def slack_mrkdwn(text: str) -> str:
    """Escape the three characters that Slack gives a meaning: `&`, `<` and `>`."""
    return text.translate(_SLACK)


ESCAPES: Mapping[str, Callable[[str], str]] = MappingProxyType({SLACK_MRKDWN: slack_mrkdwn})
"""All ways of escaping, by name."""

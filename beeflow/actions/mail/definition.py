"""`email.send` as data, and what no JSON Schema says of its arguments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beeflow.actions.arguments import check_arguments
from beeflow.actions.definition import Args, Definition
from beeflow.actions.parameter import Parameter
from beeflow.config.mail_address import check_address

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from beeflow.types import Json

MOST = 1000
"""Recipients of one call."""

_LONGEST_SUBJECT = 900
_BREAK = r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]"
_ADDRESSES = ("to", "cc", "bcc", "reply_to")


def _addresses(name: str, description: str, *, required: bool = False) -> Parameter:
    schema: dict[str, Json] = {
        "type": ["string", "array"],
        "items": {"type": "string"},
        "minItems": 1 if required else 0,
        "maxItems": MOST,
        "x-allowed": f"allowed: an address, or a list of at most {MOST} of them",
    }
    return Parameter(name, schema, description, required)


PARAMETERS = (
    _addresses("to", "The recipients; each gets a mail of its own", required=True),
    _addresses("cc", "Shown in every mail; they get a copy of the first"),
    _addresses("bcc", "Shown in none; they get a copy of the first"),
    _addresses("reply_to", "Where answers go"),
    Parameter(
        "subject",
        {
            "type": "string",
            "maxLength": _LONGEST_SUBJECT,
            "x-allowed": f"at most {_LONGEST_SUBJECT} characters are allowed",
        },
        "The subject, on one line",
        required=True,
    ),
    Parameter("text", {"type": "string"}, "The body as plain text"),
    Parameter(
        "html", {"type": "string"}, "The body as HTML; with `text` beside it, the reader chooses"
    ),
    Parameter(
        "connection", {"type": "string", "default": "smtp"}, "A connection of the configuration"
    ),
)


def check(args: Args, opaque: Collection[str] = ()) -> list[str]:
    """Say what is wrong with the arguments."""
    problems = check_arguments(PARAMETERS, args, opaque)
    if not any(name in args or name in opaque for name in ("text", "html")):
        problems.append("`text` is missing: the body of the mail (or give `html`)")
    if problems:
        return problems
    for name in _ADDRESSES:
        if name not in opaque:
            problems += _address_problems(name, args.get(name))
    if "subject" not in opaque and re.search(_BREAK, str(args["subject"])):
        problems.append("`subject` has a line break or control character; it must be one line")
    return problems


def listed(value: Json) -> list[str]:
    """Return one address or a list of them as a list; empty texts are left out."""
    items = value if isinstance(value, list) else [value]
    return [str(item) for item in items if item not in {None, ""}]


def _address_problems(name: str, value: Json) -> Iterator[str]:
    if name == "to" and not listed(value):
        yield "`to` is empty: it needs at least one address"
    for text in listed(value):
        try:
            check_address(text)
        except ValueError as error:
            yield f"`{name}`: {error}"


SEND = Definition(
    name="email.send",
    summary="Send a mail to one or more recipients",
    description=(
        "Each recipient of `to` gets a mail of its own. Where some were sent and others refused, "
        "the step's outcome is open, and the error's detail lists both."
    ),
    effect="once",
    parameters=PARAMETERS,
    sample={"message_ids": ["<0a1b2c3d4e5f@example.com>"]},
    answer={
        "type": "object",
        "properties": {
            "message_ids": {
                "type": "array",
                "items": {"type": "string"},
                "description": "The Message-ID of each mail, in the order of `to`",
            }
        },
    },
    check_with=check,
)

"""The mails that one call sends: composed before a connection is made."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

import msgspec

from beeflow import __version__
from beeflow.actions.failures import refusal
from beeflow.actions.mail.definition import listed
from beeflow.actions.mail.proof import Meaning, differences
from beeflow.config.mail_address import MailAddress, check_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beeflow.actions.definition import Args, Context
    from beeflow.types import Json


class Mail(msgspec.Struct, frozen=True):
    """A mail for `to`: its recipients on the envelope, and its Message-ID."""

    to: str
    envelope: tuple[str, ...]
    message_id: str
    message: EmailMessage


def compose(args: Args, sender: str, context: Context) -> list[Mail]:
    """Return a mail for each recipient; arguments and sender must have been checked.

    Raises `ActionError` for a mail that would be read otherwise than it is meant.

    Whoever is named twice gets one mail. `cc` and `bcc` stand on the envelope of the first
    only. The Message-ID is made of run, step and recipient, so that a mail sent again after an
    unknown outcome is the same mail to whoever received the first.
    """
    origin = check_address(sender)
    to = _unique(args.get("to"))
    own = {recipient.spec for recipient in to}
    also = [*_unique(args.get("cc")), *_unique(args.get("bcc"))]
    copies = [copy.spec for copy in also if copy.spec not in own]
    mails: list[Mail] = []
    for index, recipient in enumerate(to):
        message_id = _message_id(context, recipient, origin.domain)
        message = _proved(args, origin, recipient, message_id)
        envelope = tuple(dict.fromkeys([recipient.spec, *(copies if index == 0 else ())]))
        mails.append(Mail(recipient.spec, envelope, message_id, message))
    return mails


def _proved(args: Args, origin: MailAddress, to: MailAddress, message_id: str) -> EmailMessage:
    message = _message(args, origin, to, message_id)
    wrong = differences(message, _meaning(args, origin, to))
    if wrong:
        raise refusal(
            f"email.send: the mail to {to.spec} would not be read as it is meant, in "
            f"{', '.join(wrong)}; nothing was sent"
        )
    return message


def _meaning(args: Args, origin: MailAddress, to: MailAddress) -> Meaning:
    also = {"Cc": args.get("cc"), "Reply-To": args.get("reply_to")}
    addresses = {name: [one.spec for one in _unique(value)] for name, value in also.items()}
    bodies = {"plain": args.get("text"), "html": args.get("html")}
    return Meaning(
        _unencoded(str(args["subject"])),
        {"From": [origin.spec], "To": [to.spec], **addresses},
        {kind: _clean(str(text)) for kind, text in bodies.items() if text is not None},
    )


def _message(args: Args, origin: MailAddress, to: MailAddress, message_id: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = _header(origin)
    message["To"] = _header(to)
    for name, key in (("Cc", "cc"), ("Reply-To", "reply_to")):
        addresses = _unique(args.get(key))
        if addresses:
            message[name] = [_header(address) for address in addresses]
    message["Subject"] = _unencoded(str(args["subject"]))
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Mailer"] = f"beeflow {__version__}"
    _add_body(message, args)
    return message


def _add_body(message: EmailMessage, args: Args) -> None:
    text, html = args.get("text"), args.get("html")
    if text is not None:
        message.set_content(_clean(str(text)))
    if html is not None and text is not None:
        message.add_alternative(_clean(str(html)), subtype="html")
    elif html is not None:
        message.set_content(_clean(str(html)), subtype="html")


def _clean(text: str) -> str:
    """Return text that can be sent: half a surrogate pair has no bytes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _unencoded(text: str) -> str:
    """Return text for a header that nobody takes for an encoded word (RFC 2047).

    Decoded by a reader, such a word could hold anything, also a line break and a header.
    """
    return _clean(text.strip()).replace("=?", "= ?")


def _header(address: MailAddress) -> Address:
    local, _, domain = address.spec.rpartition("@")
    return Address(_unencoded(address.name), local, domain)


def _unique(value: Json) -> Sequence[MailAddress]:
    found: dict[str, MailAddress] = {}
    for text in listed(value):
        address = check_address(text)
        found.setdefault(address.spec, address)
    return list(found.values())


def _message_id(context: Context, recipient: MailAddress, domain: str) -> str:
    source = f"{context.run}\0{context.path}\0{recipient.spec}"
    return f"<{hashlib.sha256(source.encode()).hexdigest()[:32]}@{domain}>"

"""The last look at a mail: what is sent is read again, and must be what was meant.

Whatever a viewer typed may be in a subject or a name. Were it ever to become a header, another
recipient or another text on its way through the serialisation, the mail is not sent.
"""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Meaning(msgspec.Struct, frozen=True):
    """What a mail is to say: subject, addresses by header, bodies by subtype."""

    subject: str
    addresses: Mapping[str, Sequence[str]]
    bodies: Mapping[str, str]


def differences(message: EmailMessage, meaning: Meaning) -> list[str]:
    """Return what a reader of the serialised message would see otherwise, by name."""
    read = message_from_bytes(message.as_bytes(), _class=EmailMessage, policy=SMTP)
    found = [] if read.keys() == message.keys() else ["the headers"]
    if _unspaced(str(read["Subject"])) != _unspaced(meaning.subject):
        found.append("`Subject`")
    found += [
        f"`{name}`" for name, wanted in meaning.addresses.items() if _specs(read, name) != wanted
    ]
    return found + [f"the {kind} body" for kind in _other_bodies(read, meaning)]


def _specs(read: EmailMessage, name: str) -> list[str]:
    header: Any = read[name]
    return [] if header is None else [one.addr_spec for one in header.addresses]


def _other_bodies(read: EmailMessage, meaning: Meaning) -> Iterator[str]:
    parts = [part for part in read.walk() if not part.is_multipart()]
    kinds = [part.get_content_subtype() for part in parts]
    if kinds != list(meaning.bodies):
        yield "multipart"
        return
    for part, (kind, text) in zip(parts, meaning.bodies.items(), strict=True):
        if _lines(part.get_content()) != _lines(text):
            yield kind


def _unspaced(text: str) -> str:
    """Return text without white space: folding a header may add some, or lose it."""
    return "".join(text.split())


def _lines(text: str) -> str:
    """Return text with the line ends of a mail evened out."""
    return text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")

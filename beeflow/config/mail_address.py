"""One mail address, as `from` and the recipients of a mail are written."""

from __future__ import annotations

import re

import msgspec

_LONGEST = 320
_LONGEST_SHOWN = 80
_NAMED = r'\s*(?:"(?P<quoted>[^"\\]*)"|(?P<name>[^<>"]*?))\s*<(?P<spec>[^<>]*)>\s*'
_SPEC = r"(?P<local>[^\s@<>()\[\]\\,;:\"]{1,64})@(?P<domain>[^\s@<>()\\,;:\"]{1,255})"
_CONTROL = r"[\x00-\x1f\x7f\u2028\u2029]"
_LABEL = r"(?ai)(?!-)[a-z0-9_-]{1,63}(?<!-)"
_LITERAL = r"\[[0-9a-fA-F.:]+\]|\[IPv6:[0-9a-fA-F.:]+\]"


class MailAddress(msgspec.Struct, frozen=True):
    """A name (may be empty) and an address, its domain in ASCII."""

    name: str
    spec: str

    @property
    def domain(self) -> str:
        """What stands behind the `@`."""
        return self.spec.rpartition("@")[2]


def check_address(text: str) -> MailAddress:
    """Read `a@b.example` or `Name <a@b.example>`. Raises `ValueError` with the mend.

    Exactly one address: line breaks and lists of addresses are refused, so that nothing a
    viewer typed can add a header or a recipient.
    """
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    if re.search(_CONTROL, text) or len(text) > _LONGEST:
        raise ValueError(
            f"{shown!r} is not one mail address: it holds a control character or is too long"
        )
    named = re.fullmatch(_NAMED, text)
    spec = re.fullmatch(_SPEC, (named["spec"] if named else text).strip())
    if spec is None:
        raise ValueError(
            f"`{shown}` is not one mail address: write it as ada@example.com or "
            "Ada <ada@example.com>, and several as a list"
        )
    name = ((named["quoted"] or named["name"] or "") if named else "").strip()
    return MailAddress(name, f"{spec['local']}@{_ascii_domain(spec['domain'], shown)}")


def _ascii_domain(domain: str, shown: str) -> str:
    if re.fullmatch(_LITERAL, domain):
        return domain
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = ""
    labels = ascii_domain.removesuffix(".").split(".")
    if not all(re.fullmatch(_LABEL, label) for label in labels):
        raise ValueError(f"`{shown}` is not one mail address: `{domain}` is not a domain")
    return ascii_domain

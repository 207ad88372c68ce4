"""The forms in which a value may stand in a text: as others write it who send it back.

There is no one way to write a value in an address, in JSON or in HTML. Which signs are escaped, and
whether with capitals, is up to the library that does it: those of browsers, Go, .NET, PHP and
Python are told apart here.
"""

from __future__ import annotations

import base64
import html
import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST_BASE64: Final = 8

_PERCENT: Final = re.compile(r"%[0-9A-F]{2}")
_COMPONENT: Final = "!'()*"
"""What `encodeURIComponent` leaves as it is, and Python does not; a form of a browser: `*`."""
_ADDRESS: Final = ";,/?:@&=+$#" + _COMPONENT
"""What `encodeURI` leaves."""
_KEPT_BY_NET: Final = frozenset(" !#$%()*,-./:;=?@[]^_{|}~")
_IN_SCRIPTS: Final = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


def forms_of(value: str) -> set[str]:
    """Return all forms of a value, also as each of them stands within JSON."""
    forms = {*as_json(value), *_as_other_json(value), *_as_html(value), *_in_base64(value)}
    addressed = set(_in_address(value))
    addressed |= {_with_small_letters(form) for form in addressed}
    # An address within an address has its percent signs escaped once more.
    forms |= addressed | {form.replace("%", "%25") for form in addressed}
    return forms | {json.dumps(form, ensure_ascii=False)[1:-1] for form in forms}


def as_json(value: str) -> tuple[str, str, str]:
    """Return a value as it is, and as it stands in JSON."""
    return value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]


def _as_other_json(value: str) -> Iterator[str]:
    _, escaped, plain = as_json(value)
    yield escaped.replace("/", "\\/")  # PHP
    yield plain.replace("/", "\\/")
    yield plain.translate(_IN_SCRIPTS)  # Go, Rails
    yield "".join(map(_by_net, value))


def _by_net(sign: str) -> str:
    if sign == "\\":
        return "\\\\"
    if sign in _KEPT_BY_NET or (sign.isascii() and sign.isalnum()):
        return sign
    if sign in "\b\t\n\f\r":
        return json.dumps(sign)[1:-1]
    units = sign.encode("utf-16-be", "surrogatepass").hex().upper()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def _in_address(value: str) -> Iterator[str]:
    for safe in ("", "/", _COMPONENT, _ADDRESS):
        yield quote(value, safe=safe, errors="surrogatepass")
    for safe in ("", "*"):
        yield quote_plus(value, safe=safe, errors="surrogatepass")


def _with_small_letters(form: str) -> str:
    return _PERCENT.sub(lambda found: found[0].lower(), form)


def _as_html(value: str) -> Iterator[str]:
    bare = html.escape(value, quote=False)
    yield bare
    yield html.escape(value)
    yield bare.replace('"', "&#34;").replace("'", "&#39;")
    yield bare.replace('"', "&quot;").replace("'", "&#039;")


def _in_base64(value: str) -> Iterator[str]:
    raw = value.encode("utf-8", "surrogatepass")
    for shift in range(3):
        inner = _base64_inside(raw, shift)
        if len(inner) >= SHORTEST_BASE64:
            yield inner
            yield inner.replace("+", "-").replace("/", "_")
            for safe in ("", "/"):  # as in the address of a request
                yield quote(inner, safe=safe)
                yield _with_small_letters(quote(inner, safe=safe))


def _base64_inside(raw: bytes, shift: int) -> str:
    """Return the characters of an encoding that `raw` alone decides, `shift` bytes into it."""
    encoded = base64.b64encode(b"\0" * shift + raw).decode("ascii").rstrip("=")
    bits = 8 * (shift + len(raw))
    return encoded[-(-8 * shift // 6) : bits // 6]

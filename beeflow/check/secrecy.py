"""What secrets look like when somebody writes one down, and hiding them in what is shown.

Shapes that tell themselves (a token of Slack, a key of AWS, a password in an address) are looked
for in the whole text of a file, its comments too, and also where it is not YAML.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec
import re2
from msgspec.structs import replace

from beeflow.recipe.document import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from beeflow.recipe.problem import Span


class Shape(msgspec.Struct, frozen=True):
    """A kind of secret: what people call it, a name for it, and what it looks like.

    The group `mark` of the pattern is what is marked, any other group what must not be seen;
    without them, the secret is all of it, and `mark` is the secret.
    """

    title: str
    name: str
    pattern: str
    hint: str
    """A pattern of a part that it has. All of these are looked for first, and at once."""


SHAPES: Final = (
    Shape(
        "a Slack token",
        "SLACK_TOKEN",
        r"\bx(?:ox[abeoprs]|app)-(?=[A-Za-z-]{0,40}\d)[0-9A-Za-z-]{10,}",
        r"xox[abeoprs]-|xapp-",
    ),
    Shape(
        "the address of a Slack webhook",
        "SLACK_URL",
        r"(?P<mark>https://hooks\.slack(?:-gov)?\.com/\w+/(?P<secret>[\w/-]{12,}))",
        r"hooks\.slack",
    ),
    Shape(
        "the address of a Discord webhook",
        "DISCORD_URL",
        r"(?P<mark>https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/(?P<secret>\d+/[\w-]{20,}))",
        "/api/webhooks/",
    ),
    Shape(
        "the address of a Teams webhook",
        "TEAMS_URL",
        r"(?P<mark>https://[\w-]+\.webhook\.office\.com/webhookb2/(?P<secret>[\w@/-]{20,}))",
        r"webhook\.office\.com",
    ),
    Shape("an access key of AWS", "AWS_KEY", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", "AKIA|ASIA"),
    Shape(
        "a GitHub token",
        "GITHUB_TOKEN",
        r"\b(?:gh[opsur]_[0-9A-Za-z]{36,}|github_pat_\w{40,})",
        "gh[opsur]_|github_pat_",
    ),
    Shape("a Google API key", "GOOGLE_KEY", r"\bAIza[\w-]{35}", "AIza"),
    Shape(
        "a Stripe key",
        "STRIPE_KEY",
        r"\b(?:[rs]k_(?:live|test)_[0-9A-Za-z]{16,}|whsec_[0-9A-Za-z+/=]{24,})",
        "[rs]k_(?:live|test)_|whsec_",
    ),
    Shape("a SendGrid key", "SENDGRID_KEY", r"\bSG\.[\w-]{16,}\.[\w-]{16,}", r"SG\."),
    Shape("an API key", "API_KEY", r"\bsk-(?:[a-z]+-)?[0-9A-Za-z_-]{32,}", "sk-"),
    Shape(
        "a GitLab token",
        "GITLAB_TOKEN",
        r"\bgl(?:pat|dt|rt|cbt|ptt)-[\w-]{20,}",
        "gl(?:pat|dt|rt|cbt|ptt)-",
    ),
    Shape(
        "a token",
        "TOKEN",
        r"\b(?:npm_[0-9A-Za-z]{36}|pypi-[\w-]{50,}|do[opr]_v1_[0-9a-f]{40,}|lin_api_[0-9A-Za-z]{30,}"
        r"|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|hf_[A-Za-z]{30,}|(?:secret|ntn)_[0-9A-Za-z]{40,}"
        r"|pat[0-9A-Za-z]{14}\.[0-9a-f]{64}|SK[0-9a-f]{32}|key-[0-9a-f]{32}"
        r"|[0-9a-f]{32}-us[0-9]{1,2})\b",
        r"npm_|pypi-|do[opr]_v1_|lin_api_|shp(?:at|ca|pa|ss)_|hf_|secret_|ntn_|pat[0-9A-Za-z]{9}"
        r"|SK[0-9a-f]{4}|key-[0-9a-f]{4}|[0-9a-f]{4}-us[0-9]",
    ),
    Shape(
        "the address of a hook",
        "HOOK_URL",
        r"(?P<mark>https://(?:hooks\.zapier\.com/hooks/catch/(?P<zapier>\d+/\w+)"
        r"|hook\.\w+\.make\.com/(?P<make>[0-9a-z]{20,})|maker\.ifttt\.com/[\w/]{1,80}/key/"
        r"(?P<ifttt>[\w-]{15,})|[\w.-]{1,80}\.azurewebsites\.net/[^\s?\"'{}]{1,200}\?code="
        r"(?P<azure>[^\s&\"'{}]{20,})|api\.telegram\.org/bot(?P<telegram>\d{6,}:[\w-]{20,})))",
        r"hooks\.zapier\.com|\.make\.com|maker\.ifttt\.com|azurewebsites\.net|api\.telegram\.org",
    ),
    Shape(
        "a JSON web token",
        "TOKEN",
        r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
        "eyJ",
    ),
    Shape(
        "a private key",
        "PRIVATE_KEY",
        r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?"
        r"(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|\Z)",
        "PRIVATE KEY",
    ),
    Shape(
        "a credential",
        "AUTHORIZATION",
        r"(?i:\bauthorization[\"']?\s*:\s*[\"']?(?:basic|bearer)\s+)"
        r"(?P<secret>[0-9A-Za-z+/=._~-]{8,})",
        "uthorization",
    ),
    Shape(
        "a notification address with a token",
        "NOTIFY_URL",
        r"(?P<mark>\b(?:tgram|discord|slack|msteams|pover|pbul|mailgun|sendgrid|twilio)://"
        r"(?P<secret>[^\s\"'{}<>,]{16,}))",
        "(?:tgram|discord|slack|msteams|pover|pbul|mailgun|sendgrid|twilio)://",
    ),
    Shape(
        "a password in the address (user:password@host)",
        "PASSWORD",
        r"\b[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s/:@\"'{}<>,]*:(?P<secret>[^\s/@\"'{}<>,]+)@",
        r"://[^\s/:@\"'{}<>,]*:",
    ),
    Shape(
        "a token in an address",
        "TOKEN",
        r"[?&](?:access_token|auth_token|api_?key|token|(?:client_)?secret|sig|signature|password|pwd"
        r"|subscription-key|jwt)="
        r"(?P<secret>[^\s&\"'{}<>#,]{8,})",
        "[?&](?:access_token|auth_token|api_?key|token|(?:client_)?secret|sig|signature|password|pwd"
        "|subscription-key|jwt)=",
    ),
)


_PLACEHOLDER: Final = (
    r"(?i)\*{3}|\.{3}|…|^<|\byour\b|placeholder|redacted|^secret:|change[-_ ]?me|^x+$"
)
_TURN: Final = re.compile(r"[0-9](?=[A-Za-z])|[A-Za-z](?=[0-9])")
"""Where a digit follows a letter, or a letter a digit."""

_UUID: Final = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What names a thing and opens none."""

_LONG: Final = 16
_TURNS: Final = 4
_VARIED: Final = 8
"""Characters, turns, and different characters that what a machine made has at least."""


class Written(msgspec.Struct, frozen=True):
    """A secret that stands in a file: what is marked, and what must not be seen."""

    span: Span
    hidden: Span
    title: str
    name: str


@cache
def _hints() -> re2.Set:
    """Return the hints of all shapes, which are looked for in one go."""
    hints = re2.Set.SearchSet()
    for shape in SHAPES:
        hints.Add(shape.hint)
    hints.Compile()
    return hints


def written_secrets(source: Source) -> Iterator[Written]:
    """Yield the secrets in a text that tell themselves by their shape, each once."""
    likely = _hints().Match(source.text.encode("utf-8", "replace"))
    taken = bytearray(len(source.text) if likely else 0)
    for at in sorted(likely or ()):
        shape = SHAPES[at]
        pattern = re.compile(shape.pattern)
        for found in pattern.finditer(source.text):
            secret = _secret(found)
            mark = found.span("mark") if "mark" in pattern.groupindex else secret
            if is_placeholder(source.text[slice(*secret)]):
                continue
            if not any(taken[slice(*mark)]):
                taken[slice(*mark)] = b"\1" * (mark[1] - mark[0])
                yield Written(source.span(*mark), source.span(*secret), shape.title, shape.name)


def _secret(found: re.Match[str]) -> tuple[int, int]:
    """Return what must not be seen of a match: the group that has it, or all."""
    groups = [name for name, text in found.groupdict().items() if text and name != "mark"]
    return found.span(groups[0] if groups else 0)


def is_placeholder(text: str) -> bool:
    """Return whether a value only stands for a secret, as in an example."""
    return re.search(_PLACEHOLDER, text) is not None


def looks_random(text: str) -> bool:
    """Return whether a part of a value was made by a machine: long, digits and letters mixed."""
    return any(
        len(word) >= _LONG
        and not _UUID.fullmatch(word)
        and len(_TURN.findall(word)) >= _TURNS
        and len(set(word)) >= _VARIED
        for word in text.split()
    )


# --- hiding ----------------------------------------------------------------------------------

_STARS: Final = "***"
_SHOWN: Final = re.compile(r"[^\r\n]")
_TELLING: Final = 6
"""Characters of a secret that must not be seen in a row."""


def hide_in(source: Source, spans: Iterable[Span]) -> Source:
    """Return a text in which spans are stars, each character one, so that places stay."""
    hidden = [(span.start, span.end) for span in spans]
    text = _starred(source.text, hidden)
    if source.written is None:
        return replace(source, text=text)
    places = [(source.place(start), source.place(end)) for start, end in hidden]
    whole = written_secrets(Source(source.path, source.written))
    places += [(one.hidden.start, one.hidden.end) for one in whole]
    return replace(source, text=text, written=_starred(source.written, places))


def _starred(text: str, places: Iterable[tuple[int, int]]) -> str:
    parts, done = [], 0
    for start, end in sorted(places):
        begin = max(start, done)
        parts += [text[done:begin], _SHOWN.sub("*", text[begin:end])]
        done = max(begin, end)
    return "".join((*parts, text[done:]))


def telling(secrets: Iterable[str], texts: Iterable[str]) -> tuple[str, ...]:
    """Return those of many secrets that `hide` may find in some texts."""
    whole = "\n".join(texts)
    heads = {whole[at : at + _TELLING] for at in range(len(whole))}
    return tuple(
        one
        for one in secrets
        if (f":{one}@" in whole if len(one) < _TELLING else one[:_TELLING] in heads)
    )


def hide(text: str, secrets: Iterable[str]) -> str:
    """Return a message without secrets, nor the beginnings of such that it was cut to."""
    for secret in secrets:
        if len(secret) < _TELLING:
            text = text.replace(f":{secret}@", f":{_STARS}@")
            continue
        at = text.find(secret[:_TELLING])
        while at >= 0:
            end = at + _TELLING
            while end < len(text) and secret.startswith(text[at : end + 1]):
                end += 1
            text = text[:at] + _STARS + text[end:]
            at = text.find(secret[:_TELLING], at + len(_STARS))
    return text

"""`private-address`: a request to an address that is not public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.check.addresses import host_of, is_local, is_private
from beeflow.check.rule import Rule
from beeflow.check.signatures import signature_of
from beeflow.recipe.document import ScalarNode, locate
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beeflow.check.calls import Called
    from beeflow.check.facts import Facts, Parameter
    from beeflow.check.subject import Subject
    from beeflow.recipe.problem import Severity

_MEND: Final = "list its network under `http.allow_private` in the configuration"
_REACHED: Final[Mapping[str, tuple[str, Severity, str]]] = {
    "guarded": ("{} does not reach it", "error", f"use a public address, or {_MEND}"),
    "platform": ("BeeStreamed cannot reach it", "error", "use an address that the internet knows"),
    "own": ("only this machine's network has it", "warning", f"if that is meant, {_MEND}"),
}
"""By `x-address` of a parameter's schema, who connects to it: what follows, how sure, the mend."""


def look(subject: Subject, facts: Facts) -> Iterator[Problem]:
    """Find addresses whose host is written out and private."""
    for one in subject.calls:
        for parameter in signature_of(one.action).addresses if one.action else ():
            if parameter.schema["x-address"] in _REACHED and parameter.name in one.call.args:
                yield from _in(subject, facts, one, parameter)


def _in(subject: Subject, facts: Facts, one: Called, parameter: Parameter) -> Iterator[Problem]:
    value = one.given.child(parameter.name) if one.given else None
    node = value.node if value else None
    if value is None or not isinstance(node, ScalarNode):
        return
    host, who = host_of(node.text), parameter.schema["x-address"]
    allowed = () if who == "platform" else facts.networks
    if host is None or allowed is None:
        return
    why, severity, mend = _REACHED[who]
    what = "is not a public address"
    if not is_private(host[0], allowed):
        # What a local name means only its network tells; where any is allowed, it may be that one.
        if who == "own" or allowed or not is_local(host[0]):
            return
        what, severity = "is most likely a name in a network of one's own", "warning"
    yield Problem(
        "private-address",
        f"`{host[0]}` {what}: {why.format(one.call.action)}",
        locate(subject.document.source, node, host[1], len(host[0])),
        severity,
        help=mend,
        path=value.path,
    )


RULE = Rule(
    "private-address",
    "A request goes to an address of a private network, of this machine, or of a cloud's "
    "metadata. `http.request` refuses to connect there unless `http.allow_private` in the "
    "configuration lists the network, and BeeStreamed cannot reach it at all. A warning for "
    "`notify.send`, which does connect, and for names of one word or with an ending such as "
    "`.local`, `.internal` or `.lan`: only the network knows what they mean.",
    "- action: http.request\n  with: {url: http://192.168.1.20/lights, method: POST}",
    "- action: http.request\n  with: {url: https://lights.example.com/, method: POST}",
    look,
)

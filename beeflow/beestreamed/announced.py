"""Which webhooks a change sends, and what they then say: `x-webhooks` of the API description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Announced(msgspec.Struct, frozen=True):
    """A webhook that a call sends once it has changed something.

    `when` names parameters: it is sent only where one of them is given; empty: always. `about`
    maps dotted paths in its payload to the parameters that say what is changed, `shows` to those
    that say to what. `keys` is the path of a list in the payload that names the fields of `shows`
    that changed, None where there is none.
    """

    type: str
    when: tuple[str, ...] = ()
    about: Mapping[str, str] = msgspec.field(default_factory=dict)
    shows: Mapping[str, str] = msgspec.field(default_factory=dict)
    keys: str | None = None

    def sent_with(self, given: Collection[str]) -> bool:
        """Return whether a call with these parameters sends it."""
        return not self.when or any(name in given for name in self.when)

    def only(self, parameters: Collection[str]) -> Announced:
        """Return it as a call sends it that has no other parameters, and sends it with any."""
        about, shows = (
            {path: name for path, name in said.items() if name in parameters}
            for said in (self.about, self.shows)
        )
        return replace(self, when=self.when or tuple(parameters), about=about, shows=shows)


def read_announced(said: Mapping[str, Any]) -> tuple[Announced, ...]:
    """Return what `x-webhooks` says, by the type of the webhook."""
    return tuple(
        Announced(
            type_,
            tuple(how.get("when", ())),
            how.get("about", {}),
            how.get("shows", {}),
            how.get("keys"),
        )
        for type_, how in said.items()
    )

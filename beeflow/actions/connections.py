"""The connections of the configuration, as actions ask for them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Protocol, TypeVar

from beeflow.actions.failures import refusal
from beeflow.config.settings import Connection, Slack, Smtp
from beeflow.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.config.credential import Credential
    from beeflow.types import Json

Kind = TypeVar("Kind", Slack, Smtp)

_EXAMPLES = {
    "slack": "{url: secret:SLACK_URL}",
    "smtp": "{host: …, from: …}",
}


class Lookup(Protocol):
    """Finds secrets by name."""

    def get(self, name: str) -> str | None:
        """Return a secret's value, None where there is none."""
        ...


class Connections:
    """Finds connections by name and reveals their credentials, at each call anew."""

    def __init__(self, connections: Mapping[str, Connection], secrets: Lookup) -> None:
        self._connections = connections
        self._secrets = secrets

    def slack(self, name: Json) -> Slack:
        """Return a connection to Slack; the one called `slack` where none is named."""
        return self._find("slack", name, Slack)

    def smtp(self, name: Json) -> Smtp:
        """Return a mail server; the one called `smtp` where none is named."""
        return self._find("smtp", name, Smtp)

    def reveal(self, credential: Credential | None) -> str:
        """Return a credential's value. Raises `ActionError` with the mend."""
        if credential is None:
            return ""
        try:
            return credential.reveal(self._secrets)
        except ConfigError as error:
            raise refusal(str(error)) from None

    def _find(self, kind: str, named: Json, wanted: type[Kind]) -> Kind:
        name = kind if named is None else str(named)
        found = self._connections.get(name)
        if isinstance(found, wanted):
            return found
        if found is not None:
            raise refusal(f"the connection `{name}` is not of the kind {kind}")
        known = [key for key, value in self._connections.items() if isinstance(value, wanted)]
        close = difflib.get_close_matches(name, known, n=1)
        mend = f"did you mean `{close[0]}`?" if close else self._how_to_add(kind, name)
        raise refusal(f"there is no connection `{name}`: {mend}")

    @staticmethod
    def _how_to_add(kind: str, name: str) -> str:
        inner = _EXAMPLES[kind] if name == kind else f"{{kind: {kind}, …}}"
        return f"add `connections.{name}: {inner}` to the configuration"

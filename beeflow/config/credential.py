"""A value that nobody may see: written out in the configuration, or the name of a secret."""

from __future__ import annotations

from typing import Protocol

import msgspec

from beeflow.errors import ConfigError

PREFIX = "secret:"
"""What a value begins with that is to be looked up as a secret."""


class Lookup(Protocol):
    """Finds secrets by name."""

    def get(self, name: str) -> str | None:
        """Return a secret's value, None where there is none."""
        ...


class Credential(msgspec.Struct, frozen=True):
    """The value of the configuration key `key`: `text` as it was written there."""

    key: str
    text: str

    def __repr__(self) -> str:
        """Tell the key alone."""
        return f"Credential(key={self.key!r})"

    @property
    def secret(self) -> str | None:
        """The name of the secret it refers to, None where the value itself is written."""
        return self.text.removeprefix(PREFIX) if self.text.startswith(PREFIX) else None

    def reveal(self, secrets: Lookup) -> str:
        """Return the value. Raises `ConfigError` naming the key and the mend."""
        name = self.secret
        if name is None:
            return self.text
        value = secrets.get(name)
        if value is None:
            raise ConfigError(f"`{self.key}` needs the secret {name}: {how_to_give(name)}")
        return value


def how_to_give(name: str) -> str:
    """Say how a missing secret is given."""
    return f"set BEEFLOW_SECRET_{name}, or put a file {name} into the folder `secrets.dir`"

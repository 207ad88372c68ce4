"""The settings as the rest of beeflow sees them: frozen, complete, every default filled in."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.config.credential import Credential

Network: TypeAlias = IPv4Network | IPv6Network

SessionPlace: TypeAlias = Literal["basic", "header", "query"]

LogFormat: TypeAlias = Literal["auto", "text", "json"]

LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]

Tls: TypeAlias = Literal["auto", "starttls", "tls", "none"]


class Platform(msgspec.Struct, frozen=True):
    """The BeeStreamed API.

    `rate_limit` is the most calls in any 60 seconds; None: what the platform documents, with or
    without a token. How a session key travels is not documented, so `session_place` says.
    """

    url: str = "https://api.beestreamed.com"
    token_id: Credential | None = None
    secret_key: Credential | None = None
    session_key: Credential | None = None
    session_place: SessionPlace = "basic"
    rate_limit: int | None = None


class Source(msgspec.Struct, frozen=True):
    """A webhook made in the Manage Panel, received at `/hooks/<name>`; any secret may sign."""

    name: str
    secrets: tuple[Credential, ...]


class Server(msgspec.Struct, frozen=True):
    """Where the daemon listens. `hosts` are the names allowed behind a proxy."""

    host: str = "127.0.0.1"
    port: int = 8080
    password: Credential | None = None
    hosts: tuple[str, ...] = ()


class JournalConfig(msgspec.Struct, frozen=True):
    """What beeflow remembers. `url` set: PostgreSQL instead of the file `path`.

    `retention` is in seconds, None for good.
    """

    path: Path = Path("beeflow.db")
    url: Credential | None = None
    retention: float | None = 30 * 86400.0
    synchronous: Literal["full", "normal"] = "full"


class Slack(msgspec.Struct, frozen=True):
    """A connection to Slack: exactly one of `url` (incoming webhook) and `token` (bot) is set."""

    name: str
    url: Credential | None = None
    token: Credential | None = None
    api_url: str = "https://slack.com/api/"


class Smtp(msgspec.Struct, frozen=True):
    """A mail server. `sender` is the key `from`: an address, or a name and an address."""

    name: str
    sender: str
    host: str = "localhost"
    port: int = 25
    tls: Tls = "auto"
    username: Credential | None = None
    password: Credential | None = None


Connection: TypeAlias = Slack | Smtp


class Http(msgspec.Struct, frozen=True):
    """Limits of `http.request`: the private networks that it may reach."""

    allow_private: tuple[Network, ...] = ()


class LogConfig(msgspec.Struct, frozen=True):
    """The daemon's log. The format `auto` is text on a terminal, JSON lines elsewhere."""

    format: LogFormat = "auto"
    level: LogLevel = "info"


class SecretsConfig(msgspec.Struct, frozen=True):
    """Where secrets come from beside the environment: a folder of files."""

    dir: Path | None = None


class Config(msgspec.Struct, frozen=True):
    """The whole configuration. `file` is where it was read from, None without a file.

    Paths are relative to the working folder. `connections` are by name.
    """

    file: Path | None = None
    recipes: Path = Path("recipes")
    timezone: str = "UTC"
    platform: Platform = Platform()
    sources: Mapping[str, Source] = msgspec.field(default_factory=dict)
    server: Server = Server()
    journal: JournalConfig = JournalConfig()
    connections: Mapping[str, Connection] = msgspec.field(default_factory=dict)
    http: Http = Http()
    secrets: SecretsConfig = SecretsConfig()
    log: LogConfig = LogConfig()

    def credentials(self) -> tuple[Credential, ...]:
        """All values that nobody may see, in the order of the file's reference."""
        found: list[Credential | None] = [
            self.platform.token_id,
            self.platform.secret_key,
            self.platform.session_key,
            self.server.password,
            self.journal.url,
        ]
        for source in self.sources.values():
            found += source.secrets
        for connection in self.connections.values():
            if isinstance(connection, Slack):
                found += [connection.url, connection.token]
            else:
                found += [connection.username, connection.password]
        return tuple(credential for credential in found if credential is not None)

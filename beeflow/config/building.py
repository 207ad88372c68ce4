"""A checked configuration, made into settings."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beeflow.config.credential import Credential
from beeflow.config.plain_secrets import located, secrets_folder
from beeflow.config.settings import (
    Config,
    Connection,
    Http,
    JournalConfig,
    LogConfig,
    Platform,
    SecretsConfig,
    Server,
    Slack,
    Smtp,
    Source,
)
from beeflow.types import parse_duration

if TYPE_CHECKING:
    from beeflow.config.document import Document

_PORTS = {"tls": 465, "starttls": 587}

Section = Mapping[str, Any]
"""A part of the configuration that fits its schema; keys that are null count as absent."""


def build(document: Document, file: Path | None) -> Config:
    """Make the settings. The document must have been checked."""
    root = document.root
    return Config(
        file=file,
        recipes=located(document, ("recipes",), str(root.get("recipes", "recipes")))
        if "recipes" in root
        else (file.parent if file else Path()) / "recipes",
        timezone=str(root.get("timezone", Config().timezone)),
        platform=_platform(_section(root, "platform")),
        sources={
            name: Source(name, _credentials(f"sources.{name}.secrets", source["secrets"]))
            for name, source in _section(root, "sources").items()
        },
        server=_server(_section(root, "server")),
        journal=_journal(_section(root, "journal"), document, file),
        connections={
            name: _connection(name, connection)
            for name, connection in _section(root, "connections").items()
        },
        http=_http(_section(root, "http")),
        secrets=SecretsConfig(dir=secrets_folder(document)),
        log=LogConfig(**_section(root, "log")),
    )


def _section(root: Section, name: str) -> Section:
    section: Section | None = root.get(name)
    return {} if section is None else section


def _platform(section: Section) -> Platform:
    default = Platform()
    return Platform(
        url=section.get("url", default.url).rstrip("/"),
        token_id=_credential("platform.token_id", section),
        secret_key=_credential("platform.secret_key", section),
        session_key=_credential("platform.session_key", section),
        session_place=section.get("session_place", default.session_place),
        rate_limit=section.get("rate_limit", default.rate_limit),
    )


def _server(section: Section) -> Server:
    default = Server()
    return Server(
        host=section.get("host", default.host),
        port=section.get("port", default.port),
        password=_credential("server.password", section),
        hosts=tuple(section.get("hosts", default.hosts)),
    )


def _journal(section: Section, document: Document, file: Path | None) -> JournalConfig:
    default = JournalConfig()
    retention = section.get("retention", default.retention)
    path = (file.parent if file else Path()) / default.path
    if "path" in section:
        path = located(document, ("journal", "path"), section["path"])
    return JournalConfig(
        path=path,
        url=_credential("journal.url", section),
        retention=parse_duration(retention) if isinstance(retention, str) else retention,
        synchronous=section.get("synchronous", default.synchronous),
    )


def _connection(name: str, section: Section) -> Connection:
    key = f"connections.{name}"
    if section.get("kind", name) == "slack":
        return Slack(
            name=name,
            url=_credential(f"{key}.url", section),
            token=_credential(f"{key}.token", section),
            api_url=section.get("api_url", Slack(name).api_url).rstrip("/") + "/",
        )
    tls = section.get("tls", "auto")
    return Smtp(
        name=name,
        sender=section["from"],
        host=section.get("host", "localhost"),
        port=section.get("port", _PORTS.get(tls, 25)),
        tls=tls,
        username=_credential(f"{key}.username", section),
        password=_credential(f"{key}.password", section),
    )


def _http(section: Section) -> Http:
    networks = section.get("allow_private", ())
    return Http(tuple(ipaddress.ip_network(network) for network in networks))


def _credential(key: str, section: Section) -> Credential | None:
    text = section.get(key.rpartition(".")[2])
    return None if text is None else Credential(key, text)


def _credentials(key: str, texts: list[str]) -> tuple[Credential, ...]:
    return tuple(Credential(f"{key}.{index}", text) for index, text in enumerate(texts))

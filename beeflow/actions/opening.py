"""The actions of a running daemon: what they share is opened once, and closed at the end."""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol

import msgspec

from beeflow.actions.connections import Connections
from beeflow.actions.http.request import HttpRequest
from beeflow.actions.http.session import guarded_pool, plain_session
from beeflow.actions.late import LateAction
from beeflow.actions.log import LogWrite
from beeflow.actions.mail.definition import SEND as SEND_MAIL
from beeflow.actions.notify import NotifySend
from beeflow.actions.platform.aliases import ALIASES, Alias, AliasAction
from beeflow.actions.platform.create_event import CREATE, CreateEvent
from beeflow.actions.platform.find_event import NAME as FIND_EVENT
from beeflow.actions.platform.find_event import FindEvent
from beeflow.actions.platform.generated import PlatformAction
from beeflow.actions.platform.pictures import UploadPicture
from beeflow.actions.platform.upload_definitions import PICTURES, UPLOAD_VIDEO
from beeflow.actions.platform.upload_video import UploadVideo
from beeflow.actions.plugins import Tools, load_plugins, start_plugins, stop_plugins
from beeflow.actions.registry import Action, Registry
from beeflow.actions.slack.definition import POST
from beeflow.beestreamed.catalog import Catalog, load_catalog

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable
    from importlib.metadata import EntryPoint

    from aiohttp import ClientSession

    from beeflow.actions.definition import DefinedAction
    from beeflow.actions.http.pool import Pool
    from beeflow.actions.platform.client import PlatformClient
    from beeflow.config.settings import Config

log = logging.getLogger(__name__)


class Secrets(Protocol):
    """`beeflow.config.Secrets`, as far as it is used here."""

    def get(self, name: str) -> str | None:
        """Return a secret's value, None where there is none."""
        ...

    def mask_text(self, text: str) -> str:
        """Return the text with every secret replaced."""
        ...


class _Shared(msgspec.Struct, frozen=True):
    """What the actions share: the platform, a session, and guarded connections to anywhere."""

    catalog: Catalog
    client: PlatformClient
    plain: ClientSession
    guarded: Pool


@asynccontextmanager
async def open_actions(
    config: Config,
    secrets: Secrets,
    client: PlatformClient,
    entries: Iterable[EntryPoint] | None = None,
) -> AsyncIterator[Registry]:
    """Open all actions; leaving closes what they share.

    `client` speaks to the platform and stays the caller's. `entries` are the entry points of
    other packages, by default those that are installed.
    """
    async with plain_session() as plain, guarded_pool(config.http.allow_private) as guarded:
        shared = _Shared(load_catalog(), client, plain, guarded)
        makers = {**_platform(shared), **_outside(config, secrets, shared)}
        plugins = load_plugins(makers, entries)
        for action in plugins.actions:
            makers[action.name] = partial(_itself, action)
        problems = [*plugins.problems, *await start_plugins(plugins.actions, Tools(secrets, plain))]
        for problem in problems:
            log.error("%s", problem)
        try:
            yield Registry(makers, problems)
        finally:
            for problem in await stop_plugins(plugins.actions):
                log.error("%s", problem)


def _platform(shared: _Shared) -> dict[str, Callable[[], Action]]:
    makers: dict[str, Callable[[], Action]] = {
        name: partial(_operation, shared, name) for name in shared.catalog.operations
    }
    makers |= {alias.name: partial(_alias, shared, alias) for alias in ALIASES}
    makers |= {name: partial(_picture, shared, name) for name in PICTURES}
    return makers | {
        CREATE: partial(CreateEvent, shared.catalog, shared.client),
        FIND_EVENT: partial(FindEvent, shared.catalog, shared.client),
        UPLOAD_VIDEO: partial(UploadVideo, shared.catalog, shared.client, shared.plain),
    }


def _outside(config: Config, secrets: Secrets, shared: _Shared) -> dict[str, Callable[[], Action]]:
    connections = Connections(config.connections, secrets)
    return {
        "slack.post": partial(LateAction, POST, partial(_slack, shared.plain, connections)),
        "email.send": partial(LateAction, SEND_MAIL, partial(_mail, connections)),
        "http.request": partial(HttpRequest, shared.guarded),
        "notify.send": NotifySend,
        "log.write": partial(LogWrite, secrets),
    }


def _slack(session: ClientSession, connections: Connections) -> DefinedAction:
    from beeflow.actions.slack.post import SlackPost  # noqa: PLC0415 - see `late`

    return SlackPost(session, connections)


def _mail(connections: Connections) -> DefinedAction:
    from beeflow.actions.mail.send import EmailSend  # noqa: PLC0415 - see `late`

    return EmailSend(connections)


def _operation(shared: _Shared, name: str) -> Action:
    return PlatformAction(shared.catalog.operations[name], shared.catalog, shared.client)


def _alias(shared: _Shared, alias: Alias) -> Action:
    return AliasAction(alias, shared.catalog.operations[alias.operation], shared.client)


def _picture(shared: _Shared, name: str) -> Action:
    return UploadPicture(shared.catalog.operations[name], shared.client, shared.plain)


def _itself(action: Action) -> Action:
    return action

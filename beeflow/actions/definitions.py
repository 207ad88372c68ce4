"""Every action as data, without opening anything: for the checker, the editor and the reference."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from beeflow.actions import log, notify
from beeflow.actions.definition import Definition, DescribedAction
from beeflow.actions.http.definition import REQUEST
from beeflow.actions.mail.definition import SEND as SEND_MAIL
from beeflow.actions.platform.aliases import ALIASES, Alias, define_alias
from beeflow.actions.platform.create_event import CREATE, define_create
from beeflow.actions.platform.find_event import NAME as FIND_EVENT
from beeflow.actions.platform.find_event import define_find_event
from beeflow.actions.platform.generated import define
from beeflow.actions.platform.upload_definitions import (
    PICTURES,
    UPLOAD_VIDEO,
    define_picture,
    define_upload,
)
from beeflow.actions.plugins import load_plugins
from beeflow.actions.registry import Action, Registry
from beeflow.actions.slack.definition import POST
from beeflow.beestreamed.catalog import Catalog, load_catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from importlib.metadata import EntryPoint

OUTSIDE = (POST, SEND_MAIL, REQUEST, notify.SEND, log.WRITE)
"""The actions that do not speak to the platform."""


def describe_actions(
    catalog: Catalog | None = None, entries: Iterable[EntryPoint] | None = None
) -> Registry:
    """Return all actions, none of which can be called. Each is read when first asked for."""
    definers = built_in(catalog or load_catalog())
    plugins = load_plugins(definers, entries)
    makers: dict[str, Callable[[], Action]] = {
        name: partial(_described, definer) for name, definer in definers.items()
    }
    for action in plugins.actions:
        makers[action.name] = partial(DescribedAction, action.definition)
    return Registry(makers, plugins.problems)


def built_in(catalog: Catalog) -> Mapping[str, Callable[[], Definition]]:
    """Return how each of our own actions is defined, by name."""
    definers: dict[str, Callable[[], Definition]] = {
        name: partial(_define, catalog, name) for name in catalog.operations
    }
    definers |= {alias.name: partial(_alias, catalog, alias) for alias in ALIASES}
    definers |= {name: partial(_picture, catalog, name) for name in PICTURES}
    definers |= {
        CREATE: partial(define_create, catalog),
        FIND_EVENT: partial(define_find_event, catalog),
        UPLOAD_VIDEO: partial(define_upload, catalog),
    }
    definers |= {definition.name: partial(_same, definition) for definition in OUTSIDE}
    return definers


def _described(definer: Callable[[], Definition]) -> DescribedAction:
    return DescribedAction(definer())


def _define(catalog: Catalog, name: str) -> Definition:
    return define(catalog.operations[name])


def _alias(catalog: Catalog, alias: Alias) -> Definition:
    return define_alias(alias, catalog.operations[alias.operation])


def _picture(catalog: Catalog, name: str) -> Definition:
    return define_picture(catalog.operations[name])


def _same(definition: Definition) -> Definition:
    return definition

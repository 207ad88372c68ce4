"""Every action as data, without opening anything: for the checker, the editor and the reference.

An action's definition is imported when it is first asked for: a recipe needs few of them, and what
some are made of (asyncio, mail, addresses) takes longer to import than the recipe to check.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from beeflow.actions.definition import Definition, DescribedAction
from beeflow.actions.platform.aliases import ALIASES, Alias, define_alias
from beeflow.actions.platform.generated import define
from beeflow.actions.registry import Action, More, Registry
from beeflow.beestreamed.catalog import Catalog, load_catalog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from importlib.metadata import EntryPoint


def describe_actions(
    catalog: Catalog | None = None, entries: Iterable[EntryPoint] | None = None
) -> Registry:
    """Return all actions, none of which can be called. Each is read when first asked for.

    Those of other packages are loaded once one is asked for that is none of ours.
    """
    definers = built_in(catalog or load_catalog())
    makers: dict[str, Callable[[], Action]] = {
        name: partial(_described, definer) for name, definer in definers.items()
    }
    return Registry(makers, more=partial(_plugged_in, definers, entries))


def built_in(catalog: Catalog) -> Mapping[str, Callable[[], Definition]]:
    """Return how each of our own actions is defined, by name."""
    definers: dict[str, Callable[[], Definition]] = {
        name: partial(_define, catalog, name) for name in catalog.operations
    }
    definers |= {alias.name: partial(_alias, catalog, alias) for alias in ALIASES}
    definers |= {name: partial(definer, catalog) for name, definer in _WRITTEN.items()}
    return {**definers, **_OUTSIDE}


def _plugged_in(
    taken: Mapping[str, Callable[[], Definition]], entries: Iterable[EntryPoint] | None
) -> More:
    # Looking through what is installed takes longer than checking a recipe.
    from beeflow.actions.plugins import load_plugins

    plugins = load_plugins(taken, entries)
    makers = {one.name: partial(DescribedAction, one.definition) for one in plugins.actions}
    return More(makers, plugins.problems)


def _described(definer: Callable[[], Definition]) -> DescribedAction:
    return DescribedAction(definer())


def _define(catalog: Catalog, name: str) -> Definition:
    return define(catalog.operations[name])


def _alias(catalog: Catalog, alias: Alias) -> Definition:
    return define_alias(alias, catalog.operations[alias.operation])


def _create_event(catalog: Catalog) -> Definition:
    from beeflow.actions.platform.create_event import define_create

    return define_create(catalog)


def _find_event(catalog: Catalog) -> Definition:
    from beeflow.actions.platform.find_event import define_find_event

    return define_find_event(catalog)


def _upload_video(catalog: Catalog) -> Definition:
    from beeflow.actions.platform.upload_definitions import define_upload

    return define_upload(catalog)


def _picture(name: str, catalog: Catalog) -> Definition:
    from beeflow.actions.platform.upload_definitions import define_picture

    return define_picture(catalog.operations[name])


def _slack() -> Definition:
    from beeflow.actions.slack.definition import POST

    return POST


def _mail() -> Definition:
    from beeflow.actions.mail.definition import SEND

    return SEND


def _http() -> Definition:
    from beeflow.actions.http.definition import REQUEST

    return REQUEST


def _notify() -> Definition:
    from beeflow.actions.notify import SEND

    return SEND


def _log() -> Definition:
    from beeflow.actions.log import WRITE

    return WRITE


_WRITTEN: Final[Mapping[str, Callable[[Catalog], Definition]]] = {
    "events.create": _create_event,
    "signups.find_event": _find_event,
    "videos.upload_file": _upload_video,
    "events.upload_image": partial(_picture, "events.upload_image"),
    "client.upload_logo": partial(_picture, "client.upload_logo"),
}
"""The actions on the platform that are more than an operation of it."""

_OUTSIDE: Final[Mapping[str, Callable[[], Definition]]] = {
    "slack.post": _slack,
    "email.send": _mail,
    "http.request": _http,
    "notify.send": _notify,
    "log.write": _log,
}
"""The actions that do not speak to the platform."""

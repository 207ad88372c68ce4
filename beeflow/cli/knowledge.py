"""What the checker and the dry run know of actions and webhooks, opened offline."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from beeflow.actions.definitions import describe_actions
from beeflow.actions.registry import Definitions
from beeflow.beestreamed.catalog import load_catalog
from beeflow.check import Facts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from beeflow.actions.definition import Definition
    from beeflow.actions.registry import Registry
    from beeflow.config import Config
    from beeflow.types import Effect, Json


@lru_cache(maxsize=1)
def actions() -> Registry:
    """Return all actions as data, those of other packages among them."""
    return describe_actions()


def definition(name: str) -> Definition:
    """Return an action as data; raises `KeyError`."""
    found = actions().definition(name)
    if found is None:
        raise KeyError(name)
    return found


def facts(secrets: frozenset[str] | None = None) -> Facts:
    """Return what recipes are checked against."""
    return Facts(Definitions(actions()), load_catalog().webhooks, secrets)


def facts_of(config: Config, secrets: frozenset[str] | None) -> Facts:
    """Return what recipes are checked against where there are a configuration and a clock."""
    return replace(facts(secrets), networks=config.http.allow_private, now=time.time())


def check_arguments(name: str, args: Mapping[str, Json], opaque: Collection[str]) -> Sequence[str]:
    """Say what is wrong with the arguments of an action; `opaque` are not known yet."""
    return definition(name).check(args, opaque)


def answer_of(name: str) -> Mapping[str, Any]:
    """Return the JSON Schema of an action's answer as a recipe sees it; empty: not documented."""
    found = actions().definition(name)
    return {} if found is None else found.answer


def effect_of(name: str, args: Mapping[str, Any]) -> Effect:
    """Return the effect of an action; of one that is not there, the one that promises least."""
    found = actions().get(name)
    return "once" if found is None else found.effect(args)

from __future__ import annotations

import pytest

from beeflow.actions.definitions import describe_actions
from beeflow.beestreamed.catalog import load_catalog
from beeflow.check import Facts


@pytest.fixture(scope="session")
def facts() -> Facts:
    """What is known of the real platform and of our own actions, without any plug-in."""
    registry = describe_actions(entries=())
    definitions = {name: registry.definition(name) for name in registry.names()}
    actions = {name: one for name, one in definitions.items() if one is not None}
    return Facts(actions, load_catalog().webhooks, networks=(), now=1_796_000_000.0)

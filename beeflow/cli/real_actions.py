"""The actions as they really are: what `dry-run --reads` makes its reads with."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from beeflow.actions.account import account_of
from beeflow.actions.opening import open_actions
from beeflow.beestreamed.client import Client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from beeflow.actions.registry import Registry
    from beeflow.cli.options import Setup


@asynccontextmanager
async def open_real_actions(setup: Setup) -> AsyncIterator[Registry]:
    """Open the platform's client and all actions; leaving closes them."""
    config, secrets = setup.config, setup.secrets
    async with (
        Client(account_of(config.platform, secrets)) as client,
        open_actions(config, secrets, client) as registry,
    ):
        yield registry

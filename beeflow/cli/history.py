"""What the lists read: the journal's file, without a lock, also while a daemon writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from beeflow.actions.definitions import describe_actions
from beeflow.daemon.masking import masking_for
from beeflow.engine.journal.sqlite import SqliteHistory
from beeflow.errors import UsageError

if TYPE_CHECKING:
    from beeflow.cli.options import Setup
    from beeflow.engine.hiding import Masking


class Archive(msgspec.Struct, frozen=True):
    """The history of a configuration's journal, and how its secrets are kept from readers."""

    history: SqliteHistory
    masking: Masking


def open_archive(setup: Setup) -> Archive:
    """Return what is on record; reading raises `NothingFound` where there is no journal."""
    if setup.config.journal.url is not None:
        raise UsageError("`journal.url`: only a journal in a file can be read here")
    history = SqliteHistory(setup.config.journal.path)
    return Archive(history, masking_for(setup.secrets, describe_actions()))

"""The embedded journal: one SQLite file, one process that writes, any number that read."""

from beeflow.engine.journal.sqlite.history import SqliteHistory
from beeflow.engine.journal.sqlite.journal import SqliteJournal

__all__ = ["SqliteHistory", "SqliteJournal"]

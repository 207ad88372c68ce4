"""The journal in memory, for tests, dry runs and backtests."""

from beeflow.engine.journal.memory.journal import MemoryJournal

__all__ = ["MemoryJournal"]

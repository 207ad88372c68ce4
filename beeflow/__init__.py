"""Automation for live events on BeeStreamed."""

__version__ = "0.1.0"

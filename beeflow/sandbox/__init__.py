"""A BeeStreamed to develop against: the API with state, webhooks, and faults on demand."""

from __future__ import annotations

from beeflow.sandbox.app import create_app
from beeflow.sandbox.clock import Clock
from beeflow.sandbox.courier import Policy
from beeflow.sandbox.sandbox import Account, Sandbox, Settings
from beeflow.sandbox.server import Place, Running, ready, run, running_sandbox

__all__ = [
    "Account",
    "Clock",
    "Place",
    "Policy",
    "Running",
    "Sandbox",
    "Settings",
    "create_app",
    "ready",
    "run",
    "running_sandbox",
]

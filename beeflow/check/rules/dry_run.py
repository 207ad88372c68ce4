"""`dry-run`: what only shows when a recipe is played, with `beeflow validate --dry-run`."""

from __future__ import annotations

from beeflow.check.rule import Rule

RULE = Rule(
    "dry-run",
    "With `--dry-run`, each recipe is also played on the documented sample of its trigger, without "
    "any effect; and that run fails. `beeflow dry-run` shows it step by step.",
    "trigger: {webhook: event.created}\nactions:\n  - action: log.write\n"
    '    with: {message: "{{ trigger.data.event_ref | datetime }}"}',
    "trigger: {webhook: event.created}\nactions:\n  - action: log.write\n"
    '    with: {message: "{{ trigger.timestamp | datetime }}"}',
)

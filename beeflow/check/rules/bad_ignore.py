"""`bad-ignore`: a comment that is to silence a finding, and does not."""

from __future__ import annotations

from beeflow.check.rule import Rule

RULE = Rule(
    "bad-ignore",
    "`# beeflow: ignore[rule] reason` needs a rule that exists and a reason, and something to "
    "silence: on its own line, or alone on the line above. One that silences nothing any more "
    "would hide the next mistake.",
    "- action: log.write  # beeflow: ignore[unknown-action] our plug-in\n  with: {message: hello}",
    "- action: crm.update  # beeflow: ignore[unknown-action] our plug-in, not installed here",
    severity="warning",
)

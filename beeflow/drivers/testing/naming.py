"""How a reader would call the parts of a recipe."""

from __future__ import annotations

import re

from beeflow.recipe import model


def named(step: model.Step) -> str:
    """Return what to call a step: by its name, its action, or what it is."""
    if step.head.name:
        return f"the step `{step.head.name}`"
    if isinstance(step, model.ActionStep):
        return f"the step {step.call.action}"
    kind = type(step).__name__.removesuffix("Step")
    words = re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower()
    return f"the step `{words}`"

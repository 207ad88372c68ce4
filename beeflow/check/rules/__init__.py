"""All rules, by name: one file for each thing that the checker looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rules import (
    bad_ignore,
    fetch_must_read,
    missing_secret,
    parameters,
    unknown_action,
    unknown_field,
    unknown_input,
    unknown_name,
    unknown_recipe,
    unknown_trigger_field,
    unknown_webhook_type,
)
from beeflow.check.rules.language import LANGUAGE
from beeflow.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.check.rule import Rule

RULES: Final[Mapping[str, Rule]] = {
    rule.name: rule
    for rule in (
        *LANGUAGE,
        unknown_webhook_type.RULE,
        unknown_action.RULE,
        parameters.UNKNOWN,
        parameters.MISSING,
        parameters.BAD,
        fetch_must_read.RULE,
        unknown_name.UNKNOWN,
        unknown_name.DOUBTFUL,
        unknown_field.RULE,
        unknown_input.RULE,
        unknown_recipe.RULE,
        unknown_trigger_field.RULE,
        missing_secret.RULE,
        bad_ignore.RULE,
    )
}
"""Every rule that a finding can have."""


def explain(name: str) -> str:
    """Return what a rule is about, with an example; raises `UsageError` for the user."""
    rule = RULES.get(name)
    if rule is None:
        near = nearest(name, RULES)
        raise UsageError(f"there is no rule `{name}`: {did_you_mean(near, RULES, 'there are')}")
    return "\n".join(
        (
            f"{rule.name}: {rule.description}",
            "",
            "Wrong:",
            *_indented(rule.wrong),
            "",
            "Right:",
            *_indented(rule.right),
        )
    )


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]

"""All rules, by name: one file for each thing that the checker looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.check.rules import (
    bad_ignore,
    conflict,
    constant_condition,
    cut_off_text,
    dry_run,
    empty_list,
    endless_repeat,
    fetch_must_read,
    long_wait,
    loop,
    maybe_null,
    missing_secret,
    never_equal,
    never_matches,
    no_pages,
    no_question,
    not_a_list,
    not_in_every_trigger,
    odd_times,
    parameters,
    platform_address,
    private_address,
    run_inputs,
    shown_secret,
    unknown_action,
    unknown_field,
    unknown_input,
    unknown_name,
    unknown_recipe,
    unknown_trigger_field,
    unknown_webhook_type,
    unreachable_step,
    unused,
    written_secret,
    wrong_argument,
    wrong_operand,
    wrong_value,
)
from beeflow.check.rules.language import LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.check.rule import Rule

RULES: Final[Mapping[str, Rule]] = {
    rule.name: rule
    for rule in (
        *LANGUAGE,
        unreachable_step.RULE,
        empty_list.RULE,
        cut_off_text.RULE,
        unknown_webhook_type.RULE,
        unknown_action.RULE,
        parameters.UNKNOWN,
        parameters.MISSING,
        parameters.BAD,
        fetch_must_read.RULE,
        no_pages.RULE,
        unknown_name.UNKNOWN,
        unknown_name.DOUBTFUL,
        unknown_field.RULE,
        unknown_input.RULE,
        unknown_recipe.RULE,
        run_inputs.RULE,
        unknown_trigger_field.RULE,
        not_in_every_trigger.RULE,
        maybe_null.RULE,
        never_equal.RULE,
        never_matches.RULE,
        no_question.RULE,
        not_a_list.RULE,
        wrong_operand.RULE,
        wrong_argument.RULE,
        wrong_value.RULE,
        missing_secret.RULE,
        constant_condition.RULE,
        endless_repeat.RULE,
        long_wait.RULE,
        odd_times.PAST,
        odd_times.ODD,
        unused.NAMES,
        unused.INPUTS,
        private_address.RULE,
        platform_address.RULE,
        written_secret.RULE,
        shown_secret.RULE,
        loop.RULE,
        conflict.RULE,
        bad_ignore.RULE,
        dry_run.RULE,
    )
}
"""Every rule that a finding can have."""

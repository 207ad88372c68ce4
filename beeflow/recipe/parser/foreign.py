"""What other tools call things: the name that each has here.

Whoever writes a recipe has often written automations for Home Assistant, GitHub Actions, Ansible,
n8n or Zapier before. A key of theirs is told once, with ours, and then read as ours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from beeflow.recipe.document import ScalarNode, SequenceNode
from beeflow.recipe.parser import vocabulary as ours

if TYPE_CHECKING:
    from collections.abc import Mapping

    from beeflow.recipe.document import Entry, Node
    from beeflow.recipe.parser.vocabulary import Vocabulary


def _words(**listed: str) -> dict[str, str]:
    """Return theirs to ours, from ours to a list of theirs; `_` at an end spares Python's words."""
    return {theirs: name.rstrip("_") for name, many in listed.items() for theirs in many.split()}


_STEPS: Final = "actions action steps step do then sequence tasks block body run script"
_ARGUMENTS: Final = (
    "params parameters args arguments data inputs input body options payload service_data "
    "settings values vars"
)
_RESULT: Final = "register save_as output outputs response_variable into store result save id var"
_HOW_OFTEN: Final = "interval within per every window period for wait delay"

_TOP: Final = _words(
    trigger="on when triggers event events event_type hook start starts on_event",
    conditions="if condition only_if where filter filters require",
    actions="action step steps do then sequence tasks jobs nodes run script",
    name="alias title",
    description="desc about summary",
    labels="tags label",
    on_error="on_failure on_fail catch rescue except if_error",
    timezone="tz time_zone",
    enabled="active",
    fetch="get read reads lookup load",
    cancel_on="stop_on abort_on",
    throttle="rate_limit cooldown",
)
_STEP: Final = _words(name="alias title label", if_="when condition conditions only_if")
_CALL: Final = _words(
    action="service uses call do module perform invoke execute use type task function",
    with_=_ARGUMENTS,
    retry="retries",
    on_error="ignore_errors continue_on_error continue_on_fail catch rescue",
)

_FOREIGN: Final[Mapping[str, Mapping[str, str]]] = {
    ours.RECIPE.of: _TOP,
    ours.BLUEPRINT.of: _TOP,
    ours.INSTANCE.of: _words(with_=_ARGUMENTS, use="uses blueprint path template extends"),
    ours.INPUT.of: _words(options="choices enum values", default="value", type="kind selector"),
    ours.WEBHOOK.of: _words(
        webhook="type event event_type events types topic hook",
        match="filter filters where data payload with",
        name="id alias",
    ),
    ours.SCHEDULE.of: _words(schedule="cron time at every", timezone="tz", name="id alias"),
    ours.EVENT_START.of: _words(event_start="offset before after", name="id alias"),
    ours.SCHEDULE_TIMES.of: _words(every="interval minutes hours", at="time date on"),
    ours.WATCH_BODY.of: _words(
        every="interval", when="if condition conditions", for_events="events", fetch="get read"
    ),
    ours.FETCH.of: _CALL,
    ours.RETRY.of: _words(
        attempts="count times max tries retries max_attempts limit",
        delay="interval wait pause backoff",
    ),
    ours.ACTION.of: {**_STEP, **_CALL, **_words(as_=_RESULT)},
    ours.IF.of: _words(then=_STEPS, else_="otherwise default orelse", name="alias", if_="when"),
    ours.CHOOSE.of: {**_STEP, **_words(choose="switch case cases", else_="default otherwise")},
    ours.ARM.of: _words(when="if condition conditions case is", then=_STEPS),
    ours.FOR_EACH.of: {
        **_STEP,
        **_words(
            for_each="foreach loop with_items each items for over",
            as_="item var loop_var variable",
            do=_STEPS,
            into="collect register",
        ),
    },
    ours.REPEAT.of: {
        **_STEP,
        **_words(repeat="loop", do=_STEPS, every="interval delay pause", max="limit attempts"),
    },
    ours.REPEAT_HOW.of: _words(times="count n"),
    ours.PARALLEL.of: {**_STEP, **_words(parallel="branches concurrent")},
    ours.WAIT.of: {**_STEP, **_words(wait="delay sleep pause")},
    ours.WAIT_FOR.of: {**_STEP, **_words(wait_for="wait_for_trigger await", as_=_RESULT)},
    ours.WAIT_FOR_BODY.of: _words(
        webhook="event type event_type on", match="filter where data if", timeout="within max"
    ),
    ours.SET.of: {**_STEP, **_words(set="variables vars set_fact let assign")},
    ours.STATE_BODY.of: _words(increment="inc add", delete="remove unset"),
    ours.RUN.of: {
        **_STEP,
        **_words(run="recipe workflow", with_=_ARGUMENTS, as_=_RESULT),
    },
    ours.STOP.of: {**_STEP, **_words(stop="exit return end abort fail", outcome="status result")},
    ours.CONDITION.of: _words(all="and", any="or"),
    ours.CONCURRENCY.of: _words(group="key by", max="limit"),
    ours.THROTTLE.of: _words(once_within=_HOW_OFTEN, key="group by"),
    ours.DEBOUNCE.of: _words(quiet=_HOW_OFTEN, key="group by"),
    ours.BATCH.of: _words(window=_HOW_OFTEN, key="group by", max="size count limit"),
    ours.CANCEL_ON.of: _words(webhook="event type event_type on", match="filter where data if"),
}
"""For each kind of mapping, keys of other tools and what they are called here."""

_TOPS: Final = frozenset({ours.RECIPE.of, ours.BLUEPRINT.of})
_ACTION: Final = r"(?a)[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*"
_QUESTION: Final = r"[=<>]|\b(?:not|is|in|and|or)\b|trigger\."

_KINDS: Final = _words(
    action="service uses call module perform invoke execute use",
    wait="delay sleep pause",
    wait_for="wait_for_trigger await",
    set="variables vars set_fact let assign",
    for_each="foreach loop with_items each for",
    repeat="while",
    choose="switch case cases",
    run="recipe workflow",
    stop="exit return end abort fail",
)
"""Keys that make a step elsewhere, and the kind of step that it is here."""

BLOCKS: Final = frozenset(_STEPS.split())
"""Keys that hold the steps of a branch or loop elsewhere."""


_REASONS: Final = {
    "trigger": "what starts a recipe is its `trigger`",
    "conditions": "what must hold are the `conditions`",
    "actions": "the steps are the `actions`",
}


def called_here(entry: Entry, vocabulary: Vocabulary) -> str | None:
    """Return what a key of other tools is called here, in one kind of mapping."""
    name = entry.name
    if name == "when" and vocabulary.of in _TOPS and _is_expression(entry.value):
        return "conditions"
    if name in _FOREIGN.get(vocabulary.of, {}):
        return _FOREIGN[vocabulary.of][name]
    return "action" if vocabulary.of == ours.ACTION.of and is_action_name(entry.value) else None


def kind_here(entry: Entry) -> str | None:
    """Return the kind of step that a key of other tools makes."""
    return "action" if is_action_name(entry.value) else _KINDS.get(entry.name)


def is_action_name(node: Node) -> bool:
    """Whether a text looks like the name of an action."""
    return isinstance(node, ScalarNode) and re.fullmatch(_ACTION, node.text) is not None


def reason(name: str, vocabulary: Vocabulary) -> str | None:
    """Say what a key at the top of a recipe is for, where somebody called it otherwise."""
    return _REASONS.get(name) if vocabulary.of in _TOPS else None


def _is_expression(node: Node) -> bool:
    """Whether this is a question about a webhook rather than its type or a time."""
    if isinstance(node, SequenceNode):
        return any(_is_expression(one) for one in node.items)
    return isinstance(node, ScalarNode) and re.search(_QUESTION, node.text) is not None

"""The closed vocabulary: every key of the language, where it may stand, and what it means.

The parser, the messages, and the schema for editors all read these tables; a key that is not
here does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

RESERVED: Final[Mapping[str, str]] = {
    "trigger": "what started the run",
    "inputs": "the recipe's inputs",
    "secrets": "secrets, by name",
    "run": "the run itself",
    "now": "the time",
    "state": "what the recipe keeps between runs",
    "loop": "the turn of a loop",
    "error": "what went wrong",
    "true": "a word of the language",
    "false": "a word of the language",
    "none": "a word of the language",
    "True": "a word of the language",
    "False": "a word of the language",
    "None": "a word of the language",
    "and": "a word of the language",
    "or": "a word of the language",
    "not": "a word of the language",
    "in": "a word of the language",
    "is": "a word of the language",
    "if": "a word of the language",
    "else": "a word of the language",
    "range": "a function",
    "datetime": "a function",
    "duration": "a function",
}
"""Names that no step, read or input may take, and what they stand for."""


class Vocabulary(msgspec.Struct, frozen=True):
    """The keys that one kind of mapping may have: name to what it means."""

    of: str
    keys: Mapping[str, str]
    required: tuple[str, ...] = ()
    elsewhere: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Keys that people look for here, and where what they want stands."""


def _extend(base: Vocabulary, of: str, keys: Mapping[str, str], *required: str) -> Vocabulary:
    return Vocabulary(of, {**keys, **base.keys}, required, base.elsewhere)


RECIPE: Final = Vocabulary(
    "a recipe",
    {
        "version": "Version of the recipe language; 1 is the only one.",
        "id": "Name of the recipe in lists and commands: a-z, 0-9 and -. Default: the file's name.",
        "name": "What people call the recipe.",
        "description": "What the recipe is for.",
        "labels": "Words to find the recipe by.",
        "enabled": "`false` switches the recipe off. Default: true.",
        "mode": "`shadow` makes reads but only records the writes it would have made.",
        "timezone": "IANA time zone, such as Europe/Copenhagen. Default: the configuration's.",
        "inputs": "Values that a person or another recipe gives when starting it.",
        "trigger": "What starts the recipe: one trigger, or a list of which any will do.",
        "fetch": "Reads of the API, made before the conditions; each name becomes a variable.",
        "conditions": "Expressions that must all hold.",
        "actions": "The steps.",
        "on_error": "Steps to run once when the run fails, with `error` in scope.",
        "concurrency": "How runs of this recipe wait for one another.",
        "throttle": "The first for a key runs, then silence for a while.",
        "debounce": "The last for a key runs, once it is quiet.",
        "batch": "One run for all that happens in a while, with `trigger.items`.",
        "cancel_on": "A webhook that cancels queued and waiting runs for the same event.",
        "timeout": "Time that a run may take, such as 1h.",
    },
    ("actions",),
    {
        "variables": "names are given by `set`, a step, or are `inputs`",
        "vars": "names are given by `set`, a step, or are `inputs`",
    },
)

INSTANCE: Final = Vocabulary(
    "a recipe that uses a blueprint",
    {
        "use": "The blueprint, relative to this file.",
        "with": "Values for the blueprint's inputs.",
        **{
            key: RECIPE.keys[key]
            for key in (
                "version",
                "id",
                "name",
                "description",
                "labels",
                "enabled",
                "mode",
                "timezone",
            )
        },
    },
    ("use",),
)

BLUEPRINT: Final = Vocabulary(
    "a blueprint",
    {key: about for key, about in RECIPE.keys.items() if key != "id"},
    RECIPE.required,
)

INPUT: Final = Vocabulary(
    "an input",
    {
        "type": "string, integer, number, boolean, duration, datetime, list, choice or secret.",
        "default": "The value when none is given.",
        "description": "What the input is for.",
        "options": "The values a `choice` may have.",
    },
    ("type",),
)

# --- triggers --------------------------------------------------------------------------------

_TRIGGER = Vocabulary("a trigger", {"name": "Tells triggers apart: `trigger.name`."})

WEBHOOK: Final = _extend(
    _TRIGGER,
    "a `webhook` trigger",
    {
        "webhook": "A webhook type, a list of them, or a pattern with *.",
        "match": "A pattern on the payload: dotted path to value, list or operator.",
    },
)
SCHEDULE: Final = _extend(
    _TRIGGER,
    "a `schedule` trigger",
    {
        "schedule": "Five-field cron, {every: 15m} or {at: 2026-12-01 09:00}.",
        "timezone": "IANA time zone of the schedule. Default: the recipe's.",
        "missed": "What to do with times that passed while nothing ran. Default: once.",
        "grace": "How long ago a missed time may be. Default: 1h.",
    },
)
EVENT_START: Final = _extend(
    _TRIGGER,
    "an `event_start` trigger",
    {
        "event_start": "Time from each event's start: -15m is before, +10m after.",
        "if_past": "What to do when an event moves so that the time has passed. Default: skip.",
        "reconcile": "How often the list of events is read to be sure. Default: 10m.",
    },
)
WATCH: Final = _extend(
    _TRIGGER, "a `watch` trigger", {"watch": "API data looked at on a clock, firing on the edge."}
)
RUN_TRIGGER: Final = _extend(
    _TRIGGER,
    "a `run` trigger",
    {
        "run": "How the other recipe's run ended: failed, succeeded or unknown.",
        "recipe": "The other recipe's id, or * for any. Default: *.",
    },
)
TRIGGERS: Final[Mapping[str, Vocabulary]] = {
    "webhook": WEBHOOK,
    "schedule": SCHEDULE,
    "event_start": EVENT_START,
    "watch": WATCH,
    "run": RUN_TRIGGER,
}

SCHEDULE_TIMES: Final = Vocabulary(
    "a `schedule`",
    {
        "every": "Time between two runs, such as 15m.",
        "at": "One moment, such as 2026-12-01 09:00.",
    },
)
WATCH_BODY: Final = Vocabulary(
    "a `watch`",
    {
        "every": "How often to look, such as 1m.",
        "for_events": "Filters on events: looked at once for each, as trigger.data.event_ref.",
        "fetch": "What to read.",
        "when": "The expression that must turn true.",
        "for": "How long it must hold before the recipe runs.",
        "fires": "`once` when `when` turns true (default), `each` for every new item of a list.",
        "items": "With `fires: each`: the list.",
        "key": "With `fires: each`: what tells items apart, such as item.chat_ref.",
    },
    ("every",),
)

# --- calls -----------------------------------------------------------------------------------

_CALL = Vocabulary(
    "a call",
    {
        "with": "Parameters of the action.",
        "retry": "How often and how slowly to try again.",
        "timeout": "Time for one attempt. Default: 30s.",
        "pages": "Where a list is read: `all`, or how many pages.",
    },
)
FETCH: Final = _extend(
    _CALL,
    "a `fetch`",
    {
        "action": "The action that reads, such as events.get.",
        "on_error": "`continue` goes on with `default` when the read fails. Default: fail.",
        "default": "The value when the read failed and `on_error` is continue.",
    },
    "action",
)
RETRY: Final = Vocabulary(
    "a `retry`",
    {
        "attempts": "Tries in all, the first counted. Default: 5.",
        "delay": "Time before the second try; it doubles from there. Default: 1s.",
        "max_delay": "The longest time between two tries. Default: 5m.",
    },
)

_LOOP: Final = "a loop is a step around it: write for_each, with this step below `do`"

# --- steps -----------------------------------------------------------------------------------

STEP: Final = Vocabulary(
    "a step",
    {
        "name": "What people call the step.",
        "if": "The step runs only when this expression holds.",
    },
    elsewhere={
        "unless": "write if: not (…)",
        "while": "a loop is repeat: {until: …}, which ends when that holds: write not (…)",
        "elif": "write choose, with an arm of `when` and `then` for each",
        "elseif": "write choose, with an arm of `when` and `then` for each",
        "else_if": "write choose, with an arm of `when` and `then` for each",
        "with_items": _LOOP,
        "loop": _LOOP,
        "foreach": _LOOP,
    },
)
ACTION: Final = _extend(
    STEP,
    "an `action` step",
    {
        "action": "What to do, as resource.verb, such as polls.create.",
        "as": "Name for the answer.",
        "on_error": "fail (default), continue, or steps that handle the error.",
        "on_unknown": "What to do when it cannot be known whether the action took effect.",
        "once": "Expression: for one value of it the step takes effect once, over all runs.",
        **_CALL.keys,
    },
    "action",
)
IF: Final = _extend(
    STEP,
    "an `if` step",
    {"then": "Steps when the expression holds.", "else": "Steps when it does not."},
    "then",
)
CHOOSE: Final = _extend(
    STEP,
    "a `choose` step",
    {
        "choose": "Arms of `when` and `then`; the first that holds is taken.",
        "else": "Steps when no arm holds.",
    },
)
ARM: Final = Vocabulary(
    "an arm of `choose`",
    {"when": "The expression that must hold.", "then": "The steps."},
    ("when", "then"),
)
FOR_EACH: Final = _extend(
    STEP,
    "a `for_each` step",
    {
        "for_each": "Expression that gives a list.",
        "as": "Name of the item. Default: item.",
        "do": "Steps for each item.",
        "parallel": "Items at a time. Default: 1.",
        "into": "Name for the list of what each turn's last action returned.",
        "on_error": "`continue` goes on with the next item. Default: fail.",
    },
    "do",
)
REPEAT: Final = _extend(
    STEP,
    "a `repeat` step",
    {
        "repeat": "{until: expression} or {times: number}.",
        "every": "Pause between two turns.",
        "max": "Turns at most; needed with `until`.",
        "do": "Steps of each turn.",
    },
    "do",
)
REPEAT_HOW: Final = Vocabulary(
    "a `repeat`",
    {
        "until": "Expression, asked after each turn.",
        "times": "Number of turns.",
    },
    elsewhere=dict.fromkeys(
        ("do", "every", "max"), "it stands beside `repeat`, in the same column, not within it"
    ),
)
PARALLEL: Final = _extend(
    STEP, "a `parallel` step", {"parallel": "Branches: lists of steps that run side by side."}
)
WAIT: Final = _extend(
    STEP, "a `wait` step", {"wait": "A time such as 10m, or {until: expression}."}
)
WAIT_UNTIL: Final = Vocabulary(
    "a `wait`", {"until": "Expression that gives the moment to go on at."}, ("until",)
)
WAIT_FOR: Final = _extend(
    STEP,
    "a `wait_for` step",
    {
        "wait_for": "The webhook to wait for, and how long.",
        "as": "Name for the webhook; `timed_out` says whether it came.",
        "on_timeout": "fail (default) or continue.",
    },
)
WAIT_FOR_BODY: Final = Vocabulary(
    "a `wait_for`",
    {
        "webhook": "A webhook type, a list of them, or a pattern with *.",
        "match": "A pattern on the payload; values may be templates.",
        "timeout": "How long to wait, such as 2h.",
        "any_event": "`true`: a webhook for any event will do.",
    },
    ("webhook", "timeout"),
    dict.fromkeys(
        ("as", "on_timeout"), "it stands beside `wait_for`, in the same column, not within it"
    ),
)
SET: Final = _extend(STEP, "a `set` step", {"set": "Variables: name to value."})
STATE: Final = _extend(
    STEP, "a `state` step", {"state": "Changes to what the recipe keeps between its runs."}
)
STATE_BODY: Final = Vocabulary(
    "a `state`",
    {
        "set": "Values to keep, by name.",
        "increment": "Numbers to add to, by name.",
        "delete": "Names to forget.",
    },
)
RUN: Final = _extend(
    STEP,
    "a `run` step",
    {
        "run": "Id of the recipe to run.",
        "with": "Values for its inputs.",
        "as": "Name for `outcome`, `run_id` and `result`.",
        "detach": "`true`: do not wait for it.",
    },
)
STOP: Final = _extend(
    STEP,
    "a `stop` step",
    {"stop": "Why the run ends here.", "outcome": "succeeded (default) or failed."},
)
STEPS: Final[Mapping[str, Vocabulary]] = {
    "action": ACTION,
    "choose": CHOOSE,
    "for_each": FOR_EACH,
    "repeat": REPEAT,
    "parallel": PARALLEL,
    "wait": WAIT,
    "wait_for": WAIT_FOR,
    "set": SET,
    "state": STATE,
    "run": RUN,
    "stop": STOP,
}
"""The kinds of step by the key that makes them; an `if` step is one with `then`."""

# --- conditions and run policy ---------------------------------------------------------------

CONDITION: Final = Vocabulary(
    "a condition",
    {
        "all": "All of these must hold.",
        "any": "One of these must hold.",
        "not": "This must not hold.",
    },
)
CONCURRENCY: Final = Vocabulary(
    "`concurrency`",
    {
        "group": "Expression: runs with the same value wait for one another.",
        "mode": "queue (default), drop, restart or parallel.",
        "max": "With queue, how many may wait; with parallel, how many go on at a time.",
    },
)
THROTTLE: Final = Vocabulary(
    "`throttle`",
    {"key": "Expression; each value by itself.", "once_within": "The time of silence."},
    ("once_within",),
)
DEBOUNCE: Final = Vocabulary(
    "`debounce`",
    {
        "key": "Expression; each value by itself.",
        "quiet": "How long nothing must come.",
        "max": "The longest wait.",
    },
    ("quiet",),
)
BATCH: Final = Vocabulary(
    "`batch`",
    {
        "key": "Expression; each value by itself.",
        "window": "How long to collect.",
        "max": "How many start the run at once. Default: 500.",
    },
    ("window",),
)
CANCEL_ON: Final = Vocabulary(
    "`cancel_on`",
    {
        "webhook": "A webhook type, a list of them, or a pattern with *.",
        "match": "A pattern on the payload.",
        "any_event": "`true`: a webhook for any event will do.",
    },
    ("webhook",),
)

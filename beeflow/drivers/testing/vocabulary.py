"""The closed vocabulary of test files: every key, where it may stand, and what it means.

The reader, its messages, and the schema for editors read these tables (recipe language, section 9).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.recipe.parser.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

_STATE: Final = "What the recipe has kept from earlier runs when the test begins."

FILE: Final = Vocabulary(
    "a test file",
    {
        "recipe": "The id of the recipe under test.",
        "also": "Ids of further recipes whose triggers are live.",
        "defaults": "Keys of a test that hold for all of the file.",
        "tests": "The tests.",
    },
    ("recipe", "tests"),
    {"name": "every test has a `name`", "cases": "the tests stand below `tests`"},
)

_SHARED: Final[Mapping[str, str]] = {
    "now": "When the virtual clock starts, with an offset, such as 2026-12-01 09:00 +01:00.",
    "mocks": "What actions answer, by action.",
    "secrets": "Secrets, by name.",
    "inputs": "Values for the recipe's inputs.",
}

DEFAULTS: Final = Vocabulary("`defaults`", _SHARED)

TEST: Final = Vocabulary(
    "a test",
    {
        "name": "What the test shows, in words.",
        "event": "What happens: one entry.",
        "events": "What happens: entries, one after the other.",
        **_SHARED,
        "state": _STATE,
        "expect": "What must come of it.",
    },
    ("name", "expect"),
    {
        "calls": "`calls` stands below `expect`",
        "outcome": "`outcome` stands below `expect`",
        "runs": "`runs` stands below `expect`",
        "because": "`because` stands below `expect`",
        "error": "`error` stands below `expect`",
        "webhook": "a webhook stands below `event`",
        "after": "time that passes stands in the list `events`",
        "given": "what is there at the start are `state`, `secrets`, `inputs` and `mocks`",
        "when": "what happens is the `event`, or a list of `events`",
        "then": "what must come of it is `expect`",
    },
)

WEBHOOK: Final = Vocabulary(
    "a webhook of a test",
    {
        "webhook": "A type of webhook; its documented sample arrives.",
        "after": "Time since the entry before, such as 10m.",
        "data": "Laid over the sample's `data`.",
        "id": "The delivery's id; the same id twice is a duplicate. Default: one of its own.",
        "timestamp": "Unix seconds. Default: the virtual time.",
    },
    ("webhook",),
)

MANUAL: Final = Vocabulary(
    "a start by hand",
    {
        "manual": "Starts the recipe by hand, with these inputs.",
        "after": "Time since the entry before, such as 10m.",
    },
    ("manual",),
)

DOWN: Final = Vocabulary(
    "an outage",
    {
        "down": "How long nothing runs, such as 3h.",
        "after": "Time since the entry before, such as 10m.",
    },
    ("down",),
)

RELOAD: Final = Vocabulary(
    "a deployment",
    {
        "reload": "A folder, relative to this file, whose recipes take the place of the live ones.",
        "after": "Time since the entry before, such as 10m.",
    },
    ("reload",),
)

AFTER: Final = Vocabulary("time that passes", {"after": "How long, such as 72h."}, ("after",))

ENTRIES: Final[Mapping[str, Vocabulary]] = {
    "webhook": WEBHOOK,
    "manual": MANUAL,
    "down": DOWN,
    "reload": RELOAD,
    "after": AFTER,
}
"""What can happen, by the key that says so; the first that is there decides."""

EXPECT: Final = Vocabulary(
    "`expect`",
    {
        "runs": "How many runs there are whose conditions held; 0: none.",
        "outcome": "How every run ends, or a list in order of start.",
        "error": "Why a run failed.",
        "because": "Part of the path or expression of the first clause that did not hold.",
        "calls": "The writes, each attempt, in order.",
    },
)

ERROR: Final = Vocabulary(
    "`error`",
    {
        "step": "The step that failed: its name, else its `as`, else its path.",
        "kind": "http, timeout, connection, template, unknown, limit, stopped or action.",
        "message": "Part of what is said about it.",
    },
)

ANSWER: Final = Vocabulary(
    "an answer that depends on the arguments",
    {"when": "Which calls are meant.", "answer": "What those are answered."},
    ("when", "answer"),
)

WHEN: Final = Vocabulary("`when`", {"with": "Arguments that the call must have."}, ("with",))

FAULT: Final = Vocabulary(
    "an `error` that is answered",
    {
        "status": "An HTTP status from 400 to 599.",
        "headers": "Headers of that answer, such as Retry-After.",
        "kind": "timeout, reset (cut off after sending) or refused, in place of a status.",
    },
)

OUTCOMES: Final = ("succeeded", "failed", "cancelled", "unknown")
"""How a run can be expected to end."""

FAULTS: Final = ("timeout", "reset", "refused")
"""Ways in which a call is not answered at all."""

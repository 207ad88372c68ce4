"""The rules that are found where recipes are read: YAML, vocabulary, names, and limits."""

from __future__ import annotations

from beeflow.check.rule import Rule

LANGUAGE = (
    Rule(
        "yaml-syntax",
        "The file is not YAML. Most often a value needs quotes: one that begins with `{{`, `*`, "
        "`@` or `%`, or that has `: ` or ` #` in it.",
        "text: {{ event.event_title }} is live",
        'text: "{{ event.event_title }} is live"',
    ),
    Rule(
        "yaml-encoding",
        "The file is not UTF-8, or has characters that cannot be seen.",
        "# a file saved as UTF-16",
        "# the same file saved as UTF-8",
    ),
    Rule("yaml-alias", "A `*alias` has no `&anchor` above it.", "text: *hi", 'text: "*hi"'),
    Rule("yaml-tag", "YAML tags are not part of the language.", "text: !now", 'text: "!now"'),
    Rule(
        "yaml-merge",
        "Merge keys are not part of the language: what a recipe does stands where it is read.",
        "with:\n  <<: *shared",
        "with: *shared",
    ),
    Rule("yaml-document", "One recipe a file.", "name: one\n---\nname: two", "name: one"),
    Rule("yaml-key", "Keys are texts.", "404: gone", '"404": gone'),
    Rule("duplicate-key", "A key stands twice.", "name: one\nname: two", "name: one"),
    Rule(
        "unknown-key",
        "The vocabulary is closed: a key that is not known is a mistake and never ignored.",
        "trigers: {webhook: event.created}",
        "trigger: {webhook: event.created}",
    ),
    Rule(
        "missing-key",
        "Something that is needed is not there.",
        "- wait_for: {webhook: poll.created}",
        "- wait_for: {webhook: poll.created, timeout: 2h}",
    ),
    Rule(
        "conflicting-keys",
        "Keys that exclude each other stand together.",
        "- action: log.write\n  wait: 10m",
        "- action: log.write\n- wait: 10m",
    ),
    Rule(
        "wrong-type",
        "A text stands where a list is needed, or the like. Only `true`, `false`, `null`, `~` and "
        "plain numbers are more than text; so `yes` and `True` are texts.",
        "enabled: yes",
        "enabled: true",
    ),
    Rule("bad-value", "A value is not one of those allowed.", "mode: lvie", "mode: live"),
    Rule("bad-duration", "A duration needs a unit.", "- wait: 10", "- wait: 10m"),
    Rule(
        "bad-timezone",
        "Time zones have IANA names.",
        "timezone: CET+1",
        "timezone: Europe/Copenhagen",
    ),
    Rule(
        "bad-time",
        "A time is written as year-month-day hour:minute.",
        "schedule: {at: tomorrow}",
        'schedule: {at: "2026-12-01 09:00"}',
    ),
    Rule(
        "bad-cron",
        "A cron has five fields: minute, hour, day of the month, month, day of the week.",
        'schedule: "9:00 mon-fri"',
        'schedule: "0 9 * * mon-fri"',
    ),
    Rule("bad-name", "Names consist of letters, digits and _.", "as: my-poll", "as: my_poll"),
    Rule("bad-id", "Ids consist of a-z, 0-9 and -.", "id: Go live", "id: go-live"),
    Rule(
        "duplicate-id",
        "Two recipes have the same id. Without `id`, it is the name of the file.",
        "# a/live.yaml and b/live.yaml",
        "# a/live.yaml, and b/live.yaml with `id: live-b`",
    ),
    Rule(
        "shadowed-name",
        "A name is given that the language uses itself.",
        "as: trigger",
        "as: first",
    ),
    Rule(
        "duplicate-name",
        "A name is given twice. Each has one value, so that one can tell what it is; two branches "
        "of an `if` may both set it.",
        "- set: {text: Hello}\n- set: {text: Goodbye}",
        "- set: {greeting: Hello}\n- set: {farewell: Goodbye}",
    ),
    Rule(
        "expression",
        "An expression or template is not well-formed, or uses what is not allowed.",
        "conditions:\n  - trigger.data.status = 'live'",
        "conditions:\n  - trigger.data.status == 'live'",
    ),
    Rule(
        "braces-in-expression",
        "Conditions, `if`, `when`, `until`, `for_each` and keys are expressions: no braces.",
        "if: \"{{ trigger.data.status == 'live' }}\"",
        "if: trigger.data.status == 'live'",
    ),
    Rule(
        "pattern",
        "A `match` is a mapping of dotted paths to values, lists, or operators.",
        "match: {data: {status: live}}",
        "match: {data.status: live}",
    ),
    Rule(
        "bad-input",
        "An input is given a value of another type.",
        "with: {offset: 15}",
        "with: {offset: 15m}",
    ),
    Rule(
        "missing-input",
        "An input has no value: an instance of a blueprint does not give it, or a recipe with a "
        "trigger declares it without a default.",
        "inputs:\n  channel: {type: string}",
        "inputs:\n  channel: {type: string, default: '#events'}",
    ),
    Rule(
        "unknown-input",
        "The blueprint has no such input.",
        "use: blueprints/reminder.yaml\nwith: {ofset: 1h}",
        "use: blueprints/reminder.yaml\nwith: {offset: 1h}",
    ),
    Rule(
        "missing-blueprint",
        "The blueprint is not where `use` says; the path is relative to the file that uses it.",
        "use: reminder.yaml",
        "use: blueprints/reminder.yaml",
    ),
    Rule(
        "unreadable-file",
        "The file cannot be read, or is a link that leads out of the recipes folder.",
        "# a link to a file that is gone",
        "# the file itself",
    ),
    Rule(
        "limit",
        "A bound of the language is passed. The bounds protect the daemon and are far above what "
        "people write.",
        "- for_each: people\n  parallel: 5000",
        "- for_each: people\n  parallel: 50",
    ),
)

"""The rules that are found where recipes are read: YAML, vocabulary, names, and limits."""

from __future__ import annotations

from beeflow.check.rule import Rule

LANGUAGE = (
    Rule(
        "yaml-syntax",
        "The file is not YAML. Most often a value needs quotes: one that begins with `{{`, `*`, "
        "`@` or `%`, or that has `: ` in it. The help is the mended line.",
        "trigger: {webhook: event.created}\nactions:\n  - action: log.write\n    with:\n"
        "      message: {{ trigger.data.event_ref }} is there",
        "trigger: {webhook: event.created}\nactions:\n  - action: log.write\n    with:\n"
        '      message: "{{ trigger.data.event_ref }} is there"',
    ),
    Rule(
        "yaml-encoding",
        "The file is not UTF-8, or has characters that cannot be seen: nobody could tell what it "
        "does by reading it.",
        "name: Go\x07 live",
        "name: Go live",
    ),
    Rule(
        "yaml-alias",
        "`*name` repeats what `&name` marks above it, and there is no such mark.",
        "- action: events.get\n  with: {event_ref: *main}",
        "- action: events.get\n  with: {event_ref: &main abc}\n"
        "- action: events.log\n  with: {event_ref: *main}",
    ),
    Rule(
        "yaml-tag",
        "YAML tags, such as `!env`, are not part of the language: what a recipe does stands where "
        "it is read.",
        "- action: log.write\n  with: {message: !env CREW}",
        '- action: log.write\n  with: {message: "!env CREW"}',
    ),
    Rule(
        "yaml-merge",
        "Merge keys are not part of the language: what a recipe does stands where it is read.",
        "- action: log.write\n  with: &hello {message: hello}\n"
        "- action: log.write\n  with:\n    <<: *hello",
        "- action: log.write\n  with: &hello {message: hello}\n- action: log.write\n  with: *hello",
    ),
    Rule(
        "bad-indentation",
        "Keys stand beside the key that they belong below, so that it has nothing and they mean "
        "nothing.",
        "- action: log.write\n  with:\n  message: hello",
        "- action: log.write\n  with:\n    message: hello",
    ),
    Rule(
        "yaml-document",
        "`---` begins a second document, which would be ignored. One recipe a file.",
        "name: one\nactions:\n  - stop: done\n---\nname: two",
        "name: one\nactions:\n  - stop: done",
    ),
    Rule(
        "yaml-key",
        "Keys are texts: a number, or nothing, before the `:` is most often a slip.",
        "labels: [live]\n404: gone",
        "labels: [live]\ndescription: 404 is gone",
    ),
    Rule(
        "duplicate-key",
        "A key stands twice, and only one of the two would count.",
        "name: one\nname: two",
        "name: one",
    ),
    Rule(
        "unknown-key",
        "The vocabulary is closed: a key that is not known is a mistake and never ignored.",
        "trigers: {webhook: event.created}",
        "trigger: {webhook: event.created}",
    ),
    Rule(
        "missing-key",
        "Something that is needed is not there. Whoever reads the recipe would have to guess it.",
        "- wait_for: {webhook: poll.created}",
        "- wait_for: {webhook: poll.created, timeout: 2h}",
    ),
    Rule(
        "conflicting-keys",
        "Keys that exclude each other stand together, so that it is open which one is meant.",
        "- action: log.write\n  with: {message: hello}\n  wait: 10m",
        "- action: log.write\n  with: {message: hello}\n- wait: 10m",
    ),
    Rule(
        "wrong-type",
        "A text stands where a list is needed, or the like. Only `true`, `false`, `null`, `~` and "
        "plain numbers are more than text; so `yes` and `True` are texts.",
        "enabled: yes",
        "enabled: true",
    ),
    Rule("bad-value", "A value is not one of those allowed.", "mode: shadwo", "mode: shadow"),
    Rule(
        "bad-duration",
        "A duration needs a unit, so that nobody takes minutes for seconds.",
        "- wait: 10",
        "- wait: 10m",
    ),
    Rule(
        "bad-timezone",
        "Time zones have IANA names, which know when the clocks change.",
        "timezone: CET+1",
        "timezone: Europe/Copenhagen",
    ),
    Rule(
        "bad-time",
        "A time is written as year-month-day hour:minute, so that it means one moment.",
        "trigger: {schedule: {at: tomorrow}}",
        'trigger: {schedule: {at: "2026-12-01 09:00"}}',
    ),
    Rule(
        "bad-cron",
        "A cron has five fields: minute, hour, day of the month, month, day of the week.",
        'trigger: {schedule: "9:00 mon-fri"}',
        'trigger: {schedule: "0 9 * * mon-fri"}',
    ),
    Rule(
        "bad-name",
        "Names consist of letters, digits and _, so that expressions can read them: `my-poll` "
        "would be `my` less `poll`.",
        "- action: polls.list\n  as: my-polls\n  with: {event_ref: abc}",
        "- action: polls.list\n  as: my_polls\n  with: {event_ref: abc}\n"
        '- action: log.write\n  with: {message: "{{ my_polls | length }} polls"}',
    ),
    Rule(
        "bad-id",
        "Ids consist of a-z, 0-9 and -: they are typed in commands and stand in addresses.",
        "id: Go live",
        "id: go-live",
    ),
    Rule(
        "duplicate-id",
        "Two recipes have the same id, and commands could not tell them apart. Without `id`, it "
        "is the name of the file.",
        "# emea/live.yaml\nname: Live in Europe\n# apac/live.yaml\nname: Live in Asia",
        "# emea/live.yaml\nname: Live in Europe\n"
        "# apac/live.yaml\nid: live-apac\nname: Live in Asia",
    ),
    Rule(
        "shadowed-name",
        "A name is given that the language uses itself, or that hides another.",
        "- set: {trigger: by hand}",
        '- set: {origin: by hand}\n- action: log.write\n  with: {message: "started {{ origin }}"}',
    ),
    Rule(
        "duplicate-name",
        "A name is given twice. Each has one value, so that one can tell what it is; two branches "
        "of an `if` may both set it.",
        "- set: {text: Hello}\n- action: log.write\n  with: {message: '{{ text }}'}\n"
        "- set: {text: Goodbye}",
        "- set: {text: Hello}\n- action: log.write\n  with: {message: '{{ text }}'}\n"
        "- set: {farewell: Goodbye}\n- action: log.write\n  with: {message: '{{ farewell }}'}",
    ),
    Rule(
        "expression",
        "An expression or template is not well-formed, or uses what is not allowed; it would fail "
        "whenever it is reached.",
        "trigger: {webhook: event.updated.status}\nconditions:\n  - trigger.data.status = 'live'",
        "trigger: {webhook: event.updated.status}\nconditions:\n  - trigger.data.status == 'live'",
    ),
    Rule(
        "braces-in-expression",
        "Conditions, `if`, `when`, `until`, `for_each` and keys are expressions: no braces. "
        "Braces would make a text of it, and every text that is not empty counts as true.",
        "trigger: {webhook: event.updated.status}\n"
        "conditions:\n  - \"{{ trigger.data.status == 'live' }}\"",
        "trigger: {webhook: event.updated.status}\nconditions:\n  - trigger.data.status == 'live'",
    ),
    Rule(
        "pattern",
        "A `match` is a mapping of dotted paths to values, lists, or operators.",
        "trigger:\n  webhook: event.updated.status\n  match: {data: {status: live}}",
        "trigger:\n  webhook: event.updated.status\n  match: {data.status: live}",
    ),
    Rule(
        "bad-input",
        "An input is given a value of another type than it declares.",
        "inputs:\n  offset: {type: duration, default: 15}\nactions:\n"
        '  - wait: "{{ inputs.offset }}"',
        "inputs:\n  offset: {type: duration, default: 15m}\nactions:\n"
        '  - wait: "{{ inputs.offset }}"',
    ),
    Rule(
        "missing-input",
        "An input has no value: an instance of a blueprint does not give it, or a recipe with a "
        "trigger declares it without a default, and a trigger gives none.",
        "inputs:\n  crew: {type: string}\ntrigger: {webhook: event.created}\nactions:\n"
        '  - action: log.write\n    with: {message: "{{ inputs.crew }}"}',
        'inputs:\n  crew: {type: string, default: "@crew"}\ntrigger: {webhook: event.created}\n'
        'actions:\n  - action: log.write\n    with: {message: "{{ inputs.crew }}"}',
    ),
    Rule(
        "missing-blueprint",
        "The blueprint is not where `use` says; the path is relative to the file that uses it.",
        "# reminder.yaml\nuse: hour-before.yaml\n# blueprints/hour-before.yaml\n"
        "trigger: {event_start: -1h}",
        "# reminder.yaml\nuse: blueprints/hour-before.yaml\n# blueprints/hour-before.yaml\n"
        "trigger: {event_start: -1h}",
    ),
    Rule(
        "unreadable-file",
        "The file cannot be read, or is a link that leads out of the recipes folder: what runs "
        "must be what was reviewed.",
        "# live.yaml -> ../gone.yaml",
        "# live.yaml\nname: Live",
    ),
    Rule(
        "limit",
        "A bound of the language is passed. The bounds protect the daemon and are far above what "
        "people write.",
        "- for_each: range(3)\n  parallel: 5000\n  do:\n    - wait: 1m",
        "- for_each: range(3)\n  parallel: 50\n  do:\n    - wait: 1m",
    ),
)

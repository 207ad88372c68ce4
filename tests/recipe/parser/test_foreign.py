"""What other tools call things: one finding with the name here, and the rest is read as meant."""

from __future__ import annotations

import pytest
from recipe.parsing import only, parse

TOP = "version: 1\n{}\nactions: [{{stop: done}}]\n"
STEP = "trigger: {{webhook: event.created}}\nactions:\n  - {}\n"


def mean(name: str) -> str:
    return f"did you mean `{name}`?"


@pytest.mark.parametrize(
    ("line", "at", "mend"),
    [
        ("on: {webhook: event.created}", "on", "what starts a recipe is its `trigger`"),
        (
            "triggers: [{webhook: event.created}]",
            "triggers",
            "what starts a recipe is its `trigger`",
        ),
        ("when: event.created", "when", "write trigger: {webhook: event.created}"),
        ("when: trigger.data.status == 'live'", "when", "write - trigger.data.status == 'live'"),
        ("when: [trigger.data.status == 'live']", "when", "what must hold are the `conditions`"),
        ("if: trigger.type == 'x'", "if", "write - trigger.type == 'x'"),
        ("only_if: [trigger.type == 'x']", "only_if", "what must hold are the `conditions`"),
        (
            "condition: {not: trigger.type == 'x'}",
            "condition",
            "write - {not: trigger.type == 'x'}",
        ),
        ("alias: a", "alias", mean("name")),
        ("desc: a", "desc", mean("description")),
        ("tags: [a]", "tags", mean("labels")),
        ("tz: UTC", "tz", mean("timezone")),
        ("active: false", "active", mean("enabled")),
        ("on_failure: [{stop: x}]", "on_failure", mean("on_error")),
        ("variables: {a: 1}", "variables", "names are given by `set`, a step, or are `inputs`"),
        ("throttle: {per: 1m}", "per", mean("once_within")),
        ("debounce: {wait: 1m}", "wait", mean("quiet")),
        ("batch: {every: 1h}", "every", mean("window")),
        ("concurrency: {limit: 2}", "limit", mean("max")),
        ("cancel_on: {event: event.deleted}", "event", mean("webhook")),
        ("inputs: {a: {type: choice, choices: [x], default: x}}", "choices", mean("options")),
        ("conditions: [{or: [now]}]", "or", mean("any")),
        ("mode: single", "single", "write concurrency: {mode: drop} (`mode` is live or shadow)"),
        ("mode: queued", "queued", "write concurrency: {mode: queue} (`mode` is live or shadow)"),
    ],
)
def test_a_key_of_another_tool_at_the_top(line: str, at: str, mend: str) -> None:
    found = only(TOP.format(line))
    assert found.at == at
    assert found.help.endswith(mend)


@pytest.mark.parametrize("key", ["steps", "do", "then", "action", "sequence", "tasks", "run"])
def test_the_steps_by_another_name(key: str) -> None:
    found = only(f"trigger: {{webhook: event.created}}\n{key}:\n  - wait: 1m\n  - stop: x\n")
    assert (found.at, found.help) == (key, "the steps are the `actions`")


def test_the_jobs_of_a_workflow_are_read() -> None:
    text = "jobs:\n  one:\n    runs-on: x\n    steps:\n      - stop: done\n"
    parsed = parse(f"on:\n  schedule:\n    - cron: 0 9 * * *\n{text}")
    assert [one.rule for one in parsed.problems] == ["unknown-key"] * 2
    assert parsed.draft is not None
    assert len(parsed.draft.triggers) == len(parsed.draft.actions) == 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (key, "[{stop: x}]")
        for key in ("actions", "do", "steps", "sequence", "block", "action", "run")
    ]
    + [("actions", "{stop: x}")],
)
def test_the_steps_of_a_branch_by_another_name(key: str, value: str) -> None:
    found = only(STEP.format(f"{{if: now, {key}: {value}}}"))
    assert (found.at, found.message) == (key, f"an `if` step has no key `{key}`")
    assert found.help == mean("then")


@pytest.mark.parametrize(
    ("step", "at", "mend"),
    [
        ("{uses: log.write, with: {message: x}}", "uses", mean("action")),
        ("{action: a.b, data: {c: 1}}", "data", mean("with")),
        ("{service: a.b}", "service", mean("action")),
        ("{call: log.write}", "call", mean("action")),
        ("{do: log.write}", "do", mean("action")),
        ("{step: log.write}", "step", mean("action")),
        ("{action: a.b, params: {c: 1}}", "params", mean("with")),
        ("{action: a.b, args: {c: 1}}", "args", mean("with")),
        ("{action: a.b, register: c}", "register", mean("as")),
        ("{action: a.b, id: c}", "id", mean("as")),
        ("{action: a.b, when: now}", "when", mean("if")),
        ("{action: a.b, when: [now]}", "when", mean("if")),
        ("{action: a.b, retries: 3}", "retries", "write retry: {attempts: 3}"),
        ("{action: a.b, retry: 3}", "3", "write it as {attempts: 3}"),
        ("{action: a.b, ignore_errors: true}", "ignore_errors", "write on_error: continue"),
        ("{action: a.b, unless: now}", "unless", "write if: not (…)"),
        ("{action: a.b, loop: [1]}", "loop", "write for_each, with this step below `do`"),
        ("{delay: 5m}", "delay", mean("wait")),
        ("{delay: 5}", "delay", "write wait: 5s"),
        ("{delay: '00:05:00'}", "delay", "write wait: 5m"),
        ("{sleep: {minutes: 5, seconds: 1}}", "sleep", "write wait: 5m1s"),
        ("{wait_for_trigger: {webhook: a, timeout: 1h}}", "wait_for_trigger", mean("wait_for")),
        ("{wait_for: {event: a, timeout: 1h}}", "event", mean("webhook")),
        ("{set_fact: {a: 1}}", "set_fact", mean("set")),
        ("{foreach: a, do: [{stop: x}]}", "foreach", mean("for_each")),
        ("{for_each: a, steps: [{stop: x}]}", "steps", mean("do")),
        ("{for_each: a, var: b, do: [{stop: '{{ b }}'}]}", "var", mean("as")),
        ("{repeat: {count: 3}, do: [{stop: x}]}", "count", mean("times")),
        ("{while: now, do: [{stop: x}]}", "while", "which ends when that holds: write not (…)"),
        ("{switch: [{when: now, then: [{stop: x}]}]}", "switch", mean("choose")),
        ("{choose: [{if: now, then: [{stop: x}]}]}", "if", mean("when")),
        ("{choose: [{when: now, then: []}], default: [{stop: x}]}", "default", mean("else")),
        ("{recipe: other}", "recipe", mean("run")),
        ("{run: log.write}", "log.write", "to call an action, write action: log.write"),
        ("{exit: x}", "exit", mean("stop")),
        ("{name: log.write, with: {message: x}}", "name", "add what it does: write action: log.write"),
        ("{if: now, then: [], elif: now}", "elif", "write choose, with an arm of `when` and `then` for each"),
    ],
)  # fmt: skip
def test_a_key_of_another_tool_in_a_step(step: str, at: str, mend: str) -> None:
    found = only(STEP.format(step))
    assert found.at == at
    assert found.help.endswith(mend)


def test_what_stands_behind_the_word_of_another_tool_is_checked() -> None:
    parsed = parse("on: {webhook: event.created, match: []}\nsteps: [{uses: a.b, params: 3}]\n")
    assert [one.rule for one in parsed.problems] == [
        "unknown-key", "wrong-type", "unknown-key", "unknown-key", "unknown-key", "wrong-type",
    ]  # fmt: skip


def test_the_document_has_the_keys_that_were_meant() -> None:
    parsed = parse("on: event.created\nsteps:\n  - uses: a.b\n    params: {c: 1}\n")
    assert parsed.document.root is not None
    assert parsed.document.root.plain() == {
        "trigger": {"webhook": "event.created"},
        "actions": [{"action": "a.b", "with": {"c": 1}}],
    }


@pytest.mark.parametrize("line", ["fetch: {ev: {action: events.get, with: {}}}", "trigger: {}"])
def test_what_stands_at_the_top_is_not_a_step(line: str) -> None:
    found = only(STEP.format(line))
    assert (found.rule, found.at) == ("unknown-key", line.partition(":")[0])
    assert "stands at the top of the recipe, beside `actions`" in found.help

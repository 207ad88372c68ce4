from __future__ import annotations

import textwrap

import pytest

from beeflow.check import Facts, check_text


def rules(text: str, facts: Facts) -> list[tuple[str, str]]:
    """Return rule and text at fault of each finding about names."""
    whole = textwrap.dedent(text)
    report = check_text(whole, facts)
    return [
        (one.rule, whole[one.range.start.offset : one.range.end.offset])
        for one in report.findings
        if one.rule in {"unknown-name", "maybe-undefined"}
    ]


def log(name: str) -> str:
    return f"{{action: log.write, with: {{message: '{{{{ {name} }}}}'}}}}"


@pytest.mark.parametrize(
    "actions",
    [
        f"[{{set: {{x: 1}}}}, {log('x')}]",
        f"[{{set: {{a: 1, b: '{{{{ a }}}}'}}}}, {log('b')}]",
        f"[{{if: now, then: [{{set: {{x: 1}}}}], else: [{{set: {{x: 2}}}}]}}, {log('x')}]",
        f"[{{choose: [{{when: now, then: [{{set: {{x: 1}}}}]}}], else: [{{set: {{x: 2}}}}]}}, {log('x')}]",
        f"[{{if: now, set: {{x: 1}}}}, {{if: x is defined, then: [{log('x')}]}}]",
        f"[{{if: now, set: {{x: 1}}}}, {{if: now, then: [{log('x')}]}}]",
        f"[{{for_each: '[1]', do: [{log('item')}, {log('loop.index')}]}}]",
        f"[{{for_each: '[1]', as: one, into: all, do: [{log('one')}]}}, {log('all')}]",
        "[{repeat: {until: done}, max: 3, do: [{set: {done: true}}]}]",
        f"[{{repeat: {{times: now.year}}, do: [{log('loop.index')}]}}]",
        f"[{{wait_for: {{webhook: poll.created, timeout: '{{{{ now }}}}'}}, as: got}}, {log('got')}]",
        f"[{{run: stdin, as: ran}}, {log('ran')}]",
        f"[{{action: log.write, with: {{message: a}}, as: x, on_error: [{{set: {{x: 1}}}}, {log('error')}]}}, {log('x')}]",
        "[{wait: {until: now}}, {wait: '{{ inputs.x }}'}, {state: {set: {a: '{{ state }}'}}}]",
        f"[{{parallel: [[{{set: {{x: 1}}}}, {log('x')}], [{{set: {{x: 2}}}}]]}}]",
        "[{stop: '{{ run.id }} {{ secrets }}'}]",
    ],
)
def test_what_is_in_scope_is_fine(actions: str, facts: Facts) -> None:
    assert rules(f"actions: {actions}", facts) == []


@pytest.mark.parametrize(
    ("actions", "name"),
    [
        (f"[{log('x')}, {{set: {{x: 1}}}}]", "x"),
        ("[{set: {a: '{{ b }}', b: 1}}]", "b"),
        (f"[{{parallel: [[{{set: {{x: 1}}}}], [{log('x')}]]}}]", "x"),
        (f"[{{for_each: '[1]', do: [{{set: {{x: 1}}}}]}}, {log('x')}]", "x"),
        (f"[{{for_each: '[1]', do: []}}, {log('item')}]", "item"),
        (f"[{{repeat: {{times: 1}}, do: [{{set: {{x: 1}}}}]}}, {log('x')}]", "x"),
        (f"[{log('error')}]", "error"),
        (f"[{{if: now, then: [{{set: {{x: 1}}}}], else: [{log('x')}]}}]", "x"),
        ("[{wait: {until: later}}]", "later"),
        ("[{action: log.write, once: nobody, with: {message: a}}]", "nobody"),
        ("[{wait_for: {webhook: poll.created, match: {a: '{{ z }}'}, timeout: 1h}}]", "z"),
        ("[{run: stdin, with: {a: '{{ z }}'}}]", "z"),
        ("[{choose: [{when: z, then: []}]}]", "z"),
        ("[{if: z, stop: a}]", "z"),
        ("[{state: {increment: {a: '{{ z }}'}}}]", "z"),
    ],
)
def test_what_is_not_in_scope_is_named(actions: str, name: str, facts: Facts) -> None:
    assert rules(f"actions: {actions}", facts) == [("unknown-name", name)]


@pytest.mark.parametrize(
    "actions",
    [
        f"[{{if: now, set: {{x: 1}}}}, {log('x')}]",
        f"[{{if: now, then: [{{set: {{x: 1}}}}]}}, {log('x')}]",
        f"[{{if: now, then: [], else: [{{set: {{x: 1}}}}]}}, {log('x')}]",
        f"[{{choose: [{{when: now, then: [{{set: {{x: 1}}}}]}}]}}, {log('x')}]",
        f"[{{action: log.write, with: {{message: a}}, as: x, on_error: continue}}, {log('x')}]",
        f"[{{action: log.write, with: {{message: a}}, as: x, on_error: []}}, {log('x')}]",
        f"[{{if: now, set: {{x: 1}}}}, {{if: not now, then: [{log('x')}]}}]",
    ],
)
def test_what_may_have_no_value_is_a_warning(actions: str, facts: Facts) -> None:
    assert rules(f"actions: {actions}", facts) == [("maybe-undefined", "x")]


def test_a_default_guards(facts: Facts) -> None:
    actions = f"[{{if: now, set: {{x: 1}}}}, {log('x | default(1)')}]"
    assert rules(f"actions: {actions}", facts) == []


def test_a_guarded_name_that_can_never_be_there_is_a_warning(facts: Facts) -> None:
    report = check_text("actions: [{if: x is defined, stop: a}]", facts)
    assert [(one.rule, one.severity) for one in report.findings] == [("unknown-name", "warning")]


def test_steps_on_error_see_what_may_have_been_named(facts: Facts) -> None:
    text = f"""
        fetch: {{event: {{action: events.get, with: {{event_ref: a}}}}}}
        actions: [{{set: {{x: 1}}}}]
        on_error: [{log("event")}, {log("error.message")}, {log("x")}]
    """
    assert rules(text, facts) == [("maybe-undefined", "x")]


def test_an_error_within_an_error_stays_in_scope(facts: Facts) -> None:
    handler = f"{{action: log.write, with: {{message: a}}, on_error: [{log('error')}]}}"
    text = f"actions: []\non_error: [{handler}, {log('error')}]"
    assert rules(text, facts) == []


def test_policies_see_the_trigger_but_no_reads(facts: Facts) -> None:
    text = """
        fetch: {event: {action: events.get, with: {event_ref: a}}}
        concurrency: {group: event.x}
        throttle: {key: trigger.type, once_within: 1m}
        debounce: {key: event, quiet: 1m}
        batch: {key: inputs.x, window: 1h}
        actions: []
    """
    assert rules(text, facts) == [("unknown-name", "event")]
    whole = check_text(textwrap.dedent(text), facts).findings
    (found,) = [one for one in whole if one.rule == "unknown-name"]
    assert found.elsewhere == "the same stands at 1 more place (line 5)"


def test_conditions_see_the_reads(facts: Facts) -> None:
    text = """
        fetch:
          event: {action: events.get, with: {event_ref: "{{ stream }}"}}
          stream: {action: events.stream, with: {event_ref: "{{ event }}"}}
        conditions: [event, {all: [stream, {any: [{not: other}]}]}]
        actions: []
    """
    assert rules(text, facts) == [("unknown-name", "stream"), ("unknown-name", "other")]


def test_a_watch_sees_its_own_reads_and_its_items(facts: Facts) -> None:
    text = """
        trigger:
          - watch:
              every: 1m
              fires: each
              for_events: {status: "live"}
              fetch: {chats: {action: chat.list, with: {event_ref: "{{ trigger.data.event_ref }}"}}}
              items: chats
              key: item.chat_ref
          - watch: {every: 1m, when: item}
        conditions: [chats]
        actions: []
    """
    assert rules(text, facts) == [("unknown-name", "item"), ("unknown-name", "chats")]


@pytest.mark.parametrize(
    ("actions", "help_"),
    [
        (f"[{log('x')}, {{set: {{x: 1}}}}]", "move this one behind it"),
        (f"[{{for_each: '[1]', do: [{{set: {{x: 1}}}}]}}, {log('x')}]", "stays inside"),
        (f"[{{for_each: '[1]', as: x, do: []}}, {log('x')}]", "stays inside"),
        ("[{set: {y: '{{ x }}', x: 1}}]", "put `x` above it"),
        (f"[{log('x')}]", "in scope: inputs"),
    ],
)
def test_where_a_name_has_a_value_is_said(actions: str, help_: str, facts: Facts) -> None:
    found = check_text(f"actions: {actions}", facts).findings
    (one,) = [finding for finding in found if finding.rule == "unknown-name"]
    assert help_ in (one.help or "")
    assert bool(one.related) is ("in scope" not in help_)

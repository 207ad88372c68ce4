"""Steps that nothing leads to, lists with nothing in them, texts that are cut off."""

from __future__ import annotations

import pytest

from beeflow.check import Facts, check_text

LOG = "{action: log.write, with: {message: a}}"


def found(text: str, rule: str, facts: Facts) -> list[str]:
    return [
        text[one.range.start.offset : one.range.end.offset]
        for one in check_text(text, facts).findings
        if one.rule == rule
    ]


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (f"[{{stop: x}}, {LOG}, {LOG}]", 1),
        (f"[{{if: now, then: [{{stop: x}}], else: [{{stop: y}}]}}, {LOG}]", 1),
        (f"[{{choose: [{{when: now, then: [{{stop: x}}]}}], else: [{{stop: y}}]}}, {LOG}]", 1),
        (f"[{{for_each: '[1]', do: [{{stop: x}}, {LOG}]}}]", 1),
        (f"[{{action: log.write, with: {{message: a}}, on_error: [{{stop: x}}, {LOG}]}}]", 1),
        (f"[{{if: now, stop: x}}, {LOG}]", 0),
        (f"[{{if: now, then: [{{stop: x}}]}}, {LOG}]", 0),
        (f"[{{if: now, then: [{{if: now, stop: x}}], else: [{{stop: y}}]}}, {LOG}]", 0),
        (f"[{{choose: [{{when: now, then: [{{stop: x}}]}}]}}, {LOG}]", 0),
        (f"[{{for_each: '[1]', do: [{{stop: x}}]}}, {LOG}]", 0),
        ("[{stop: x}]", 0),
    ],
)
def test_steps_behind_an_end(actions: str, expected: int, facts: Facts) -> None:
    assert found(f"actions: {actions}", "unreachable-step", facts) == ["action"] * expected


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("actions: []", "warning"),
        (f"conditions: []\nactions: [{LOG}]", "warning"),
        (f"conditions: [{{any: []}}]\nactions: [{LOG}]", "error"),
        (f"conditions: [{{all: []}}]\nactions: [{LOG}]", "warning"),
        ("actions: [{if: now.hour < 3, then: []}]", "warning"),
        ("actions: [{choose: []}]", "error"),
        ("actions: [{parallel: []}]", "warning"),
        (f"actions: [{{parallel: [[{LOG}], []]}}]", "warning"),
        ("actions: [{repeat: {times: 2}, do: []}]", "warning"),
        (f"on_error: []\nactions: [{LOG}]", "warning"),
        (f"trigger: []\nactions: [{LOG}]", "warning"),
    ],
)  # fmt: skip
def test_lists_with_nothing_in_them(text: str, severity: str, facts: Facts) -> None:
    report = check_text(text, facts)
    assert [(one.rule, one.severity) for one in report.findings] == [("empty-list", severity)]
    assert found(text, "empty-list", facts) == ["[]"]


@pytest.mark.parametrize(
    "text",
    [
        "actions: [{set: {a: []}}, {stop: '{{ a }}'}]",
        "actions: [{action: http.request, with: {url: 'https://a.b', json: {actions: [], then: []}}}]",
        "inputs: {a: {type: list, default: []}}\nactions: [{stop: '{{ inputs.a }}'}]",
    ],
)
def test_values_may_be_empty_lists(text: str, facts: Facts) -> None:
    assert found(text, "empty-list", facts) == []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("name: Post in #events", ["#events"]),
        ("name: Post in #events and more  # note", ["#events and more  # note"]),
        ("name: Post in # events", []),
        ("name: Post  #events", []),
        ("name: 'Post' #events", []),
        ("timeout: 1h #later", []),
        ("name: Post #", []),
    ],
)
def test_texts_that_a_hash_cuts_off(lines: str, expected: list[str], facts: Facts) -> None:
    text = f"{lines}\nactions: [{LOG}]\n"
    assert found(text, "cut-off-text", facts) == expected

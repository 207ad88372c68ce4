from __future__ import annotations

from check.causes.tracing import recipe

from beeflow.check.logic.holding import asked


def told(text: str) -> list[str]:
    return [
        f"{one.role} {one.expr.text}"
        + "".join(f"; {'' if given.holds else 'not '}{given.text}" for given in one.given)
        for one in asked(recipe(text))
    ]


def test_conditions_hold_for_what_follows() -> None:
    text = "conditions: [a, {all: [b, c]}, {not: d}, {any: [e, f]}, {not: {any: [g, h]}}]\nactions: [{stop: x, if: i}]"  # fmt: skip
    assert told(text) == [
        "condition a",
        "condition b; a",
        "condition c; a; b",
        "clause d; a; b; c",
        "clause e; a; b; c; not d",
        "clause f; a; b; c; not d; not e",
        "clause g; a; b; c; not d",
        "clause h; a; b; c; not d; not g",
        "if i; a; b; c; not d; not g; not h",
    ]


def test_steps_know_what_is_around_and_before_them() -> None:
    text = """
    actions:
      - {stop: x, if: a}
      - if: b
        then: [{wait: 1m, if: c}]
        else: [{wait: 1m, if: d}]
      - choose: [{when: e, then: [{wait: 1m, if: f}]}, {when: g, then: []}]
        else: [{wait: 1m, if: h}]
      - repeat: {until: i}
        max: 3
        do: [{wait: 1m, if: j}]
    on_error: [{wait: 1m, if: k}]
    """
    assert told(text.replace("then: []", "then: [{wait: 1m}]")) == [
        "if a",
        "if b; not a",
        "if c; not a; b",
        "if d; not a; not b",
        "when e; not a",
        "if f; not a; e",
        "when g; not a; not e",
        "if h; not a; not e; not g",
        "if j; not a",
        "until i; not a",
        "if k",
    ]


def test_what_moves_is_not_known_later() -> None:
    text = (
        'conditions: ["now | weekday < 5", "state.get(\'n\', 0) == 1"]\nactions: [{stop: x, if: a}]'
    )
    assert told(text)[-1] == "if a"

from __future__ import annotations

import pytest

from beeflow.check import Facts, check_text


@pytest.mark.parametrize(
    ("action", "given", "message"),
    [
        ("slack.post", "{text: '{{ run.attempt }}'}", "`text` of slack.post takes a text"),
        ("email.send", "{to: ['{{ run.attempt }}'], subject: a, text: b}", "each item of `to` of"),
        ("email.send", "{to: '{{ run }}', subject: a, text: b}", "takes a text or a list"),
        ("http.request", "{url: 'https://a.b', headers: '{{ run.id }}'}", "`headers` of"),
        ("http.request", "{url: 'https://a.b', json: {a: ['{{ run }}', '{{ now }}']}}", None),
        ("http.request", "{url: 'https://a.b', expect: ['{{ run.attempt }}', 200]}", None),
        ("log.write", "{message: ['{{ run }}', {a: '{{ now }}'}]}", None),
        (
            "log.write",
            "{message: a, level: \"{{ 'warn' if now.hour > 1 else 'err' }}\"}",
            "`level`",
        ),
        ("log.write", "{message: a, level: \"{{ 'warning' if now.hour > 1 else 'err' }}\"}", None),
        ("no.such", "{anything: ['{{ run }}']}", None),
    ],
)
def test_templates_must_fit_their_parameters(
    action: str, given: str, message: str | None, facts: Facts
) -> None:
    found = check_text(f"actions:\n  - {{action: {action}, with: {given}}}", facts).findings
    told = [one.message for one in found if one.rule == "wrong-value"]
    assert len(told) == (message is not None)
    assert message is None or message in told[0]

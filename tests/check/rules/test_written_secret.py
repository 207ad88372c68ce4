from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.check import FORMATS, Facts, check_text

if TYPE_CHECKING:
    from check.rules.telling import Tell

REQUEST = "- action: http.request\n  with: {url: https://example.com, method: POST, %s}"


def test_a_secret_by_its_shape(tell: Tell) -> None:
    assert tell(REQUEST % "json: {text: xoxb-123456789012-abcdef}") == [
        (
            "written-secret error <************************> a Slack token is written into the "
            "recipe | write {{ secrets.SLACK_TOKEN }} in its place, set BEEFLOW_SECRET_SLACK_TOKEN "
            "in the environment, and have it replaced: whoever can read the file has it"
        )
    ]


@pytest.mark.parametrize(
    ("given", "marked"),
    [
        ("json: {password: hunter22}", "password"),
        ("json: {login: {client_secret: 'hunter22'}}", "client_secret"),
        ("headers: {X-Api-Key: a1b2c3d4e5f6g7h8}", "X-Api-Key"),
        ("headers: {Authorization: Token a1b2c3d4e5f6g7h8}", "Authorization"),
        ("query: {key: a1b2c3d4e5f6g7h8}", "key"),
    ],
)
def test_a_secret_by_the_name_of_its_key(tell: Tell, given: str, marked: str) -> None:
    (line,) = tell(REQUEST % given)
    assert line.startswith("written-secret warning <")
    assert f"> the value of `{marked}` looks like a secret that is written into the recipe" in line


@pytest.mark.parametrize(
    "given",
    [
        "json: {password: '{{ secrets.PASSWORD }}'}",
        "json: {password: Please enter your password}",
        "json: {password: null, token: 12, secret: abc}",
        "json: {password: <yours>}",
        "json: {key: customer-2024-summer}",
        "json: {api_key: production}",
        "headers: {Authorization: 'Bearer {{ secrets.TOKEN }}'}",
        "query: {tokens: a1b2c3d4e5f6g7h8}",
    ],
)
def test_what_is_no_secret(tell: Tell, given: str) -> None:
    assert tell(REQUEST % given) == []


def test_the_words_of_the_language_are_no_names_of_secrets(tell: Tell) -> None:
    assert tell("trigger: {webhook: event.created}\nthrottle: {key: trigger.data.event_ref, once_within: 1h}\nactions: [{stop: x}]") == []  # fmt: skip


def test_what_an_instance_gives_is_looked_at_too(tell: Tell) -> None:
    blueprint = "inputs: {token: {type: string}}\nactions: [{stop: '{{ inputs.token }}'}]"
    told = tell(f"# blueprints/b.yaml\n{blueprint}\n# a.yaml\nuse: blueprints/b.yaml\nwith: {{token: a1b2c3d4e5f6g7h8}}")  # fmt: skip
    assert len(told) == 1
    assert told[0].startswith("written-secret warning <****************>")


@pytest.mark.parametrize("form", FORMATS)
def test_no_report_repeats_it(form: str, facts: Facts) -> None:
    text = (
        "actions:\n  - action: http.request\n    with:\n"
        "      url: ftp://bob:s3cretpass@example.com\n      methd: 1\n"
        "      json: {password: hunter22, note: xoxb-123456789012-abcdef}\n"
        "      headers: {X: xoxb-123456789012-abcdef, X Y: 1}\n"
    )
    report = FORMATS[form](check_text(text, facts))
    assert "written-secret" in report
    for secret in ("s3cret", "hunter22", "xoxb-1"):
        assert secret not in report


def test_it_stays_hidden_where_it_is_ignored(facts: Facts) -> None:
    comment = "# beeflow: ignore[written-secret] of the sandbox"
    text = f"actions:\n  - stop: xoxb-123456789012-abcdef  {comment}\n    x: 1\n  - y: xoxb-123456789012-abcdef\n"
    report = FORMATS["text"](check_text(text, facts))
    assert "xoxb-1" not in report

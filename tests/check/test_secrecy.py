from __future__ import annotations

import pytest

from beeflow.check import FORMATS, Facts, check_text
from beeflow.check.secrecy import SHAPES, hide, hide_in, looks_random, written_secrets
from beeflow.recipe.document import Source

EXAMPLES = {
    "a Slack token": "xoxb-123456789012-abcdefGHIJ",
    "the address of a Slack webhook": "https://hooks.slack.com/services/T01234567/B01234567/abcdefghijklmnop",
    "the address of a Discord webhook": "https://discord.com/api/webhooks/123456/abcdefghijklmnopqrstuvwx",
    "the address of a Teams webhook": "https://acme.webhook.office.com/webhookb2/abcdefghijklmnopqrstuvwx@x",
    "an access key of AWS": "AKIAIOSFODNN7EXAMPLE",
    "a GitHub token": "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "a Google API key": "AIzaSyA1234567890abcdefghijklmnopqrstuv",
    "a Stripe key": "sk_live_abcdefghijklmnop1234",
    "a SendGrid key": "SG.abcdefghijklmnop.abcdefghijklmnop",
    "an API key": "sk-proj-abcdefghijklmnopqrstuvwxyz012345",
    "a GitLab token": "glpat-abcdefghij1234567890",
    "a token": "npm_abcdefghijklmnopqrstuvwxyz0123456789",
    "the address of a hook": "https://hooks.zapier.com/hooks/catch/1234567/abcdefg/",
    "a JSON web token": "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abcdefghijkl",
    "a private key": "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
    "a credential": "Authorization: Bearer abcdefgh12345678",
    "a notification address with a token": "tgram://123456789:abcdefghijkl/12345",
    "a password in the address (user:password@host)": "smtp://bob:s3cret@mail.example.com",
    "a token in an address": "https://example.com/a?x=1&token=abcdefgh1234",
}


def found(text: str) -> list[tuple[str, str]]:
    source = Source("a.yaml", text)
    return [(one.title, text[one.hidden.start : one.hidden.end]) for one in written_secrets(source)]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.title)
def test_each_shape_is_found_wherever_it_stands(shape: object) -> None:
    title = getattr(shape, "title")  # noqa: B009 - the id function takes any object
    for text in (EXAMPLES[title], f"# {EXAMPLES[title]}", f"a: ['{EXAMPLES[title]}']"):
        ((told, secret),) = found(text)
        assert told == title
        assert secret in EXAMPLES[title]


@pytest.mark.parametrize(
    "text",
    [
        "https://hooks.slack.com/services/{{ secrets.SLACK }}",
        "https://hooks.slack.com/services/…",
        "https://hooks.slack.com/services/<the path of yours>",
        "Authorization: Bearer {{ secrets.TOKEN }}",
        "https://{{ secrets.USER }}:{{ secrets.PASSWORD }}@example.com",
        "https://example.com:8080/@you",
        "https://example.com/a?token={{ secrets.TOKEN }}",
        "password: {{ secrets.PASSWORD }}",
        "postgres://bob:***@localhost",
        "xoxo, the team",
        "ask-me-anything",
        "mailto:someone@example.com",
        "11:30 at the @venue",
    ],
)
def test_what_is_no_secret(text: str) -> None:
    assert found(text) == []


LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
HEX = "0123456789abcdef0123456789abcdef"
OTHERS = (
    *("ASIAIOSFODNN7EXAMPLE", f"sk_test_{LETTERS}", f"rk_live_{LETTERS}", f"whsec_{LETTERS}"),
    *(f"gh{letter}_{LETTERS}" for letter in "opsur"),
    *(f"gl{kind}-{LETTERS}" for kind in ("pat", "dt", "rt", "cbt", "ptt")),
    *(f"shp{kind}_{HEX}" for kind in ("at", "ca", "pa", "ss")),
    *(f"do{kind}_v1_{HEX}{HEX}" for kind in "opr"),
    *(f"pypi-{LETTERS}{LETTERS}", f"lin_api_{LETTERS}", "hf_" + "abcdefgh" * 4),
    *(f"secret_{LETTERS}{LETTERS}", f"ntn_{LETTERS}{LETTERS}", f"github_pat_{LETTERS}{LETTERS}"),
    *(f"pat0123456789abcd.{HEX}{HEX}", f"SK{HEX}", f"key-{HEX}", f"{HEX}-us12"),
)


@pytest.mark.parametrize("secret", OTHERS)
def test_other_forms_of_a_shape_are_found_as_well(secret: str) -> None:
    ((_, hidden),) = found(f"a: {secret}")
    assert hidden == secret


def test_one_that_has_two_shapes_is_told_of_once() -> None:
    assert found("Authorization: Bearer xoxb-123456789012-abcdef") == [
        ("a Slack token", "xoxb-123456789012-abcdef")
    ]


def test_what_a_machine_made() -> None:
    assert looks_random("a1b2c3d4e5f6g7h8")
    assert looks_random("Token 4f9aK2mmQ8zLx01vT7")
    for text in ("customer-2024-summer", "a1b2c3", "Bearer of good news", "1234567890123456", "a1a1a1a1a1a1a1a1"):  # fmt: skip
        assert not looks_random(text)


def test_it_is_hidden_without_moving_anything() -> None:
    source = Source("a.yaml", "a: secret\nb: 1\n")
    assert hide_in(source, [source.span(3, 12)]) == Source("a.yaml", "a: ******\n** 1\n")


def test_messages_do_not_tell_it_not_even_its_beginning() -> None:
    assert (
        hide("`url` is `xoxb-12345`; write xoxb-1", ["xoxb-12345"]) == "`url` is `***`; write ***"
    )
    assert hide("cut: xoxb-12…", ["xoxb-12345"]) == "cut: ***…"
    assert hide("xoxb is fine", ["xoxb-12345"]) == "xoxb is fine"
    assert hide("ftp://a:abc@b, abc", ["abc"]) == "ftp://a:***@b, abc"


def test_it_is_hidden_in_a_mended_text_and_in_what_was_written(facts: Facts) -> None:
    text = "actions:\n  - action: http.request\n    with: {url: @xoxb-123456789012-abcdef, a: 1\n"
    report = check_text(text, facts)
    assert report.errors
    for form in FORMATS.values():
        assert "xoxb-1" not in form(report)


def test_a_password_in_an_address_may_be_short() -> None:
    (one,) = found("url: https://bob:pw@example.com/\n")
    assert one == ("a password in the address (user:password@host)", "pw")
    assert found("url: https://bob:{{ secrets.PW }}@example.com/\n") == []

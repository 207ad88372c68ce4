"""What secrets look like where people write them down, and what only looks like one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from beeflow.check import check_text

if TYPE_CHECKING:
    from beeflow.check import Facts

STEP: Final = "trigger: {webhook: event.created}\nactions:\n  - action: "
URL: Final = STEP + "http.request\n    with:\n      url: %s\n"
HEADER: Final = URL % "https://crm.example.com/a" + '      headers: {%s: "%s"}\n'
FIELD: Final = URL % "https://crm.example.com/a" + '      method: POST\n      json: {%s: "%s"}\n'
TEXT: Final = STEP + 'log.write\n    with: {message: "%s"}\n'

WRITTEN: Final = {
    "slack hook": URL % "https://hooks.slack.com/services/T0AAAAAAA/B0AAAAAAA/abcdefghijklmnopqrstuvwx",
    "slack workflow": URL % "https://hooks.slack.com/workflows/T0AAAAAAA/A0AAAAAAA/12345/abcdefghijklmnop",
    "slack triggers": URL % "https://hooks.slack.com/triggers/T0AAAAAAA/12345/abcdefghijklmnop",
    "xoxb": TEXT % "xoxb-123456789012-1234567890123-abcdefGHIJklmnop",
    "xoxp": TEXT % "xoxp-1234-5678-9012-abcdef012345",
    "xapp": TEXT % "xapp-1-A0123-4567-abcdef",
    "xoxe.xoxp": TEXT % "xoxe.xoxp-1-Mi0yLTEyMzQ1Njc4OTAxMjM0NTY3",
    "sk_live": FIELD % ("a", "sk_live_51Habcdefghijklmnop"),
    "rk_live": FIELD % ("a", "rk_live_51Habcdefghijklmnop"),
    "whsec": FIELD % ("a", "whsec_51Habcdefghijklmnopqrst1234567"),
    "ghp": HEADER % ("Authorization", "token ghp_abcdefghijklmnopqrstuvwxyz0123456789"),
    "github_pat": TEXT % "github_pat_11ABCDEFG0abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJ",
    "glpat": TEXT % "glpat-abcdefghij1234567890",
    "AKIA": TEXT % "AKIAIOSFODNN7ABCDEFG",
    "aws secret": FIELD % ("aws_secret_access_key", "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"),
    "jwt": HEADER % ("X-Auth", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijklmnop"),
    "pem rsa": TEXT % "-----BEGIN RSA PRIVATE KEY-----\\nMIIEabc\\n-----END RSA PRIVATE KEY-----",
    "pem ec": TEXT % "-----BEGIN EC PRIVATE KEY-----",
    "pgp": TEXT % "-----BEGIN PGP PRIVATE KEY BLOCK-----",
    "openssh": TEXT % "-----BEGIN OPENSSH PRIVATE KEY-----",
    "basic url": URL % "https://bob:hunter2secret@crm.example.com/",
    "token only url": URL % "https://ghp_abcdefghijklmnopqrstuvwxyz0123456789@github.com/x",
    "basic hdr": HEADER % ("Authorization", "Basic dXNlcjpwYXNzd29yZA=="),
    "bearer hdr": HEADER % ("Authorization", "Bearer 4f9aK2mmQ8zLx01vT7"),
    "authorization raw": HEADER % ("Authorization", "4f9aK2mmQ8zLx01vT7"),
    "lower auth": HEADER % ("authorization", "bearer 4f9aK2mmQ8zLx01vT7"),
    "proxy-auth": HEADER % ("Proxy-Authorization", "Basic dXNlcjpwYXNzd29yZA=="),
    "x-api-key": HEADER % ("X-Api-Key", "4f9aK2mmQ8zLx01vT7"),
    "apikey json": FIELD % ("apiKey", "4f9aK2mmQ8zLx01vT7"),
    "password": FIELD % ("password", "hunter2"),
    "passwort": FIELD % ("passwort", "geheim123"),
    "pwd": FIELD % ("pwd", "hunter22"),
    "client_secret": FIELD % ("client_secret", "4f9aK2mmQ8zLx01vT7"),
    "query token": URL % "https://a.example.com/x?token=abcdefgh1234",
    "query key": URL % "https://maps.example.com/x?key=AIzaSyA1234567890abcdefghijklmnopqrstuv",
    "query apikey": URL % "https://a.example.com/x?apikey=abcdefgh1234",
    "query sig": URL % "https://a.example.com/x?sv=1&sig=abc%2Fdefgh1234567",
    "query access_token": URL % "https://a.example.com/x?access_token=abcdefgh1234",
    "query code azure": URL % "https://x.azurewebsites.net/api/f?code=abcdefgh1234ABCDEFGH5678==",
    "query client_secret": URL % "https://a.example.com/x?client_secret=abcdefgh1234",
    "google": TEXT % "AIzaSyA1234567890abcdefghijklmnopqrstuv",
    "sendgrid": TEXT % "SG.abcdefghijklmnop1234.abcdefghijklmnopabcd1234",
    "openai": TEXT % "sk-proj-abcdefghijklmnopqrstuvwxyz012345",
    "anthropic": TEXT % "sk-ant-api03-abcdefghijklmnopqrstuvwxyz012345",
    "twilio": TEXT % "SK0123456789abcdef0123456789abcdef",
    "mailgun": TEXT % "key-0123456789abcdef0123456789abcdef",
    "mailchimp": TEXT % "0123456789abcdef0123456789abcdef-us12",
    "npm": TEXT % "npm_abcdefghijklmnopqrstuvwxyz0123456789",
    "pypi": TEXT % "pypi-AgEIcHlwaS5vcmcCJDAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMAAabcdef",
    "dop": TEXT % "dop_v1_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "shopify": TEXT % "shpat_0123456789abcdef0123456789abcdef",
    "telegram bot": URL % "https://api.telegram.org/bot123456789:AAEabcdefghijklmnopqrstuvwxyz01234/sendMessage",
    "hf": TEXT % "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH",
    "airtable": TEXT % "patAbCdEfGhIjKlMn.0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "notion": TEXT % "secret_abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "linear": TEXT % "lin_api_abcdefghijklmnopqrstuvwxyz0123456789ABCD",
    "zapier": URL % "https://hooks.zapier.com/hooks/catch/1234567/abcdefg/",
    "make": URL % "https://hook.eu1.make.com/abcdefghijklmnopqrstuvwxyz012345",
    "ifttt": URL % "https://maker.ifttt.com/trigger/live/with/key/abcdefghijklmnopqrstuv",
    "discord": URL % "https://discord.com/api/webhooks/123456789012345678/abcdefghijklmnopqrstuvwx_yz-0123",
    "teams": URL % "https://acme.webhook.office.com/webhookb2/aaaa-bbbb@cccc/IncomingWebhook/ddddeeee/ffff",
    "teams flow": URL % "https://prod-12.westeurope.logic.azure.com:443/workflows/abc/triggers/manual/paths/invoke?api-version=2016-06-01&sp=x&sv=1.0&sig=abcdefghijklmnopqrstuvwxyz",
    "gchat": URL % "https://chat.googleapis.com/v1/spaces/AAAA/messages?key=AIzaSyA1234567890abcdefghijklmnopqrstuv",
    "stream_key": "trigger: {webhook: event.created}\nactions:\n  - action: events.create_simulcast\n    with: {event_ref: abc, url: rtmp://a.rtmp.youtube.com/live2, passthrough: x, stream_key: abcd-efgh-1234-5678-90ab}\n",
    "set secret": "actions:\n  - set: {api_token: 4f9aK2mmQ8zLx01vT7}\n",
    "input default": "inputs:\n  token: {type: string, default: 4f9aK2mmQ8zLx01vT7}\nactions: [{stop: '{{ inputs.token }}'}]\n",
    "comment": '# xoxb-123456789012-1234567890123-abcdefGHIJklmnop\ntrigger: {webhook: event.created}\nactions:\n  - action: log.write\n    with: {message: "x"}\n',
    "mailto": "actions:\n  - action: notify.send\n    with: {url: 'mailtos://bob:hunter2@example.com', body: x}\n",
    "tgram": "actions:\n  - action: notify.send\n    with: {url: 'tgram://123456789:AAEabcdefghijklmnop/12345', body: x}\n",
    "beestreamed token": HEADER % ("Authorization", "Basic dG9rZW5faWQ6c2VjcmV0X2tleQ=="),
    "expr literal": TEXT % "{{ 'xoxb-123456789012-1234567890123-abcdefGHIJklmnop' }}",
}  # fmt: skip

HARMLESS: Final = {
    "uuid": FIELD % ("id", "123e4567-e89b-12d3-a456-426614174000"),
    "uuid key": FIELD % ("key", "123e4567-e89b-12d3-a456-426614174000"),
    "event ref": FIELD % ("event_ref", "a1b2c3d4e5f6"),
    "idempotency": HEADER % ("Idempotency-Key", "{{ run.id }}"),
    "git sha comment": '# 3f786850e387550fdab836ed7e6dc881de23001b\ntrigger: {webhook: event.created}\nactions:\n  - action: log.write\n    with: {message: "x"}\n',
    "sha256 comment": '# sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\ntrigger: {webhook: event.created}\nactions:\n  - action: log.write\n    with: {message: "x"}\n',
    "url id": URL % "https://crm.example.com/contacts/5f2b8c9d1e3a4b5c6d7e8f90",
    "url uuid": URL % "https://a.example.com/x/123e4567-e89b-12d3-a456-426614174000",
    "base64 picture": TEXT % "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
    "token word": FIELD % ("token", "{{ secrets.TOKEN }}"),
    "password tmpl": FIELD % ("password", "{{ secrets.PW }}"),
    "password text": TEXT % "Your password is in the mail: see https://example.com/password",
    "password reset url": URL % "https://example.com/reset?token={{ trigger.data.event_ref }}",
    "auth tmpl": HEADER % ("Authorization", "Bearer {{ secrets.T }}"),
    "primary key": FIELD % ("primary_key", "event_ref"),
    "sort_key": FIELD % ("sort_key", "created_at_2024"),
    "key": FIELD % ("key", "trigger.data.event_ref"),
    "cache key": FIELD % ("cache_key", "events-2024-summer-edition"),
    "sk-": TEXT % "sk-SK locale, ask-me",
    "xoxo": TEXT % "xoxo-hugs-and-kisses-to-all-of-you",
    "port": URL % "https://example.com:8443/a@b",
    "mailto": TEXT % "mailto:bob@example.com",
    "email": TEXT % "write to bob:sales@example.com",
    "time at": TEXT % "at 10:30@venue",
    "slack channel": "actions:\n  - action: slack.post\n    with: {channel: C0123456789, text: x}\n",
    "slack archive": TEXT % "https://acme.slack.com/archives/C0123456789/p1700000000000000",
    "youtube": TEXT % "https://youtu.be/dQw4w9WgXcQ?t=42",
    "zoom": TEXT % "https://zoom.us/j/12345678901",
    "gdoc": URL % "https://docs.google.com/document/d/1aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789abcdefg/edit",
    "sheet id": FIELD % ("spreadsheet_id", "1aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789abcdefg"),
    "signature text": FIELD % ("signature", "Kind regards, the crew of 2026"),
    "credential none": FIELD % ("credentials", "none"),
    "password policy": FIELD % ("password_policy", "strong"),
    "password changed": FIELD % ("password_changed", "2026-01-01"),
    "secret santa": FIELD % ("secret_santa", "December"),
    "secret place": TEXT % "secrets are kept",
    "token type": FIELD % ("token_type", "bearer"),
    "auth method": FIELD % ("auth", "basic"),
    "authorization text": TEXT % "Authorization: see the handbook",
    "authorization none": TEXT % "authorization: required",
    "author": FIELD % ("author", "a1b2c3d4e5f6g7h8"),
    "keyboard": FIELD % ("keyboard", "a1b2c3d4e5f6g7h8"),
    "monkey": FIELD % ("monkey", "a1b2c3d4e5f6g7h8i9"),
    "public key": TEXT % "-----BEGIN PUBLIC KEY-----",
    "cert": TEXT % "-----BEGIN CERTIFICATE-----",
    "isbn": FIELD % ("isbn", "978-3-16-148410-0"),
    "hash etag": HEADER % ("If-None-Match", "33a64df551425fcc55e4d42a148795d9f25f89d4"),
    "color": FIELD % ("color", "a1b2c3"),
    "query tokenized": URL % "https://example.com/x?tokens=12",
    "query sort": URL % "https://example.com/x?key=name&sort=asc",
    "query code": URL % "https://example.com/x?code=SUMMER2026",
    "placeholder": FIELD % ("password", "your-password"),
    "angle": FIELD % ("password", "<password>"),
    "stars": FIELD % ("password", "********"),
    "xxx": FIELD % ("api_key", "xxxxxxxxxxxxxxxxxxxx"),
    "changeme": FIELD % ("password", "changeme"),
    "event_password tmpl": TEXT % "{{ trigger.data.event_password }}",
    "passkey bool": FIELD % ("has_password", "true"),
    "token count": FIELD % ("max_tokens", "1024"),
    "ref in path": URL % "https://hooks.example.com/catch/1234567/abcdefg",
    "ssh url": TEXT % "git@github.com:org/repo.git",
    "pw input": "inputs:\n  password: {type: secret}\nactions: [{stop: '{{ inputs.password }}'}]\n",
    "password label": FIELD % ("password_label", "Password:"),
    "AKIA word": TEXT % "AKIAKIAKI",
    "regexp": TEXT % "{{ trigger.type }} eyJ",
    "event_password null": FIELD % ("event_password", "null"),
}  # fmt: skip


def told(text: str, facts: Facts) -> int:
    return sum(one.rule == "written-secret" for one in check_text(text, facts).findings)


@pytest.mark.parametrize("form", WRITTEN)
def test_a_secret_is_told_of_once(form: str, facts: Facts) -> None:
    assert told(WRITTEN[form], facts) == 1


@pytest.mark.parametrize("form", HARMLESS)
def test_what_only_looks_like_one(form: str, facts: Facts) -> None:
    assert told(HARMLESS[form], facts) == 0

from __future__ import annotations

import email
import email.policy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.actions.mail.definition import check
from beeflow.actions.mail.message import compose
from beeflow.errors import ActionError

if TYPE_CHECKING:
    from beeflow.types import Json

HEADERS = {
    "From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Mailer",
    "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
}  # fmt: skip

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


class Context:
    run, recipe, path, timeout, pages = "r", "x", "actions/0", 5.0, None

    def hide(self, value: Json) -> Json:
        return value


@given(
    name=NAMES,
    subject=NAMES,
    body=st.text(),
    local=st.from_regex(r"[a-z.+_-]{1,20}", fullmatch=True),
)
def test_nothing_a_viewer_typed_adds_a_header_or_a_recipient(
    name: str, subject: str, body: str, local: str
) -> None:
    args: dict[str, Json] = {
        "to": f"{name} <{local}@x.example>", "cc": f'"{name}" <cc@y.example>',
        "subject": subject, "text": body,
    }  # fmt: skip
    if check(args):
        return
    (mail,) = compose(args, "Events <events@example.com>", Context())
    raw = mail.message.as_bytes()
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert set(read.keys()) <= HEADERS
    assert len(read.keys()) == len(set(read.keys()))
    assert mail.envelope == (f"{local}@x.example", "cc@y.example")
    assert [one.addr_spec for one in read["Cc"].addresses] == ["cc@y.example"]


@pytest.mark.parametrize("word", ["=?utf-8?q?Hi=0ABcc:_x@y.example?=", "=?utf-8?b?SGk=?=", "=?"])
def test_what_looks_like_an_encoded_word_is_read_as_it_was_written(word: str) -> None:
    args: dict[str, Json] = {
        "to": f"{word} <a@x.example>", "reply_to": f'"{word}" <b@x.example>',
        "subject": f"{word} and {word}", "text": word,
    }  # fmt: skip
    (mail,) = compose(args, "events@example.com", Context())
    raw = mail.message.as_bytes()
    read = email.message_from_bytes(raw, policy=email.policy.default)
    shown = word.replace("=?", "= ?")
    assert read["Bcc"] is None
    assert read["Subject"].strip() == f"{shown} and {shown}"
    assert read["To"].addresses[0].display_name == shown
    assert read["Reply-To"].addresses[0].display_name == shown
    assert read.get_content().strip() == word


ODD = ["\u0085", "\x0b\x0c", "\r", "a\r\nb\r", "\ud800", ".\nFrom x\n", "\u2028", "x" * 2000, ""]


@pytest.mark.parametrize("text", ODD)
def test_odd_bodies_are_read_as_they_were_written(text: str) -> None:
    args: dict[str, Json] = {"to": "a@x.example", "subject": "s", "text": text, "html": text}
    assert compose(args, "events@example.com", Context())


def test_a_mail_that_would_be_read_otherwise_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beeflow.actions.mail.message._unencoded", lambda text: text)
    args: dict[str, Json] = {
        "to": "a@x.example", "subject": "=?utf-8?q?Hi=0ABcc:_x@y.example?=", "text": "x"
    }  # fmt: skip
    with pytest.raises(
        ActionError, match=r"to a@x\.example would not be read.*the headers.*Subject"
    ):
        compose(args, "events@example.com", Context())


@pytest.mark.parametrize("to", [["a@x.example", "A <a@x.example>"], "a@x.example"])
def test_whoever_is_named_twice_gets_one(to: Any) -> None:
    args: dict[str, Json] = {"to": to, "cc": "a@x.example", "subject": "s", "html": "<b>"}
    (mail,) = compose(args, "events@example.com", Context())
    assert mail.envelope == ("a@x.example",)
    assert mail.message_id.endswith("@example.com>")

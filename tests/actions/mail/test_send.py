from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from beeflow.actions.connections import Connections
from beeflow.actions.mail.send import EmailSend
from beeflow.config import Credential, Secrets, Smtp
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from beeflow.types import Json


@dataclass
class Mailbox:
    """A mail server's memory, and what it refuses: replies by recipient, or to all data."""

    mails: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    data: str = "250 OK"
    hang_up_after: int | None = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if address in self.replies:
            return self.replies[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.hang_up_after is not None and len(self.mails) >= self.hang_up_after:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return "250 never told"
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        if self.data == "250 OK":
            self.mails.append((list(envelope.rcpt_tos), message))
        return self.data


def authenticator(
    _server: object, _session: object, _envelope: object, _how: str, data: Any
) -> Any:
    assert isinstance(data, LoginPassword)
    return AuthResult(success=data == LoginPassword(b"user", b"right"), handled=False)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def port(mailbox: Mailbox) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(
            mailbox,
            hostname="mail.test",
            enable_SMTPUTF8=True,
            authenticator=authenticator,
            auth_require_tls=False,
            loop=loop,
        )

    server = await loop.create_server(protocol, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await asyncio.wait_for(server.wait_closed(), 5)


Make = Callable[..., EmailSend]


@pytest.fixture
def make(port: int) -> Make:
    def make(**settings: Any) -> EmailSend:
        given = {"host": "127.0.0.1", "port": port, **settings}
        smtp = Smtp("smtp", "Events & Co <events@example.com>", **given)
        return EmailSend(Connections({"smtp": smtp}, Secrets({})))

    return make


@pytest.fixture
def send(make: Make) -> EmailSend:
    return make()


async def failing(call: Awaitable[Any]) -> Failure:
    with pytest.raises(ActionError) as caught:
        await call
    return caught.value.failure


PLAIN: dict[str, Json] = {"subject": "Hi", "text": "Hello"}


async def test_each_recipient_gets_a_mail_of_its_own(
    send: EmailSend, mailbox: Mailbox, context: Any
) -> None:
    args: dict[str, Json] = {
        **PLAIN,
        "to": ["Ada <ada@x.example>", "bob@x.example", "ada@x.example"],
        "cc": "carl@x.example",
        "bcc": ["dora@x.example", "bob@x.example"],
        "reply_to": "Desk <desk@x.example>",
    }
    answer = await send.call(args, context)
    assert isinstance(answer, dict)
    (first_to, first), (second_to, second) = mailbox.mails
    assert first_to == ["ada@x.example", "carl@x.example", "dora@x.example"]
    assert second_to == ["bob@x.example"]
    assert (str(first["To"]), str(second["To"])) == ("Ada <ada@x.example>", "bob@x.example")
    assert str(first["Cc"]) == str(second["Cc"]) == "carl@x.example"
    assert first["Bcc"] is None
    assert str(first["Reply-To"]) == "Desk <desk@x.example>"
    assert answer["message_ids"] == [first["Message-ID"], second["Message-ID"]]
    assert str(first["From"]) == "Events & Co <events@example.com>"
    assert first["Date"].datetime is not None
    assert first["Auto-Submitted"] == "auto-generated"


async def test_text_and_html_are_alternatives_in_any_script(
    send: EmailSend, mailbox: Mailbox, context: Any
) -> None:
    text = "Grüße 🐝\n.\nEnde \udcff"
    args: dict[str, Json] = {"to": "Zoë <z@x.example>", "subject": "Größe 🐝", "text": text}
    await send.call({**args, "html": "<b>Grüße</b>"}, context)
    ((_, message),) = mailbox.mails
    assert message["Subject"] == "Größe 🐝"
    assert str(message["To"]) == "Zoë <z@x.example>"
    plain, rich = (message.get_body([kind]) for kind in ("plain", "html"))
    assert plain is not None
    assert rich is not None
    assert plain.get_content().splitlines()[:3] == ["Grüße 🐝", ".", "Ende ?"]
    assert rich.get_content().strip() == "<b>Grüße</b>"
    await send.call({"to": "z@x.example", "subject": "s", "html": "<i>x</i>"}, context)
    assert mailbox.mails[1][1].get_content_type() == "text/html"


async def test_an_address_in_another_script_is_sent_where_the_server_can(
    send: EmailSend, mailbox: Mailbox, context: Any
) -> None:
    await send.call({**PLAIN, "to": "ødis@bücher.example"}, context)
    assert mailbox.mails[0][0] == ["ødis@xn--bcher-kva.example"]


async def test_the_message_id_is_the_same_for_the_same_step(
    send: EmailSend, context: Any, make_context: Callable[..., Any]
) -> None:
    one = await send.call({**PLAIN, "to": "a@x.example"}, context)
    two = await send.call({**PLAIN, "to": "a@x.example"}, context)
    other = await send.call({**PLAIN, "to": "a@x.example"}, make_context(run="run-2"))
    assert one == two != other


async def test_a_refused_recipient_is_told_and_the_others_are_sent(
    send: EmailSend, mailbox: Mailbox, context: Any
) -> None:
    mailbox.replies = {"bob@x.example": "550 no such user", "eve@x.example": "550 not wanted"}
    args: dict[str, Json] = {
        **PLAIN,
        "to": ["ada@x.example", "bob@x.example", "carl@x.example"],
        "cc": "eve@x.example",
    }
    failure = await failing(send.call(args, context))
    assert [to for to, _ in mailbox.mails] == [["ada@x.example"], ["carl@x.example"]]
    assert (failure.kind, failure.open, failure.retryable) == ("action", True, False)
    assert "bob@x.example: 550 no such user" in failure.message
    assert "sent to ada@x.example, carl@x.example" in failure.message
    assert failure.detail == {
        "sent": ["ada@x.example", "carl@x.example"],
        "refused": {"bob@x.example": "550 no such user", "eve@x.example": "550 not wanted"},
    }


@pytest.mark.parametrize(("reply", "retryable"), [("550 no", False), ("450 later", True)])
async def test_with_nothing_sent_a_refusal_is_clear(
    send: EmailSend, mailbox: Mailbox, context: Any, reply: str, retryable: bool
) -> None:
    mailbox.replies = {"bob@x.example": reply}
    failure = await failing(send.call({**PLAIN, "to": "bob@x.example"}, context))
    assert (failure.open, failure.retryable) == (False, retryable)
    assert "nothing was sent" in failure.message


async def test_refused_content_is_clear(send: EmailSend, mailbox: Mailbox, context: Any) -> None:
    mailbox.data = "554 looks like spam"
    failure = await failing(send.call({**PLAIN, "to": "bob@x.example"}, context))
    assert (failure.open, failure.retryable) == (False, False)
    assert "554 looks like spam" in failure.message


async def test_a_cut_is_open_and_says_what_was_sent(
    send: EmailSend, mailbox: Mailbox, context: Any
) -> None:
    mailbox.hang_up_after = 1
    args: dict[str, Json] = {**PLAIN, "to": ["a@x.example", "b@x.example", "c@x.example"]}
    failure = await failing(send.call(args, context))
    assert (failure.kind, failure.open, failure.retryable) == ("connection", True, False)
    assert failure.detail == {
        "sent": ["a@x.example"],
        "refused": {},
        "unknown_or_not_sent": ["b@x.example", "c@x.example"],
    }


async def test_the_time_limit_is_kept(send: EmailSend, make_context: Callable[..., Any]) -> None:
    failure = await failing(send.call({**PLAIN, "to": "a@x.example"}, make_context(timeout=0.0)))
    assert failure.open
    assert "not done within 0 s" in failure.message


async def test_an_address_the_server_has_no_way_for_is_refused(
    send: EmailSend, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aiosmtplib.SMTP.supports_extension", lambda _self, _name: False)
    failure = await failing(send.call({**PLAIN, "to": "ødis@x.example"}, context))
    assert "SMTPUTF8" in failure.message
    assert not failure.open


async def test_a_login_is_made(make: Make, mailbox: Mailbox, context: Any) -> None:
    user = Credential("connections.smtp.username", "user")
    right = Credential("connections.smtp.password", "right")
    await make(username=user, password=right).call({**PLAIN, "to": "a@x.example"}, context)
    assert len(mailbox.mails) == 1
    wrong = Credential("connections.smtp.password", "wrong-one")
    failure = await failing(
        make(username=user, password=wrong).call({**PLAIN, "to": "a@x.example"}, context)
    )
    assert (failure.kind, failure.open, failure.retryable) == ("action", False, False)
    assert "`connections.smtp.password`" in failure.message
    assert "wrong-one" not in failure.message


async def test_a_password_is_not_sent_in_the_clear_unless_it_is_meant(
    make: Make, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beeflow.actions.mail.send._is_loopback", lambda _host: False)
    user = Credential("connections.smtp.username", "user")
    right = Credential("connections.smtp.password", "right")
    args: dict[str, Json] = {**PLAIN, "to": "a@x.example"}
    failure = await failing(make(username=user, password=right).call(args, context))
    assert "offers no TLS" in failure.message
    await make(username=user, password=right, tls="none").call(args, context)


async def test_tls_that_is_not_there_is_told(make: Make, context: Any) -> None:
    failure = await failing(make(tls="starttls").call({**PLAIN, "to": "a@x.example"}, context))
    assert (failure.kind, failure.open) == ("action", False)
    assert "`connections.smtp.tls`" in failure.message


async def test_a_server_that_cannot_be_reached_is_clear(make: Make, context: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        failure = await failing(make(port=port).call({**PLAIN, "to": "a@x.example"}, context))
    assert (failure.kind, failure.open, failure.retryable) == ("connection", False, True)


@pytest.mark.parametrize(
    ("greeting", "retryable"), [(b"421 busy\r\n", True), (b"554 no\r\n", False)]
)
async def test_a_server_that_sends_one_away_is_clear(
    make: Make, context: Any, greeting: bytes, retryable: bool
) -> None:
    async def rude(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(rude, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        failure = await failing(make(port=port).call({**PLAIN, "to": "a@x.example"}, context))
    assert (failure.kind, failure.open, failure.retryable) == ("connection", False, retryable)


@pytest.mark.parametrize(
    ("settings", "use_tls", "start_tls"),
    [
        ({"tls": "auto", "port": 465}, True, False),
        ({"tls": "auto", "port": 25}, False, None),
        ({"tls": "tls", "port": 25}, True, False),
        ({"tls": "starttls", "port": 25}, False, True),
        ({"tls": "none", "port": 465}, False, False),
    ],
)
def test_tls_is_as_configured(
    settings: dict[str, Any],
    use_tls: bool,
    start_tls: bool | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: dict[str, object] = {}
    monkeypatch.setattr("aiosmtplib.SMTP", lambda **given: made.update(given))
    from beeflow.actions.mail import send

    send._server(Smtp("smtp", "a@b.example", **settings))
    assert (made["use_tls"], made["start_tls"]) == (use_tls, start_tls)


def test_loopback_is_told_from_the_rest() -> None:
    from beeflow.actions.mail.send import _is_loopback

    assert [_is_loopback(host) for host in ("127.0.0.1", "::1", "LOCALHOST", "mail.example")] == [
        True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"subject": "s", "text": "t"}, "`to` is missing"),
        ({"to": "a@x.example", "text": "t"}, "`subject` is missing"),
        ({"to": "a@x.example", "subject": "s"}, "`text` is missing"),
        ({"to": "", "subject": "s", "text": "t"}, "`to` is empty"),
        ({"to": [], "subject": "s", "text": "t"}, "a list of at most 1000"),
        ({"to": ["a@x.example"] * 1001, "subject": "s", "text": "t"}, "at most 1000"),
        ({"to": "a@x.example, b@x.example", "subject": "s", "text": "t"}, "several as a list"),
        ({"to": "A\r\nBcc: e@x.example <a@x.example>", "subject": "s", "text": "t"}, "`to`: "),
        ({"to": "a@x.example", "cc": ["nobody"], "subject": "s", "text": "t"}, "`cc`: `nobody`"),
        ({"to": "a@x.example", "subject": "s\r\nBcc: e@x.example", "text": "t"}, "one line"),
        ({"to": "a@x.example", "subject": "s" * 901, "text": "t"}, "at most 900 characters"),
    ],
)
def test_wrong_arguments_and_injected_headers_are_refused(
    send: EmailSend, args: dict[str, Json], expected: str
) -> None:
    assert expected in "; ".join(send.check(args))


def test_what_is_not_known_yet_is_not_judged(send: EmailSend) -> None:
    assert send.definition.check({"text": "t"}, {"to", "subject", "cc", "bcc", "reply_to"}) == []

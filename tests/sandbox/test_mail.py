from __future__ import annotations

import asyncio
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import aiosmtplib
import pytest

from beeflow.sandbox.mail import MAX_MAIL

if TYPE_CHECKING:
    from sandbox.site import Site


def letter(text: str = "Hello\n.\n..dots\n", subject: str = "Grüße") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Events <events@example.com>"
    message["To"] = "ida@example.com"
    message["Subject"] = subject
    message.set_content(text)
    return message


async def send(site: Site, message: EmailMessage, **options: Any) -> None:
    port = site.running.smtp_port
    await aiosmtplib.send(message, hostname="127.0.0.1", port=port, **options)


async def mails(site: Site) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (await site.get("/_sandbox/mails")).body
    return rows


class Line:
    """A bare connection to the mail server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def say(self, *lines: bytes) -> str:
        """Say some lines; returns the last answer's code."""
        answer = b""
        for line in lines:
            self.writer.write(line + b"\r\n")
            answer = await self.answer()
        return answer[:3].decode()

    async def answer(self) -> bytes:
        line = await self.reader.readline()
        while line[3:4] == b"-":
            line = await self.reader.readline()
        return line


async def dial(site: Site) -> Line:
    line = Line(*await asyncio.open_connection("127.0.0.1", site.running.smtp_port))
    assert (await line.answer()).startswith(b"220 ")
    return line


async def test_a_mail_is_kept_as_it_was_sent(site: Site) -> None:
    await send(site, letter(), recipients=["ida@example.com", "bcc@example.com"])
    (mail,) = await mails(site)
    assert mail["from"] == "events@example.com"
    assert mail["to"] == ["ida@example.com", "bcc@example.com"]
    assert mail["subject"] == "Grüße"
    assert mail["text"].replace("\r\n", "\n") == "Hello\n.\n..dots\n"
    assert mail["html"] is None
    assert mail["headers"]["From"] == "Events <events@example.com>"
    assert (await site.delete("/_sandbox/mails")).body == {"forgotten": 1}
    assert await mails(site) == []


async def test_both_texts_of_a_mail_are_read(site: Site) -> None:
    message = letter("plain")
    message.add_alternative("<p>rich</p>", subtype="html")
    await send(site, message)
    (mail,) = await mails(site)
    assert (mail["text"].strip(), mail["html"].strip()) == ("plain", "<p>rich</p>")


@pytest.mark.parametrize("method", ["login", "plain"])
async def test_any_name_and_password_will_do(method: str, site: Site) -> None:
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=site.running.smtp_port)
    async with client:
        await getattr(client, f"auth_{method}")("user", "password")
        await client.send_message(letter())
    assert len(await mails(site)) == 1


async def test_one_connection_can_send_several(site: Site) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=site.running.smtp_port) as client:
        await client.helo()
        await client.send_message(letter(subject="One"))
        await client.rset()
        await client.noop()
        await client.send_message(letter(subject="Two"))
    assert [mail["subject"] for mail in await mails(site)] == ["One", "Two"]


async def test_it_can_be_told_to_refuse(site: Site) -> None:
    fault = {"match": {"method": "RCPT", "path": "*@bad.example"}, "status": 550}
    await site.post("/_sandbox/faults", fault)
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused, match="550"):
        await send(site, letter(), recipients=["x@bad.example"])
    await site.post("/_sandbox/faults", {"match": {"method": "DATA"}, "status": 451})
    with pytest.raises(aiosmtplib.SMTPDataError, match="451"):
        await send(site, letter())
    assert await mails(site) == []
    await send(site, letter())
    assert len(await mails(site)) == 1


@pytest.mark.parametrize(("fault", "kept"), [("reset", 0), ("reset_after", 1)])
async def test_it_can_be_told_to_hang_up(fault: str, kept: int, site: Site) -> None:
    await site.post("/_sandbox/faults", {"match": {"method": "DATA"}, fault: True})
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(site, letter())
    assert len(await mails(site)) == kept


async def test_it_can_be_told_to_be_slow(site: Site) -> None:
    await site.post("/_sandbox/faults", {"match": {"method": "MAIL"}, "delay": "20ms"})
    await send(site, letter())
    assert len(await mails(site)) == 1


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([b"BDAT 5"], "502"),
        ([b""], "502"),
        ([b"MAIL FROM:nobody"], "501"),
        ([b"MAIL TO:<a@b>"], "501"),
        ([b"MAIL FROM:<>", b"MAIL FROM:<a@b>"], "503"),
        ([b"RCPT TO:<a@b>"], "503"),
        ([b"MAIL FROM:<>", b"RCPT TO:<>"], "501"),
        ([b"mail from:<a@b> SIZE=10 BODY=8BITMIME", b"rcpt to: <a@b>"], "250"),
        ([b"DATA"], "503"),
        ([b"AUTH CRAM-MD5"], "504"),
        ([b"AUTH PLAIN", b"*"], "501"),
        ([b"AUTH PLAIN AGEAYg=="], "235"),
        ([b"AUTH LOGIN dQ==", b"cA=="], "235"),
        ([b"\xff\xfe"], "502"),
        ([b"QUIT"], "221"),
    ],
)
async def test_commands_are_answered(lines: list[bytes], code: str, site: Site) -> None:
    line = await dial(site)
    assert await line.say(*lines) == code
    line.writer.close()


async def test_a_line_without_an_end_is_cut_off(site: Site) -> None:
    line = await dial(site)
    line.writer.write(b"x" * 200_000)
    assert (await line.answer()).startswith(b"500 ")
    line.writer.close()


async def test_a_sender_that_goes_away_leaves_nothing_behind(site: Site) -> None:
    line = await dial(site)
    assert await line.say(b"EHLO x", b"MAIL FROM:<a@b>", b"RCPT TO:<a@b>", b"DATA") == "354"
    line.writer.write(b"half a mail")
    line.writer.close()
    await line.writer.wait_closed()
    await send(site, letter())
    assert len(await mails(site)) == 1


async def test_a_mail_that_is_too_large_is_refused(site: Site) -> None:
    line = await dial(site)
    await line.say(b"EHLO x", b"MAIL FROM:<a@b>", b"RCPT TO:<a@b>", b"DATA")
    for _ in range(MAX_MAIL // 50_000 + 1):
        line.writer.write(b"x" * 50_000 + b"\r\n")
        await line.writer.drain()
    assert await line.say(b".") == "552"
    assert await line.say(b"NOOP") == "250"
    line.writer.close()
    assert await mails(site) == []


async def test_too_many_recipients_are_refused(site: Site) -> None:
    line = await dial(site)
    await line.say(b"MAIL FROM:<a@b>")
    line.writer.write(b"RCPT TO:<a@b>\r\n" * 1000)
    for _ in range(1000):
        assert (await line.answer()).startswith(b"250")
    assert await line.say(b"RCPT TO:<a@b>") == "452"
    line.writer.close()


HOSTILE = [
    b"Subject: =?x-unknown?q?=FF?=\r\n\r\nx",
    b"Content-Type: text/plain; charset=no-such\r\n\r\n\xff",
    b"Content-Type: multipart/mixed; boundary=\r\n\r\nx",
    b"From: <<<>>>;;;@@\r\nTo: ,,,\r\nMessage-ID: <\r\nDate: yesterday\r\n\r\n",
    b"\x00\x01\x02",
    b"",
]


@pytest.mark.parametrize("content", HOSTILE)
async def test_a_mail_of_any_content_can_be_shown(content: bytes, site: Site) -> None:
    line = await dial(site)
    await line.say(b"MAIL FROM:<a@b>", b"RCPT TO:<a@b>", b"DATA")
    assert await line.say(content + b"\r\n.") == "250"
    line.writer.close()
    (mail,) = await mails(site)
    assert mail["to"] == ["a@b"]
    assert (await site.get("/_sandbox/state")).status == 200

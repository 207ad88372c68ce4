from __future__ import annotations

import os
import ssl
import subprocess
import sys
from typing import TYPE_CHECKING

from beeflow.trust import system_trust

if TYPE_CHECKING:
    from pathlib import Path

PROBE = """
import asyncio, ssl, sys
from beeflow.trust import import_aiohttp, system_trust
before = ssl.create_default_context
import_aiohttp()
import aiohttp
assert ssl.create_default_context is before

async def answer(reader, writer):
    await reader.readuntil(b"\\r\\n\\r\\n")
    writer.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok")
    writer.close()

async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        for host, ssl_ in (("localhost", True), ("127.0.0.1", True), ("127.0.0.1", False)):
            url = f"https://{host}:{port}/"
            async with aiohttp.ClientSession() as session:
                try:
                    async with session.get(url, ssl=ssl_) as answered:
                        print(host, ssl_, await answered.text())
                except aiohttp.ClientConnectorCertificateError:
                    print(host, ssl_, "not trusted")

asyncio.run(main())
made = ssl.create_default_context()
made.set_alpn_protocols(["http/1.1"])
print("made later:", made.cert_store_stats()["x509"], made is system_trust())
"""


def test_aiohttp_is_given_what_the_system_trusts(certificate: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, certificate],
        env={**os.environ, "SSL_CERT_FILE": f"{certificate}.crt", "SSL_CERT_DIR": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.splitlines(), done.stderr) == (
        [
            "localhost True ok",
            "127.0.0.1 True not trusted",
            "127.0.0.1 False ok",
            "made later: 1 False",
        ],
        "",
    )


def test_the_system_is_asked_once_and_names_are_verified() -> None:
    trusted = system_trust()
    assert trusted is system_trust()
    assert trusted.check_hostname
    assert trusted.verify_mode is ssl.CERT_REQUIRED

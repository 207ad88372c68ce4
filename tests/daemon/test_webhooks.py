from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from beeflow.beestreamed.signatures import sign
from beeflow.config import Secrets, load_config
from beeflow.daemon.webhooks import SignedWebhooks, signed_webhooks
from beeflow.engine.clock import SystemClock
from beeflow.errors import ConfigError
from beeflow.server.ports import Decoded, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def sources(tmp_path: Path) -> Callable[..., SignedWebhooks]:
    """Return what makes the source `main`, with the secrets HOOK and OLD where they are given."""
    path = tmp_path / "beeflow.yaml"
    path.write_text("sources: {main: {secrets: [secret:HOOK, secret:OLD]}}\n")

    def make(**secrets: str) -> SignedWebhooks:
        given = {f"BEEFLOW_SECRET_{name}": value for name, value in secrets.items()}
        return signed_webhooks(load_config(path, given), Secrets(given), SystemClock())

    return make


def test_each_secret_of_a_source_may_sign(sources: Callable[..., SignedWebhooks]) -> None:
    made = sources(HOOK="new", OLD="old")
    assert list(made.sources()) == ["main"]
    for secret, right in ((b"new", True), (b"old", True), (b"other", False), (b"", False)):
        assert made.verify("main", [sign(secret, b"{}")], b"{}") is right


def test_a_secret_that_is_no_text_signs_with_its_bytes(
    sources: Callable[..., SignedWebhooks],
) -> None:
    made = sources(HOOK="\udcffnew", OLD="old")  # as Python tells of such a variable
    assert made.verify("main", [sign(b"\xffnew", b"{}")], b"{}")


def test_a_secret_that_is_missing_or_blank_is_told(sources: Callable[..., SignedWebhooks]) -> None:
    for more in ({}, {"OLD": ""}, {"OLD": " "}):
        with pytest.raises(ConfigError, match=r"`sources\.main\.secrets\.1` needs the secret OLD"):
            sources(HOOK="new", **more)


def test_what_is_signed_is_read(sources: Callable[..., SignedWebhooks]) -> None:
    made, now = sources(HOOK="new", OLD="old"), time.time()
    body = b'{"type": "poll.created", "id": "p1", "timestamp": %d, "data": {}}' % now
    read = made.decode("main", body, now)
    assert isinstance(read, Decoded)
    assert (read.event.key, read.event.source) == ("webhook/main/poll.created/p1", "main")
    refused = made.decode("main", body, now + 8 * 86400)
    assert isinstance(refused, Refusal)
    assert refused.code == "stale"

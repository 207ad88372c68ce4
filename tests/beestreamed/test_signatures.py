from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeflow.beestreamed.signatures import HEADER, sign, verify

SECRET = b"your_secret_here"
BODY = b'{"type": "event.deleted"}'


@given(st.binary(), st.binary())
def test_it_is_hmac_sha256_in_lower_case_hex(secret: bytes, body: bytes) -> None:
    assert sign(secret, body) == hmac.new(secret, body, hashlib.sha256).hexdigest()
    assert sign(secret, body) == sign(secret, body)


def test_the_documented_way_and_ours_agree() -> None:
    # printf '{"type": "event.deleted"}' | openssl dgst -sha256 -hmac your_secret_here
    signed = "22e91e845f4cc29ad29f43d52c49f366e394ef565fb559c1345fefeef66e7324"
    assert verify([SECRET], BODY, [signed])
    assert HEADER == "X-Beestreamed-Signature"


def test_any_of_the_secrets_will_do() -> None:
    header = [sign(b"old", BODY)]
    assert verify([b"new", b"old"], BODY, header)
    assert verify([b"old", b"new"], BODY, header)
    assert not verify([b"new"], BODY, header)
    assert not verify([], BODY, header)


def test_the_body_counts_to_the_last_byte() -> None:
    assert not verify([SECRET], BODY + b" ", [sign(SECRET, BODY)])


def test_an_empty_secret_signs_nothing() -> None:
    assert not verify([b""], BODY, [sign(b"", BODY)])


GOOD = sign(SECRET, BODY)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [GOOD, GOOD],
        [GOOD, ""],
        [""],
        [GOOD.upper()],
        [GOOD + "\n"],
        [" " + GOOD],
        [GOOD[:-1]],
        ["sha256=" + GOOD],
        [GOOD + "," + GOOD],
        ["é" * 64],
        ["\ud800" * 64],
        ["٣" * 64],
        [GOOD.encode()],
        [None],
        [5],
        ["f" * 1_000_000],
    ],
)
def test_anything_but_one_well_formed_value_is_refused_without_an_error(
    values: list[object],
) -> None:
    assert verify([SECRET], BODY, values) is False


@given(st.text())
def test_no_text_raises(value: str) -> None:
    assert verify([SECRET], BODY, [value]) is (value == GOOD)

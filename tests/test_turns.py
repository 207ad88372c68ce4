from __future__ import annotations

import sys

import pytest

from beeflow.turns import SHORT, short_turns


def test_turns_are_short_until_the_last_block_ends() -> None:
    usual = sys.getswitchinterval()
    first, second = short_turns(), short_turns()
    with first:
        second.__enter__()
        assert sys.getswitchinterval() == pytest.approx(SHORT)
    assert sys.getswitchinterval() == pytest.approx(SHORT)
    second.__exit__(None, None, None)
    assert sys.getswitchinterval() == pytest.approx(usual)


def test_turns_are_as_they_were_after_a_failure() -> None:
    usual = sys.getswitchinterval()
    with pytest.raises(ImportError), short_turns():
        raise ImportError("there is no such module")
    assert sys.getswitchinterval() == pytest.approx(usual)

from __future__ import annotations

import gc

import pytest

from beeflow.cli.collector import sparing_the_collector


def test_what_is_made_meanwhile_is_never_looked_through() -> None:
    gc.freeze()
    before = gc.get_freeze_count()
    try:
        with sparing_the_collector():
            assert not gc.isenabled()
            kept = [[number] for number in range(1000)]
        assert gc.isenabled()
        assert gc.get_freeze_count() >= before + len(kept)
    finally:
        gc.unfreeze()


def test_the_collector_is_at_work_again_after_a_failure() -> None:
    with pytest.raises(ImportError), sparing_the_collector():
        raise ImportError("there is no such module")
    assert gc.isenabled()
    gc.unfreeze()

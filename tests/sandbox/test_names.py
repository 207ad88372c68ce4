from __future__ import annotations

import re
from random import Random

from beeflow.sandbox.names import Names


def test_names_have_the_documented_forms() -> None:
    names = Names(Random(1))
    assert re.fullmatch(r"([A-P][a-p]\d){4}", names.ref(12))
    assert re.fullmatch(r"([A-P][a-p]\d){2}[A-P][a-p]", names.ref(8))
    assert re.fullmatch(r"[A-Za-z0-9]{45}", names.mixed(45))
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", names.key())
    assert re.fullmatch(r"[A-Pa-p0-9]{32}_[0-9a-f]{32}", names.webhook_id())


def test_no_name_is_given_twice() -> None:
    names = Names(Random(1))
    assert len({names.ref(2) for _ in range(256)}) == 256


def test_the_same_seed_gives_the_same_names() -> None:
    assert Names(Random(7)).ref(12) == Names(Random(7)).ref(12)

from __future__ import annotations

import pytest
from check.typing.inferring import rendered


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("plain {{ word }} {{ poll.votes + 1 }}", []),
        ("{{ store }}", [("WrongOperand", "store")]),
        ("{% for one in polls %}{{ one.nope }}{% endfor %}", [("NoField", "nope")]),
        ("{% for one in polls %}{{ loop.index + 1 }}{{ loop.nope }}{% endfor %}", [("NoField", "nope")]),
        ("{% for one in polls %}{{ loop.previtem.nope }}{% endfor %}", [("NoField", "nope")]),
        ("{% for one in polls if one.note %}{{ one.note.upper() }}{% endfor %}", []),
        ("{% for one in polls %}{{ one.note.upper() }}{% endfor %}", [("MaybeNull", "one.note")]),
        ("{% for one in polls %}{% else %}{{ poll.nope }}{% endfor %}", [("NoField", "nope")]),
        ("{% for one in count %}{{ one }}{% endfor %}", [("NotAList", "count")]),
        ("{% for one in word %}{{ one }}{% endfor %}", [("NotAList", "word")]),
        ("{% for one in perhaps %}{{ one }}{% endfor %}", [("MaybeNull", "perhaps")]),
        ("{% for one in nothing %}{{ one }}{% endfor %}", [("MaybeNull", "nothing")]),
        ("{% for key, value in poll.items() %}{{ key.upper() }}{% endfor %}", []),
        ("{% for key, value in {'a': 1}.items() %}{{ value.nope }}{% endfor %}", [("NoField", "nope")]),
        ("{% for a, b in words %}{{ a }}{% endfor %}", []),
        ("{% for a, (b, c) in any %}{{ c.x }}{% endfor %}", []),
        ("{% set x = poll %}{{ x.nope }}", [("NoField", "nope")]),
        ("{% set a, b = 1, poll %}{{ b.nope }}{{ a + 1 }}", [("NoField", "nope")]),
        ("{% set x %}a{{ poll.nope }}{% endset %}{{ x.upper() }}", [("NoField", "nope")]),
        ("{% set poll = 1 %}{{ poll + 1 }}", []),
        ("{% if maybe %}{{ maybe.upper() }}{% else %}{{ maybe is none }}{% endif %}", []),
        ("{% if maybe is none %}-{% elif maybe.upper() == 'X' %}x{% endif %}", []),
        ("{% if flag %}{% set x = 1 %}{% else %}{% set x = 'a' %}{% endif %}{{ x.nope }}", [("NoField", "nope")]),
        ("{% if flag %}{% set x = 1 %}{% endif %}{{ x.nope }}", [("MaybeUnset", "x")]),
        ("{% if flag %}{% set x = 1 %}{% endif %}{% if flag %}{{ x }}{% endif %}", []),
        ("{% if flag %}{% set x = 1 %}{% endif %}{{ x | default(2) }}{% if x is defined %}{{ x }}{% endif %}", []),
        ("{% if flag %}{% set x = 1 %}{% endif %}{% set x = 2 %}{{ x }}", []),
        ("{% if flag %}{% set word = 1 %}{% endif %}{{ word }}", []),
        ("{% if flag %}{% set x = 1 %}{% elif count %}{% set x = 2 %}{% endif %}{{ x }}", []),
        ("{% if flag %}{% set x = 1 %}{% endif %}{% if count %}{{ x }}{% endif %}", [("MaybeUnset", "x")]),
        ("{% if flag %}{% set x = 1 %}{% endif %}{% if count and flag %}{{ x }}{% endif %}", []),
        ("{% if flag %}{% set x = 1 %}{% endif %}{{ x if flag else 2 }}{{ flag and x }}", []),
        ("{% if flag %}{% set x = 1 %}{% endif %}{% if not flag %}a{% else %}{{ x }}{% endif %}", []),
        ("{% if flag %}{% set x = 1 %}{% endif %}{% for one in words if flag %}{{ x }}{% endfor %}", []),
        ("{% if flag %}{% set x = 1 %}{% endif %}{{ 2 if flag else x }}", [("MaybeUnset", "x")]),
        ("{% if status %}x{% endif %}", [("AlwaysTrue", "status")]),
        ("{% if flag %}{{ word }}{% endif %}{{ maybe.upper() }}", [("MaybeNull", "maybe")]),
    ],
)  # fmt: skip
def test_templates(text: str, told: list[tuple[str, str]]) -> None:
    assert rendered(text) == told

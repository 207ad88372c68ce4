from __future__ import annotations

import pytest
from check.typing.inferring import ENV, known, remarks, words


@pytest.mark.parametrize(
    ("text", "path", "yes", "no"),
    [
        ("maybe", "maybe", "a text", "a text or null"),
        ("not maybe", "maybe", "a text or null", "a text"),
        ("maybe is none", "maybe", "null", "a text"),
        ("maybe is not none", "maybe", "a text", "null"),
        ("maybe != none", "maybe", "a text", "null"),
        ("maybe == 'x'", "maybe", "the text 'x'", "a text or null"),
        ("'x' == maybe", "maybe", "the text 'x'", "a text or null"),
        ("status == 'live'", "status", "the text 'live'", "one of 'done', 'idle'"),
        ("status is eq 'live'", "status", "the text 'live'", "one of 'done', 'idle'"),
        ("status is ne('live')", "status", "one of 'done', 'idle'", "the text 'live'"),
        ("status in ['live', 'idle']", "status", "one of 'idle', 'live'", "the text 'done'"),
        ("status is in ['live']", "status", "the text 'live'", "one of 'done', 'idle'"),
        ("status not in ['live']", "status", "one of 'done', 'idle'", "the text 'live'"),
        ("status in words", "status", "one of 'done', 'idle', 'live'", "one of 'done', 'idle', 'live'"),
        ("status in [word]", "status", "one of 'done', 'idle', 'live'", "one of 'done', 'idle', 'live'"),
        ("maybe in [none, 'x']", "maybe", "the text 'x' or null", "a text"),
        ("flag", "flag", "true", "false"),
        ("flag is true", "flag", "true", "true or false"),
        ("flag is false", "flag", "false", "true or false"),
        ("flag == true", "flag", "true", "false"),
        ("mixed is string", "mixed", "a text", "a number"),
        ("mixed is number", "mixed", "a number", "a text"),
        ("mixed is integer", "mixed", "a number", "a text or a number"),
        ("mixed is upper", "mixed", "a text or a number", "a text or a number"),
        ("any is string", "any", "any value", "any value"),
        ("any is none", "any", "null", "any value"),
        ("maybe | default('')", "maybe", "a text", "a text or null"),
        ("maybe | default(false)", "maybe", "a text", "a text or null"),
        ("maybe | default('x')", "maybe", "a text or null", "a text or null"),
        ("maybe | default('') == 'x'", "maybe", "the text 'x'", "a text or null"),
        ("status | default('live') == 'live'", "status", "one of 'done', 'idle', 'live'", "one of 'done', 'idle'"),
        ("maybe and flag", "maybe", "a text", "a text or null"),
        ("maybe or flag", "maybe", "a text or null", "a text or null"),
        ("not (maybe is none or flag)", "maybe", "a text", "null or a text"),
        ("status == 'live' or status == 'done'", "status", "one of 'done', 'live'", "the text 'idle'"),
        ("status == 'live' and status == 'done'", "status", "any value", "one of 'done', 'idle', 'live'"),
        ("not got.timed_out", "got.data.poll_ref", "a text", "any value"),
        ("poll.note", "poll.note", "a text", "a text or null"),
        ("count > 1", "count", "a number", "a number"),
        ("count == status", "count", "any value", "a number"),
        ("word.upper()", "word", "a text", "a text"),
        ("[1]", "word", "a text", "a text"),
    ],
)  # fmt: skip
def test_conditions_tell_of_what_they_ask(text: str, path: str, yes: str, no: str) -> None:
    assert known(text, path) == yes
    assert known(text, path, holds=False) == no


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("not got.timed_out and got.data.votes", []),
        ("got.timed_out or got.data.votes", []),
        ("got.data.votes if not got.timed_out else 0", []),
        ("got.data is defined and got.data.votes > 1", []),
        ("got.data is undefined or got.data.votes > 1", []),
        ("got.kind is defined and got.data.votes > 1", []),
        ("got.kind != 'webhook' or got.data.votes > 1", [("PartlyThere", "kind")]),
        ("got.timed_out and got.data.votes", [("NoField", "data")]),
        ("poll.unheard is defined and poll.unheard.of > 1", []),
        ("poll.note is not none and poll.note.upper() == 'X'", []),
        ("poll.note is defined and poll.note.upper() == 'X'", [("MaybeNull", "poll.note")]),
        ("(poll.note or 'x').upper() == 'X'", []),
        ("poll.note is none or poll.note.upper() == 'X'", []),
        ("(perhaps or [])[0] == 'x'", []),
    ],
)
def test_guards_are_understood(text: str, told: list[tuple[str, str]]) -> None:
    assert remarks(text) == told


def test_the_depth_of_what_is_learnt_is_bounded() -> None:
    text = "maybe"
    for at in range(12):
        text = f"({text} {'and' if at % 2 else 'or'} flag)"
    assert known(text, "maybe") == "a text or null"


def test_a_long_chain_is_read_as_one() -> None:
    chain = " or ".join(f"word == 'w{at}'" for at in range(60))
    assert known(chain, "word").startswith("one of 'w0'")
    assert words(chain, ENV) == "true or false"

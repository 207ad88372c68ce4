"""What cannot be seen is told at its place, and the rest is read as if it were not there."""

from __future__ import annotations

import pytest

from beeflow.recipe.document import Source, read_document

NO_WIDTH = "a character without width"
NO_SPACE = "a space that is none to YAML"


@pytest.mark.parametrize(
    ("text", "value", "at", "message", "mend"),
    [
        ("a: b\0c\n", None, 4, "the character U+0000 cannot be seen and is not allowed here", "remove it"),
        ("a: b\x1bc\n", None, 4, "the character U+001B", 'remove it; if it is meant, write it as "\\e", in double quotes'),
        ("a: b\x01c\n", None, 4, "the character U+0001", 'remove it; if it is meant, write it as "\\u0001", in double quotes'),
        ("a: b\u202ec\n", None, 4, "the character U+202E", 'remove it; if it is meant, write it as "\\u202e", in double quotes'),
        ("a: b\x07c\x07\n", None, 4, "(it stands 2 times in the file)", 'remove it; if it is meant, write it as "\\a", in double quotes'),
        ("\x07a: b\n", {"a": "b"}, 0, "the character U+0007", 'remove it; if it is meant, write it as "\\a", in double quotes'),
        ("n: 1\n\ufeffa: b\n", {"n": 1, "a": "b"}, 5, "the character U+FEFF", 'remove it; if it is meant, write it as "\\ufeff", in double quotes'),
        ("na\u200bme: b\n", {"name": "b"}, 2, f"{NO_WIDTH} (U+200B)", "remove it: write name: b"),
        ("a: {b\u00ad: c}\n", {"a": {"b": "c"}}, 5, f"{NO_WIDTH} (U+00AD)", "remove it: write a: {b: c}"),
        ("a: {\u00a0b: c}\n", {"a": {"b": "c"}}, 4, f"{NO_SPACE} (U+00A0)", "remove it: write a: {b: c}"),
        ("a: \u00a0b\n", {"a": "b"}, 3, f"{NO_SPACE} (U+00A0)", "remove it: write a: b"),
        ("a: b\u200b\n", {"a": "b"}, 4, f"{NO_WIDTH} (U+200B)", "remove it: write a: b"),
        ("a: 7\u3000\n", {"a": 7}, 4, f"{NO_SPACE} (U+3000)", "remove it: write a: 7"),
    ],
)  # fmt: skip
def test_what_cannot_be_seen_is_told_once_at_its_place(
    text: str, value: object, at: int, message: str, mend: str
) -> None:
    document = read_document(Source("a.yaml", text))
    (problem,) = document.problems
    assert (problem.rule, problem.span.start, problem.span.end) == ("yaml-encoding", at, at + 1)
    assert message in problem.message
    assert problem.help == mend
    assert document.root is not None
    assert value is None or document.root.plain() == value


@pytest.mark.parametrize(
    "text",
    [
        "a: b\u00a0c\u200bd\n",
        'a: "\u00a0b\u200b"\n',
        "a: \u00a0\n",
        "a: |\n  \u00a0b\u200b\n",
        "a: \U0001f468\u200d\U0001f469\n",
        "a: \u200f\u05d0\n",
    ],
)
def test_what_a_text_may_hold_is_left(text: str) -> None:
    assert read_document(Source("a.yaml", text)).problems == ()


def test_other_mistakes_of_the_file_are_told_as_well() -> None:
    text = "a: b\x07c\nd: {{ e }}\nf: [1, 2\n"
    document = read_document(Source("a.yaml", text))
    assert [one.rule for one in document.problems] == [
        "yaml-encoding",
        "yaml-syntax",
        "yaml-syntax",
    ]
    assert [document.source.position(one.span.start) for one in document.problems] == [
        (1, 5), (2, 4), (3, 4),
    ]  # fmt: skip
    assert document.source.line(1) == "a: b\x07c"

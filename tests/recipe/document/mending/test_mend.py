"""What people get wrong in YAML: told once, at its very characters, with the line as it must be.

Each mistake stands among lines that are right; these must be read as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.recipe.document import Source, read_document
from beeflow.recipe.document.mending import mend

if TYPE_CHECKING:
    from beeflow.recipe.document import Document

BRACES = "a value that begins with `{{` or `{%` must be quoted"
COLON = "a value with `: ` in it must be quoted"
AFTER = "there is more text after the closing quote"
OPEN = "the text that begins here is never closed"
COMMA = "a comma is missing between two items in brackets"
SPACE = "a `:` behind a key needs a space"
EQUALS = "a key is followed by a `:` and a space, not by `=`"
BRACKET = "a value with `[` in it must be quoted within brackets"
TAB = "a tab indents this line, and YAML takes only spaces"


def at_fault(text: str, document: Document) -> list[str]:
    place = document.source.place
    return [text[place(one.span.start) : place(one.span.end)] for one in document.problems]


@pytest.mark.parametrize(
    ("line", "value", "at", "message", "mended"),
    [
        ("a: {{ x }} y", "{{ x }} y", "{{ x }} y", BRACES, 'a: "{{ x }} y"'),
        ("a: {{ x }}", "{{ x }}", "{{ x }}", BRACES, 'a: "{{ x }}"'),
        ('a: {{ x["y"] }} z', '{{ x["y"] }} z', '{{ x["y"] }} z', BRACES, "a: '{{ x[\"y\"] }} z'"),
        ("a: {% if x %}1", "{% if x %}1", "{% if x %}1", BRACES, 'a: "{% if x %}1"'),
        ("a: {{ x }}  # note", "{{ x }}", "{{ x }}", BRACES, 'a: "{{ x }}"  # note'),
        ("a: {b: {{ x }}}", {"b": "{{ x }}"}, "{{ x }}", BRACES, 'a: {b: "{{ x }}"}'),
        ("a: {b: {{ x }} y, c: 1}", {"b": "{{ x }} y", "c": 1}, "{{ x }} y", BRACES, 'a: {b: "{{ x }} y", c: 1}'),
        ("a: [{b: {{ x }}, c: 1}]", [{"b": "{{ x }}", "c": 1}], "{{ x }}", BRACES, 'a: [{b: "{{ x }}", c: 1}]'),
        ("a: *{{ x }}* is live", "*{{ x }}* is live", "*{{ x }}* is live", "begins with `*`", 'a: "*{{ x }}* is live"'),
        ("a: @here hello", "@here hello", "@here hello", "begins with `@`", 'a: "@here hello"'),
        ("a: `code` it", "`code` it", "`code` it", "begins with a backtick must be quoted", 'a: "`code` it"'),
        ("a: %d", "%d", "%d", "begins with `%`", 'a: "%d"'),
        ("a: & b", "& b", "& b", "begins with `&`", 'a: "& b"'),
        ("a: >b c", ">b c", ">b c", "begins with `>`", 'a: ">b c"'),
        ("a: ? b", "? b", "? b", "begins with `?`", 'a: "? b"'),
        ("a: Is this: ok?", "Is this: ok?", "Is this: ok?", COLON, 'a: "Is this: ok?"'),
        ("a: {b: c, d: Live: now}", {"b": "c", "d": "Live: now"}, "Live: now", COLON, 'a: {b: c, d: "Live: now"}'),
        ("a: {b: #c, d: e}", {"b": "#c", "d": "e"}, "#c", "begins with `#`", 'a: {b: "#c", d: e}'),
        ("a: 'x' y", "'x' y", "y", AFTER, "a: \"'x' y\""),
        ('a: "{{ x }}" y', "{{ x }} y", "y", AFTER, 'a: "{{ x }} y"'),
        ("a: 'it's on'", "it's on", "s on'", AFTER, 'a: "it\'s on"'),
        ('a: "say "hi" now"', 'say "hi" now', 'hi" now"', AFTER, "a: 'say \"hi\" now'"),
        ("a: {b: 'it's', c: d}", {"b": "it's", "c": "d"}, "s'", AFTER, 'a: {b: "it\'s", c: d}'),
        ("a: 'x", "x", "'x", OPEN, "a: 'x'"),
        ('a: "x', "x", '"x', OPEN, 'a: "x"'),
        ('a: {b: "x, c: d}', {"b": "x", "c": "d"}, '"x', OPEN, 'a: {b: "x", c: d}'),
        ('a: "C:\\dir"', "C:\\dir", '\\dir"', "a backslash in double quotes", "a: 'C:\\dir'"),
        ('a: "it\'s \\d"', "it's \\d", '\\d"', "a backslash in double quotes", 'a: "it\'s \\\\d"'),
        ("a: [1, 2", [1, 2], "[", "a list in [ ] is not closed", "a: [1, 2]"),
        ("a: {b: 1", {"b": 1}, "{", "a mapping in { } is not closed", "a: {b: 1}"),
        ("a: {b: [1, c: 2}", {"b": [1], "c": 2}, "[", "a list in [ ] is not closed", "a: {b: [1], c: 2}"),
        ("a: {b: [1}", {"b": [1]}, "[", "a list in [ ] is not closed", "a: {b: [1]}"),
        ("a: [d, e}", ["d", "e"], "}", "`[` is closed by a `}`", "a: [d, e]"),
        ("a: {b: 1}}", {"b": 1}, "}", "this `}` closes nothing", "a: {b: 1}"),
        ("a: {b: [1]], c: 2}", {"b": [1], "c": 2}, "]", "this `]` closes nothing", "a: {b: [1], c: 2}"),
        ("a: [b in ['x', 'y'], c]", ["b in ['x', 'y']", "c"], "b in ['x', 'y']", BRACKET, "a: [\"b in ['x', 'y']\", c]"),
        ("a: [{b: c == []}]", [{"b": "c == []"}], "c == []", BRACKET, 'a: [{b: "c == []"}]'),
        ("a: [b['c'] == 1]", ["b['c'] == 1"], "b['c'] == 1", BRACKET, "a: [\"b['c'] == 1\"]"),
        ("a: [1, 2] == b", "[1, 2] == b", "[1, 2] == b", "more text after the closing `]`", 'a: "[1, 2] == b"'),
        ("a: 'b' in c and 'd' == e", "'b' in c and 'd' == e", "in c and 'd' == e", AFTER, "a: \"'b' in c and 'd' == e\""),
        ("a: {b:c}", {"b": "c"}, ":", SPACE, "a: {b: c}"),
        ("a: {b:c, d:{e:1}, 'f':2}", {"b": "c", "d": {"e": 1}, "f": 2}, ":", SPACE, "a: {b: c, d: {e: 1}, 'f':2}"),
        ("a: {b :c}", {"b": "c"}, " :", SPACE, "a: {b: c}"),
        ("a: {b = c}", {"b": "c"}, " = ", EQUALS, "a: {b: c}"),
        ("a: {b=c, d=[1]}", {"b": "c", "d": [1]}, "=", EQUALS, "a: {b: c, d: [1]}"),
        ("a:{b: c}", {"b": "c"}, ":", SPACE, "a: {b: c}"),
        ('a :"b: c"', "b: c", " :", SPACE, 'a: "b: c"'),
        ('a = "b: c"', "b: c", " = ", EQUALS, 'a: "b: c"'),
        ("a: b: c}", {"b": "c"}, "}", "this `}` closes nothing: its `{` is missing", "a: {b: c}"),
        ("a: {b: c, d]}", {"b": ["c", "d"]}, "]", "this `]` closes nothing: its `[` is missing", "a: {b: [c, d]}"),
        ("a: 'b' in c\"", "'b' in c", 'in c"', AFTER, "a: \"'b' in c\""),
        ('a: {b: {c: "d}}', {"b": {"c": "d"}}, '"d', OPEN, 'a: {b: {c: "d"}}'),
        ("a: {b c}", {"b": "c"}, "b", "`b` lacks the `:` of a key", "a: {b: c}"),
        ("a = b", "b", " = ", EQUALS, "a: b"),
        ("a: {b: x c: y}", {"b": "x", "c": "y"}, " ", COMMA, "a: {b: x, c: y}"),
        ('a: ["x" "y"]', ["x", "y"], " ", COMMA, 'a: ["x", "y"]'),
        ('a: {b "{{ c }}"}', {"b": "{{ c }}"}, "b", "`b` lacks the `:` of a key", 'a: {b: "{{ c }}"}'),
        ("a:b", "b", ":", "a `:` behind a key needs a space", "a: b"),
        ("a b", "b", "a", "`a` lacks the `:` of a key", "a: b"),
        ("a:\u00a0b", "b", "\u00a0", "a no-break space (U+00A0)", "a: b"),
        ("a: b\u2028c", "b c", "\u2028", "the character U+2028 here ends a line", "a: b c"),
        ("a: b\x85c", "b c", "\x85", "the character U+0085 here ends a line", "a: b c"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_that_is_wrong_is_told_with_the_line_that_is_right(
    line: str, value: object, at: str, message: str, mended: str, end: str
) -> None:
    text = f"é😀: 1\n{line}\nz: 2\n".replace("\n", end)
    document = read_document(Source("a.yaml", text))
    (problem,) = document.problems
    assert (problem.rule, message in problem.message) == ("yaml-syntax", True), problem.message
    assert at_fault(text, document) == [at]
    assert (problem.help or "").endswith(f"write {mended}") or problem.help == (
        f"write a space, or really begin a new line: {mended}"
    )
    assert document.is_whole
    assert document.root is not None
    assert document.root.plain() == {"é😀": 1, "a": value, "z": 2}


@pytest.mark.parametrize(
    ("lines", "value", "at", "message", "mend"),
    [
        ("a:\n\tb: 1", {"a": {"b": 1}}, "\t", TAB, "put 4 spaces before it: write b: 1"),
        ("a:\n\tb:\n\t\tc: 1\n\td: 2", {"a": {"b": {"c": 1}, "d": 2}}, "\t", f"{TAB} (so do 2 lines below it)", "write b:"),
        ("a:\n\tb: 1\n\tc: 2", {"a": {"b": 1, "c": 2}}, "\t", f"{TAB} (so does a line below it)", "write b: 1"),
        ("a:\n  -\tb: 1\n    c: 2", {"a": [{"b": 1, "c": 2}]}, "\t", TAB, "write - b: 1"),
        ("a:\n  b: 1\n c: 2", {"a": {"b": 1, "c": 2}}, "c:", "indented by 1", "indent it by 2, like `b` above it: write c: 2"),
        ("a: 1\n b: 2", {"a": 1, "b": 2}, "b:", "indented by 1", "indent it by 0, like `a` above it: write b: 2"),
        ("a:\n  - b: 1\n   c: 2", {"a": [{"b": 1, "c": 2}]}, "c:", "indented by 3", "indent it by 4, like `b` above it: write c: 2"),
        ("a:\n  - b: 1\n   c:\n     d: 2\n     e: 3", {"a": [{"b": 1, "c": {"d": 2, "e": 3}}]}, "c:", "indented by 3", "write c:"),
        ("a:\n  - b: 1\n - b: 2\n  - b: 3", {"a": [{"b": 1}, {"b": 2}, {"b": 3}]}, "-", "indented by 1", "like the `-` above it: write - b: 2"),
        (" a: 1\nb: 2", {"a": 1, "b": 2}, "a:", "indented by 1", "indent it by 0, like the keys below it: write a: 1"),
        ("n: >-\n  x\na:\nb: 1\n  c: 2\nd: 3", {"n": "x", "a": {"b": 1, "c": 2}, "d": 3}, "b:", "fits none of the lines below it", "write b: 1"),
        ("a: |\nb\nc: d", {"a": "b\n", "c": "d"}, "b", "below `a: |` must be indented", "begin each of its lines with 2 spaces: write b"),
        ("a: |\n  b\n e\nc: d", {"a": "b\ne\n", "c": "d"}, "e", "below `a: |` must be indented", "begin each of its lines with 2 spaces: write e"),
        ("a: - b\n  - c\nd: e", {"a": ["b", "c"], "d": "e"}, "-", "a list cannot begin on the line of its key", "write a: [b, c], or begin it on a line of its own"),
        ("a:\n  - b.c\n    at: 1\n  - d", {"a": [{"b.c": None, "at": 1}, "d"]}, "b.c", "`b.c` lacks the `:` of a key", "write - b.c:"),
        ("a:\n  - b.c\n      at: 1\n  - d", {"a": [{"b.c": None, "at": 1}, "d"]}, "b.c", "`b.c` lacks the `:` of a key", "write - b.c:"),
        ("a:\n  - b.c\n      d: 1\n  - e", {"a": [{"b.c": {"d": 1}}, "e"]}, "b.c", "`b.c` lacks the `:` of a key", "write - b.c:"),
        ("a:\n  b: 1\n  - c: 2\n  d: 3", {"a": {"b": 1, "c": 2, "d": 3}}, "c", "this line is no item of a list", "write c: 2"),
        ("a:\n  - - b: 1\n    c: 2\n  - b: 3", {"a": [{"b": 1, "c": 2}, {"b": 3}]}, "- b", "here are two", "write - b: 1"),
        ("a:\n  b\n    c: 2\nd: 3", {"a": {"b": {"c": 2}}, "d": 3}, "b", "`b` lacks the `:` of a key", "write b:"),
        ("a:\n  - b c\n    d: 1\n  - e", {"a": [{"b": "c", "d": 1}, "e"]}, "b", "`b` lacks the `:` of a key", "write - b: c"),
        ("a:\n  b =\n    c: 2\nd: 3", {"a": {"b": {"c": 2}}, "d": 3}, " =", EQUALS, "write b:"),
        ("a:\n  -b == 'c'\nd: 3", {"a": ["b == 'c'"], "d": 3}, "-", "needs a space", "write - b == 'c'"),
        ("a:\n   - b: 1\n  - b: 2\n  - b: 3\nd: 4", {"a": [{"b": 1}, {"b": 2}, {"b": 3}], "d": 4}, "-", "indented by 3", "write - b: 1"),
        ("a:\n  - b: 1\n  c: 2\nd: 3", {"a": {"b": 1, "c": 2}, "d": 3}, "b", "this line is no item of a list", "write b: 1"),
        ("a:\n  b: 1\n- actions:\n  - c\nd: 3", {"a": {"b": 1}, "actions": ["c"], "d": 3}, "actions", "this line is no item of a list", "write actions:"),
        ("a:\n  - b: 1\n    - c: 2\n    d: 3\n  - e", {"a": [{"b": 1, "c": 2, "d": 3}, "e"]}, "c", "this line is no item of a list", "write c: 2"),
        ("a:\n   b:\n    c: 1\n  d: 2\ne: 3", {"a": {"b": {"c": 1}, "d": 2}, "e": 3}, "b:", "fits none of the lines below it", "indent it by 2, like the lines below it: write b:"),
        ("a:\n  b: 1\n c: 2\n  d: 3", {"a": {"b": 1, "c": 2, "d": 3}}, "c:", "indented by 1", "write c: 2"),
        ("a:\n    b: 1\n  c: 2\n    d: 3", {"a": {"b": 1, "c": 2, "d": 3}}, "c:", "indented by 2", "indent it by 4, like `b` above it: write c: 2"),
        ("inputs:\n  a: {b: 1}\n trigger: {c: 2}\nd: 3", {"inputs": {"a": {"b": 1}}, "trigger": {"c": 2}, "d": 3}, "trigger:", "indented by 1", "indent it by 0, like `inputs` above it: write trigger: {c: 2}"),
        ("a:\n  - b: 1\n    c: 2\n   - b: 3\n    c: 4\nd: 5", {"a": [{"b": 1, "c": 2}, {"b": 3, "c": 4}], "d": 5}, "-", "indented by 3", "like the `-` above it: write - b: 3"),
        ("a {b: c}\nd: 1", {"a": {"b": "c"}, "d": 1}, "a", "`a` lacks the `:` of a key", "write a: {b: c}"),
        ("a:\n\tb:\n    c: 1\nd: 2", {"a": {"b": {"c": 1}}, "d": 2}, "\t", TAB, "put 2 spaces before it: write b:"),
        ("conditions:\n  \u2014 a == b\nc: 1", {"conditions": ["a == b"], "c": 1}, "\u2014", "begins with a `-`", "write - a == b"),
        ("a:\n  \u2014 b: {c: 1}\nd: 1", {"a": [{"b": {"c": 1}}], "d": 1}, "\u2014", "begins with a `-`", "write - b: {c: 1}"),
        ("```yaml\na: 1\nb: 2\n```", {"a": 1, "b": 2}, "```yaml", "this line is no part of a recipe (nor is another)", "remove this line"),
        ("// b\na: 1", {"a": 1}, "// b", "this line is no part of a recipe", "remove this line"),
        ("a: 1\n>>>>>>> main", {"a": 1}, ">>>>>>> main", "this line is no part of a recipe", "remove this line"),
        ("a:\n  b:1\n  c:2", {"a": {"b": 1, "c": 2}}, ":", SPACE, "write b: 1"),
        ("a:\n  b:x\n  c: {d: e}", {"a": {"b": "x", "c": {"d": "e"}}}, ":", SPACE, "write b: x"),
        ("with: b: 1\n  c: 2", {"with": {"b": 1, "c": 2}}, "b: 1", "the mapping of `with` cannot begin on the line", "write with: {b: 1}, or begin it on a line of its own"),
        ("a:\nb: 1\n  c: 2\nd: 3", {"a": {"b": 1, "c": 2}, "d": 3}, "b:", "fits none of the lines below it", "indent it by 2, below the line above it: write b: 1"),
        ("a:\n- b: 1\n    c: 2\n  - b: 3\nd: 4", {"a": [{"b": 1, "c": 2}, {"b": 3}], "d": 4}, "-", "fits none of the lines below it", "indent it by 2, like the lines below it: write - b: 1"),
        ("a: |\n  b\nc:\n  :d: e\n  f\ng: h", {"a": "b\n", "c": ":d: e\nf\n", "g": "h"}, ":d: e", "needs a `|` behind its key", "write c: |"),
        ("a: |\nb to c\n  d\ne: f", {"a": "b to c\nd\n", "e": "f"}, "b to c", "below `a: |` must be indented", "write b to c"),
        ("a: |\n:b: c\nd: e", {"a": ":b: c\n", "d": "e"}, ":b: c", "below `a: |` must be indented", "write :b: c"),
        ("a:\n  -b: 1\n  - b: 2", {"a": [{"b": 1}, {"b": 2}]}, "-", "needs a space", "write - b: 1"),
        ("a:\n  -b: 1\n   c: 2\n\n  - b: 3", {"a": [{"b": 1, "c": 2}, {"b": 3}]}, "-", "needs a space", "write - b: 1"),
        ("a: {\n  b: 1\n  c: 2\n}", {"a": {"b": 1, "c": 2}}, "1", COMMA, "write b: 1,"),
        ("a: {\n  b: {{ x }},\n  c: 2\n}", {"a": {"b": "{{ x }}", "c": 2}}, "{{ x }}", BRACES, 'write b: "{{ x }}",'),
        ("a: *x and\n  y\nb: 1", {"a": "*x and y", "b": 1}, "*x and\n  y", "begins with `*`", "put all its lines in one pair of quotes"),
        ("a: this and\n  that: x\nb: 1", {"a": "this and that: x", "b": 1}, "this and\n  that: x", COLON, "put all its lines in one pair of quotes"),
        ('a: "x\nb: "y"\nc: z', {"a": "x", "b": "y", "c": "z"}, '"x', OPEN, 'add the closing quote: write a: "x"'),
        ("a: 1\n...\nb: 2", {"a": 1, "b": 2}, "...", "`...` ends a YAML document", "remove this line"),
        ("%YAML 3.0\n---\na: 1", {"a": 1}, "%YAML 3.0", "an instruction to YAML", "remove this line"),
        ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> x\nc: 4", {"a": 1, "b": 2, "c": 4}, "<<<<<<< HEAD", "git left a mark here", "remove the lines with <<<<<<<, ======= and >>>>>>>"),
    ],
)  # fmt: skip
def test_what_takes_several_lines_is_one_mistake(
    lines: str, value: object, at: str, message: str, mend: str
) -> None:
    document = read_document(Source("a.yaml", lines))
    (problem,) = document.problems
    assert message in problem.message
    assert at_fault(lines, document) == [at]
    assert (problem.help or "").endswith(mend)
    assert document.root is not None
    assert document.root.plain() == value


def test_every_mistake_of_a_file_is_told() -> None:
    text = "a: {{ x }}\nb: ok\nc: @d\ne: {f: [1, 2}\n\tg: 1\nh: Is: it\ni: 'j\n"
    document = read_document(Source("a.yaml", text))
    assert [document.source.position(one.span.start).line for one in document.problems] == [
        1, 3, 4, 5, 6, 7,
    ]  # fmt: skip
    assert document.root is not None


def test_what_nothing_mends_is_left_out_and_the_rest_is_read() -> None:
    text = "a: 1\n- b\nd: 2\n"
    document = read_document(Source("a.yaml", text))
    assert not document.is_whole
    assert document.root is not None
    assert document.root.plain() == {"a": 1, "d": 2}
    assert [document.source.position(one.span.start).line for one in document.problems] == [2]


def test_a_very_long_line_is_not_searched() -> None:
    text = "a: " + "b: - ' " * 20_000
    document = read_document(Source("a.yaml", text))
    (problem,) = document.problems
    assert problem.message == "a `:` is not expected here"


def test_a_long_mended_line_is_shown_in_part() -> None:
    text = f"a: {{b: {'x' * 300}, c: {{{{ y }}}}}}\n"
    (problem,) = read_document(Source("a.yaml", text)).problems
    assert len(problem.help or "") < 200
    assert '"{{ y }}"' in (problem.help or "")


@pytest.mark.parametrize(
    "text",
    [
        "a: {http://x: 1}\n",
        "a:\n  http://x\n",
        "a:\n  Note:this\n",
        "a:\n  - b:c\n",
        "a: {b: 'c:d'}\n",
        "a: {'b:c'}\n",
        "a: {b:c: 1}\n",
        "a: [b:c, d e]\n",
    ],
)
def test_what_only_looks_like_a_key_without_its_space_is_left(text: str) -> None:
    assert read_document(Source("a.yaml", text)).problems == ()


def test_a_line_with_several_keys_without_their_space_is_told_once() -> None:
    text = "a: {b:c, d:1}\ne: {f:true}\n"
    document = read_document(Source("a.yaml", text))
    assert [one.help for one in document.problems] == [
        "write a: {b: c, d: 1}",
        "write e: {f: true}",
    ]
    assert document.root is not None
    assert document.root.plain() == {"a": {"b": "c", "d": 1}, "e": {"f": True}}


def test_too_many_mistakes_end_the_reading() -> None:
    document = read_document(Source("a.yaml", "".join(f"k{n}: @x\n" for n in range(mend.MOST + 5))))
    assert document.root is None
    assert len(document.problems) == mend.MOST
    assert not document.is_whole


def test_the_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mend, "WORK", 5)
    document = read_document(Source("a.yaml", "a: 1\nb: @x\n"))
    assert document.root is None
    (problem,) = document.problems
    assert problem.message == "a value cannot begin with this character"

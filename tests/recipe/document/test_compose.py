from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

import pytest
import yaml

from beeflow.recipe import limits
from beeflow.recipe.document import MappingNode, Source, compose, read_document
from beeflow.recipe.document.compose import Broke, Composer, Refused

if TYPE_CHECKING:
    from beeflow.recipe.problem import Problem


@pytest.fixture(params=["libyaml", "python"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "python":
        monkeypatch.setattr(compose, "LOADER", yaml.SafeLoader)
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("PyYAML was built without libyaml")


def read(text: str) -> object:
    document = read_document(Source("a.yaml", text))
    assert document.problems == ()
    assert document.root is not None
    return document.root.plain()


def problem(text: str) -> Problem:
    problems = read_document(Source("a.yaml", text)).problems
    assert len(problems) == 1, problems
    return problems[0]


def spanned(text: str, found: Problem) -> str:
    return text[found.span.start : found.span.end]


def test_reads_mappings_lists_and_scalars() -> None:
    assert read("a: [1, {b: yes}]\nc:\n  - '1'\n  -\n") == {
        "a": [1, {"b": "yes"}],
        "c": ["1", None],
    }


def test_spans_cover_what_is_written() -> None:
    text = "a:\n  b: 'x y'\n  c: [1, 2]\n\n# end\nd: 1\n"
    root = read_document(Source("a.yaml", text)).root
    assert isinstance(root, MappingNode)
    spans = [text[one.value.span.start : one.value.span.end] for one in root]
    assert spans == ["b: 'x y'\n  c: [1, 2]", "1"]


def test_an_alias_is_what_its_anchor_is() -> None:
    assert read("a: &x {b: &y 1}\nc: *x\nd: [*y]\n") == {"a": {"b": 1}, "c": {"b": 1}, "d": [1]}


def test_the_place_of_an_anchored_scalar_is_without_its_anchor() -> None:
    text = "a: &x  'hi'\n"
    root = read_document(Source("a.yaml", text)).root
    assert isinstance(root, MappingNode)
    span = root.entries[0].value.span
    assert text[span.start : span.end] == "'hi'"


def test_an_alias_without_an_anchor_is_a_problem() -> None:
    text = "a: *nope\n"
    found = problem(text)
    assert (found.rule, spanned(text, found)) == ("yaml-alias", "*nope")


def test_an_alias_within_its_own_anchor_is_a_problem() -> None:
    found = problem("a: &x [1, *x]\n")
    assert found.rule == "yaml-alias"
    assert found.path == "a/1"


def test_a_bomb_of_aliases_ends_in_a_problem() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    found = problem("\n".join(lines))
    assert found.rule == "limit"
    assert str(limits.NODES) in found.message


def test_as_many_values_as_are_allowed_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NODES", 500)
    assert len(read("[" + "1," * (limits.NODES - 2) + "]")) == limits.NODES - 2  # type: ignore[arg-type]  # it is a list
    assert problem("[" + "1," * limits.NODES + "]").rule == "limit"


def test_nesting_ends_in_a_problem() -> None:
    deep = "[" * limits.DEPTH + "]" * limits.DEPTH
    assert read_document(Source("a.yaml", deep)).problems == ()
    assert problem("[" + deep + "]").rule == "limit"


def test_nesting_by_aliases_ends_in_a_problem() -> None:
    half = limits.DEPTH // 2 + 1
    text = f"a: &x {'[' * half}{']' * half}\nb: {'[' * half}*x{']' * half}\n"
    assert problem(text).rule == "limit"


def test_a_key_that_stands_twice_is_named_with_both_places() -> None:
    text = "a: 1\nb:\n  c: 1\n  c: 2\n"
    found = problem(text)
    assert (found.rule, found.path, found.span.start) == ("duplicate-key", "b/c", 17)
    assert found.notes[0].span is not None
    assert found.notes[0].span.start == 10


@pytest.mark.parametrize(
    ("text", "rule", "at"),
    [
        ("1: a\n", "yaml-key", "1"),
        ("true: a\n", "yaml-key", "true"),
        ("[a]: b\n", "yaml-key", "[a]"),
        ("? {a: 1}\n: b\n", "yaml-key", "{a: 1}"),
        ("<<: {a: 1}\n", "yaml-merge", "<<"),
        ("a: !foo 1\n", "yaml-tag", "!foo"),
        ("a: !!str 1\n", "yaml-tag", "!!str"),
        ("a: !x {b: 1}\n", "yaml-tag", "!x"),
        ("a: 1\n---\nb: 2\n", "yaml-document", "---"),
        ("a: {{ x }}\n", "yaml-syntax", "{{ x }}"),
    ],
)
def test_what_is_yaml_but_not_ours_has_a_name(text: str, rule: str, at: str) -> None:
    found = problem(text)
    source = read_document(Source("a.yaml", text)).source
    at_fault = text[source.place(found.span.start) : source.place(found.span.end)]
    assert (found.rule, at_fault) == (rule, at)


def test_quoted_keys_are_text() -> None:
    assert read("'1': a\n\"<<\": b\n") == {"1": "a", "<<": "b"}


def test_one_document_may_be_marked() -> None:
    assert read("%YAML 1.1\n---\na: 1\n...\n") == {"a": 1}


def test_an_empty_file_has_no_root() -> None:
    document = read_document(Source("a.yaml", "# nothing\n"))
    assert document.root is None
    assert document.problems == ()


def composed(text: str) -> object:
    composer = Composer(Source("a.yaml", text))
    try:
        return composer.compose(), composer.problems
    except (Broke, Refused) as error:
        return str(error)


def test_one_look_tells_what_asking_every_question_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    signs = [*string.punctuation, " ", "7", "\t", "\xa0", "\u2014", "\uff1a", "\u200b", "\xe9"]
    words = ("{}b", "a{}b", "{} b", "a {}b", "a\n  {} b", "a {}b: c")
    places = ("{}: 1", "- {}", "actions:\n  {}", "{{{}}}")
    texts = [
        place.format(word.format(sign)) for place in places for word in words for sign in signs
    ]
    told = [composed(text) for text in texts]
    monkeypatch.setattr(compose, "_ORDINARY", re.compile("(?!)"))
    monkeypatch.setattr(compose, "_name", compose._name.__wrapped__)
    assert [composed(text) for text in texts] == told


def test_what_a_text_is_does_not_hang_on_where_it_stood_before() -> None:
    assert read("a: fan-out\n") == {"a": "fan-out"}
    assert problem("a:\n  -fan-out\n").rule == "yaml-syntax"
    assert read("a: -fan-out\n") == {"a": "-fan-out"}

from __future__ import annotations

import pytest

from beeflow.recipe.document import Source, mistakes, read_document


def test_what_has_no_explanation_keeps_the_parsers_own_words() -> None:
    found = mistakes.explain(Source("a.yaml", "a"), "did not find this or that", 0)
    assert found.message == "this is not YAML: did not find this or that"


@pytest.mark.parametrize(
    ("text", "rule", "at", "mend"),
    [
        ("a: &b c d\n", "yaml-alias", "&b", 'write "&b c d" where it is a text'),
        ("a:\n- b\n - c\n", "bad-indentation", "- ", "put 0 spaces before it"),
    ],
)
def test_what_is_yaml_and_hardly_meant_so_is_a_warning(
    text: str, rule: str, at: str, mend: str
) -> None:
    (found,) = read_document(Source("a.yaml", text)).problems
    assert (found.rule, found.severity) == (rule, "warning")
    assert text[found.span.start : found.span.end] == at
    assert mend in (found.help or "")


@pytest.mark.parametrize(
    "text", ["a: &b c\nd: *b\n", "a: &b {c: 1}\n", "a: b\n  c - d\n", "a: |\n  b\n  - c\n"]
)
def test_what_is_meant_so_is_not(text: str) -> None:
    assert read_document(Source("a.yaml", text)).problems == ()


def test_a_tagged_text_is_shown_in_quotes() -> None:
    (found,) = read_document(Source("a.yaml", "a: !now or never\n")).problems
    assert (found.help or "").endswith('write "!now or never"')


@pytest.mark.parametrize(
    "text", ["a: |  # note\n", "a: |  # note\n\n\n", "a: >-\n", "a:\n  - |+ # b\n"]
)
def test_an_empty_block_at_the_end_is_just_empty(text: str) -> None:
    assert read_document(Source("a.yaml", text)).problems == ()

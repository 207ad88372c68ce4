from __future__ import annotations

import pytest

from beeflow.errors import ExpressionError
from beeflow.recipe.model import Template
from beeflow.recipe.patterns import Clause, PatternError, compile_pattern
from beeflow.recipe.problem import Span


def test_every_line_must_hold() -> None:
    pattern = compile_pattern({"data.status": "live", "data.n": {"gt": 3}})
    assert pattern.matches({"data": {"status": "live", "n": 4}})
    assert not pattern.matches({"data": {"status": "live", "n": 3}})
    assert not pattern.matches({"data": {"status": "idle", "n": 4}})


def test_an_empty_pattern_matches_everything() -> None:
    assert compile_pattern({}).matches({})


def test_an_explanation_has_each_line_as_written_and_what_was_there() -> None:
    match = {"data.status": ["live", "done"], "data.title": {"not": "x"}, "data.n": None}
    assert compile_pattern(match).explain({"data": {"status": "idle", "n": None}}) == (
        Clause("data.status", ["live", "done"], "idle", holds=False, present=True),
        Clause("data.title", {"not": "x"}, None, holds=True, present=False),
        Clause("data.n", None, None, holds=True, present=True),
    )


def test_a_wrong_pattern_is_refused_with_its_path_and_mend() -> None:
    with pytest.raises(PatternError) as caught:
        compile_pattern({"data.status": {"startswith": "li"}, "x": {"gt": "3"}})
    assert str(caught.value) == (
        "match `data.status.startswith`: there is no operator `startswith`: did you mean `prefix`?"
        " (there are: not, in, prefix, suffix, contains, regex, gt, gte, lt, lte, exists)"
    )
    assert len(caught.value.problems) == 2
    assert isinstance(caught.value, ExpressionError)
    assert isinstance(caught.value, ValueError)


def test_what_is_not_a_mapping_is_refused() -> None:
    with pytest.raises(PatternError, match=r"^a pattern is a mapping"):
        compile_pattern(["data.status"])  # type: ignore[arg-type]  # the mistake under test


def test_a_template_must_have_been_rendered_before() -> None:
    template = Template("{{ x }}", Span("a.yaml", 0, 7))
    for match in ({"a": template}, {"a": {"prefix": template}}, {"a": {"in": [template]}}):
        with pytest.raises(PatternError, match="template"):
            compile_pattern(match)

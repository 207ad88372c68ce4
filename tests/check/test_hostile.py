"""Recipes made to keep the checker busy: twice as much of it costs about twice the work.

Work is counted in calls of functions, which no other load of the machine changes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import pytest

from beeflow.check import Facts, check_text
from beeflow.check.logic.constancy import Tries
from beeflow.check.report import make_report
from beeflow.check.rules import constant_condition
from beeflow.check.secrecy import written_secrets
from beeflow.recipe.document import Source
from beeflow.recipe.templates import parse_expression, parse_template, salvage
from beeflow.recipe.templates.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Callable

ANY: Final = 'trigger: {webhook: "*"}\n'
LOG: Final = "actions: [{action: log.write, with: {message: x}}]\n"
TWICE: Final = 2.7


def joined(count: int, part: str, joint: str = " or ") -> str:
    """Repeat a part, with its number in the place of @."""
    return joint.join(part.replace("@", str(n)) for n in range(count))


def conditions(count: int, text: str) -> str:
    """Repeat a condition, with its number in the place of #."""
    listed = (text.replace("#", str(n)) for n in range(count))
    return f"{ANY}conditions:\n" + "".join(f'  - "{one}"\n' for one in listed) + LOG


def setting(values: str) -> str:
    return f"{ANY}actions:\n  - set: {{{values}}}\n"


ASKED: Final = "trigger.data.f#_@ is defined"

SHAPES: Final[dict[str, Callable[[int], str]]] = {
    "conditions of many alternatives": lambda n: conditions(
        n, joined(15, f"{ASKED} and trigger.data.f#_@ == @")
    ),
    "one condition of many alternatives": lambda n: conditions(
        1, joined(6 * n, "trigger.data.event_title == trigger.data.a@")
    ),
    "facts of many fields": lambda n: conditions(n, joined(20, ASKED, " and ")),
    "long lists": lambda n: setting(
        f"a: '{{{{ 1 if trigger.data.event_ref not in [{joined(20 * n, '@', ',')}] else 2 }}}}'"
    ),
    "alternatives as a value": lambda n: setting(
        f"a: '{{{{ {joined(6 * n, 'trigger.data.a@')} }}}}'"
    ),
    "names": lambda n: setting(joined(30 * n, "a@: '{{ now }}'", ", ")),
    "a pattern's list": lambda n: (
        'trigger: {webhook: "*", match: {data.event_ref: ['
        f"{joined(60 * n, 'a@', ', ')}]}}}}\n{LOG}"
    ),
    "comments that ignore": lambda n: ANY + "# beeflow: ignore[loop] as we know\n" * (10 * n) + LOG,
    "secrets": lambda n: ANY + "# https://x:pw12345@example.com\n" * (40 * n) + LOG,
}


def calls_of(work: Callable[[], object]) -> int:
    count = 0

    def counting(_frame: Any, event: str, _arg: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def forget() -> None:
    parse_expression.cache_clear()
    parse_template.cache_clear()
    salvage.cache_clear()
    parse.cache_clear()


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_as_much_costs_twice_the_work(shape: str, facts: Facts) -> None:
    once, twice = SHAPES[shape](2), SHAPES[shape](4)
    check_text(once, facts)  # what is kept for all recipes is made
    costs = []
    for text in (once, twice):
        forget()
        costs.append(calls_of(lambda text=text: check_text(text, facts)))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    assert costs[1] < TWICE * costs[0], (shape, costs)


def test_what_is_tried_of_a_recipe_is_bounded(
    facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = conditions(4, "trigger.data.a == '#' and trigger.data.a == 'x'")
    told = [one.rule for one in check_text(text, facts).findings]
    assert told.count("constant-condition") == 4
    monkeypatch.setattr(constant_condition, "Tries", lambda: Tries(40))
    few = [one.rule for one in check_text(text, facts).findings]
    assert 0 < few.count("constant-condition") < 4


def test_a_scheme_is_not_looked_for_in_every_long_word() -> None:
    source = Source("a.yaml", "a." * 300_000 + "://x")
    assert list(written_secrets(source)) == []


def test_lists_within_lists_are_compared_quickly(facts: Facts) -> None:
    def grown(name: str) -> str:
        first = f"  - set: {{{name}0: ['{{{{ trigger }}}}']}}\n"
        return first + "".join(
            f"  - set: {{{name}{n}: ['{{{{ {name}{n - 1} }}}}', '{{{{ {name}{n - 1} }}}}']}}\n"
            for n in range(1, 40)
        )

    both = "  - stop: '{{ (a39 if now.hour > 3 else b39) | length }}'\n"
    text = f"{ANY}actions:\n{grown('a')}{grown('b')}{both}"
    assert calls_of(lambda: check_text(text, facts)) < 1_500_000


def test_there_are_only_so_many_names(facts: Facts) -> None:
    text = setting(joined(501, "a@: 1", ", "))
    (finding,) = [one for one in check_text(text, facts).findings if one.rule == "limit"]
    assert finding.message == "there are more than 500 names in this recipe"


def test_secrets_beyond_those_told_are_hidden_as_well(facts: Facts) -> None:
    text = ANY + "".join(f"# https://x:secret{n}@example.com\n" for n in range(400)) + LOG
    report = check_text(text, facts)
    assert len(report.findings) == 201
    assert "secret" not in next(iter(report.sources.values())).text
    assert make_report((), (), {}).findings == ()

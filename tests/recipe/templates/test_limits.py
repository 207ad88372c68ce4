from __future__ import annotations

import json
import subprocess
import sys
import tracemalloc

import pytest

from beeflow.errors import ExpressionError, LimitReached
from beeflow.recipe.templates import Context, Limits, parse_template

DOUBLING = "{% set a = [1] %}" + "{% set a = [a, a] %}" * 60
BOMBS = [
    "{{ 'a' * 10**9 }}",
    "{{ [0] * 10**9 }}",
    "{{ 10**10**10 }}",
    "{{ 2**99999 }}",
    "{{ 2**-99999 }}",
    "{{ 2.0**99999 }}",
    "{{ 1e308 * 10 }}",
    "{{ 10**29 * 10**29 }}",
    "{{ range(10**9) }}",
    "{{ range(1, 2, 0) }}",
    (
        "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}x"
        "{% endfor %}{% endfor %}{% endfor %}"
    ),
    "{{ 'aaaa' | replace('a', 'aaaa' * 1000) | replace('a', 'aaaa' * 1000) }}",
    "{{ ('a' * 1000000).replace('', 'b' * 100) }}",
    "{{ 'x' | center(10**9) }}",
    "{{ 'x' | indent(10**9) }}",
    "{{ ('\\n' * 100000) | indent(1000) }}",
    DOUBLING + "{{ a }}",
    DOUBLING + "{{ a | json }}",
    DOUBLING + DOUBLING.replace("a", "b") + "{{ a == b }}",
    "{% set a = [1] %}" + "{% set a = [a] %}" * 2500 + "{{ a }}",
    "{% set a = {'x': 1} %}" + "{% set a = {'x': a, 'y': a} %}" * 60 + "{{ a | json }}",
    "{% set s = 'a' %}" + "{% set s = s ~ s %}" * 60 + "{{ s }}",
    "{% for i in range(10000) %}{% set x = 'a' * 1000000 %}{% endfor %}",
    "{{ [" + ", ".join(["'a' * 1000000"] * 3000) + "] }}",
    "{% set s = 'a' * 1000000 %}{{ ([s] * 50000) | sort }}",
    "{% set s = 'a' * 1000000 %}{{ ([s] * 50000) | join }}",
    "{% set s = 'a ' * 500000 %}{{ s.split() }}",
    "{% set s = 'ab' * 500000 %}{{ s.split('b') }}",
    "{% set s = 'a\\n' * 500000 %}{{ s.splitlines() }}",
    "{{ ('a' * 1000000) | list }}",
    "{{ ('a' * 1000000) | wordwrap(1) }}",
    "{{ ('a' * 1000000) | wordcount }}",
    "{{ ('<!--' * 100000) | striptags }}",
    "{{ ('\"' * 1000000) | json }}",
    "{{ (range(10000) | batch(1)) | unique }}",
    "{% for i in range(1000) %}{{ 'a' * 1000 }}{% endfor %}",
    "{{ ({'a': 1} | items) * 50000 }}",
    "{% for a in [1] * 50000 %}{% for b in [a] %}{% endfor %}{% endfor %}",
    "{{ range(10000) | map('center', 1000) }}",
]
SMALL = [
    "{{ ('-' * 60000) | wordwrap(3) }}",
    "{{ ('<' * 60000) | striptags }}",
    "{{ ([[1]] * 20000) | unique | length }}",
    "{{ range(10000) | map('string') | groupby(0) | length }}",
    "{{ range(10000) | sort(reverse=true) | first }}",
    "{% set s = 'a' * 500000 %}{% set t = 'a' * 250000 ~ 'b' %}{{ t in s }}",
]


PROGRAM = """
import json, resource, sys, time
from beeflow.errors import LimitReached
from beeflow.recipe.templates import parse_template

def used():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

before, seconds = used(), {}
for text in json.load(sys.stdin):
    began = time.thread_time()
    try:
        parse_template(text).render({})
    except LimitReached:
        pass
    seconds[text] = time.thread_time() - began
json.dump({"seconds": seconds, "mib": used() - before}, sys.stdout)
"""


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_in_a_clear_error_with_its_place(bomb: str) -> None:
    with pytest.raises(LimitReached) as caught:
        parse_template(bomb).render({})
    assert caught.value.length > 0


def test_no_template_takes_more_than_a_second_or_64_mib() -> None:
    # A process of its own: neither other tests nor the tracing of coverage are measured with it.
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(BOMBS + SMALL),
        capture_output=True,
        text=True,
        check=True,
    )
    measured = json.loads(ended.stdout)
    assert {text: took for text, took in measured["seconds"].items() if took >= 1} == {}
    assert measured["mib"] < 64


def test_size_is_refused_before_it_is_allocated() -> None:
    tracemalloc.start()
    try:
        for bomb in BOMBS[:10]:
            with pytest.raises(LimitReached):
                parse_template(bomb).render({})
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


def test_the_work_is_counted_so_that_the_bound_is_the_same_everywhere() -> None:
    template = parse_template("{% for i in range(100) %}{{ i }}{% endfor %}")

    def fits(ticks: int) -> bool:
        try:
            template.render({}, Context(limits=Limits(ticks=ticks)))
        except LimitReached:
            return False
        return True

    least = next(ticks for ticks in range(1, 5000) if fits(ticks))
    assert [fits(least - 1), fits(least), fits(least)] == [False, True, True]
    assert least > 200


def test_the_result_is_bounded_as_text_and_as_a_value() -> None:
    context = Context(limits=Limits(result=10))
    assert parse_template("{{ 'a' * 10 }}").render({}, context) == "a" * 10
    for text in ("{{ 'a' * 11 }}", "b{{ 'a' * 10 }}", "{{ ['a' * 4, 'b' * 4] }}"):
        with pytest.raises(LimitReached, match="10 characters"):
            parse_template(text).render({}, context)


def test_each_bound_says_what_it_is() -> None:
    context = Context(limits=Limits(ticks=50, text=100, items=20))
    for text, message in {
        "{{ 'a' * 101 }}": "text of 101 characters; at most 100",
        "{{ [1] * 21 }}": "list of 21 items; at most 20",
        "{% for a in range(15) %}{{ a }}{% endfor %}": "more than 50 steps",
    }.items():
        with pytest.raises(ExpressionError, match=message):
            parse_template(text).render({}, context)


def test_a_list_from_the_scope_may_be_long_where_it_is_only_passed_on() -> None:
    items = list(range(60_000))
    assert parse_template("{{ items | length }}").render({"items": items}) == 60_000

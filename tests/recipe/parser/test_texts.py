from __future__ import annotations

from recipe.parsing import only, parse, recipe


def test_a_slip_in_a_block_is_shown_at_its_characters() -> None:
    text = """
        actions:
          - action: log.write
            with:
              message: |
                Hello
                  {{ now | nofilter }} there
        """
    parsed = parse(text)
    (problem,) = parsed.problems
    source = parsed.document.source
    assert source.position(problem.span.start) == (7, 20)
    assert source.text[problem.span.start : problem.span.end] == "nofilter"
    assert problem.path == "actions/0/with/message"
    assert problem.message == "there is no filter `nofilter`"
    assert "there are: abs," in (problem.help or "")


def test_a_slip_near_a_known_name_suggests_it() -> None:
    (problem,) = parse("actions: [{action: a.b, with: {x: '{{ now | uper }}'}}]").problems
    assert problem.suggestions == ("upper",)
    assert (problem.help or "").startswith("did you mean `upper`?")


def test_the_mend_is_said_once() -> None:
    found = only("conditions: [a = 1]\nactions: []")
    assert found.message == "`=` is not expected here"
    assert found.help == "write == to compare"


def test_secrets_are_gathered_from_all_texts() -> None:
    read = recipe(
        "trigger: {webhook: a}\nconditions: [secrets.A == 'x']\n"
        "actions: [{action: a.b, with: {x: ['{{ secrets.B }} {{ secrets.C }}']}}]"
    )
    assert read.secrets == {"A", "B", "C"}


def test_the_place_of_a_text_is_without_its_quotes() -> None:
    parsed = parse("actions: [{if: 'now', stop: x}]")
    assert parsed.recipe is not None
    guard = parsed.recipe.actions[0].head.guard
    assert guard is not None
    text = parsed.document.source.text
    assert text[guard.span.start : guard.span.end] == "now"

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from check.rules.telling import Tell

FILES = """# caller.yaml
actions:
  - run: called
    with: %s
# called.yaml
inputs:
  minutes: {type: integer}
  channel: {type: string, default: "#crew"}
  mood: {type: choice, options: [glad, sad], default: glad}
actions:
  - action: slack.post
    with: {channel: "{{ inputs.channel }}", text: "{{ inputs.minutes }} {{ inputs.mood }}"}
"""


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            "{minutes: 3, chanel: x}",
            "<chanel> `called` has no input `chanel` | did you mean `channel`?",
        ),
        ("{minuts: 3}", "<minuts> `called` has no input `minuts` | did you mean `minutes`?"),
        (
            "{minutes: soon}",
            (
                "<soon> the input `minutes` of `called`: it takes a whole number, such as 3, and "
                "this is `soon` | give a whole number, such as 3"
            ),
        ),
        ("{minutes: 3, mood: mad}", "<mad> the input `mood` of `called`: it takes one of"),
        (
            "{channel: x}",
            (
                "<called> `called` needs the input `minutes` | add `minutes` below `with`: "
                "a whole number, such as 3"
            ),
        ),
    ],
)
def test_what_is_given_is_not_what_is_taken(tell: Tell, given: str, told: str) -> None:
    (line,) = tell(FILES % given)
    assert line.startswith(f"run-inputs error {told}")


def test_a_run_without_with_gives_nothing(tell: Tell) -> None:
    (line,) = tell(FILES.replace("    with: %s\n", ""))
    assert line.startswith("run-inputs error <called> `called` needs the input `minutes`")


def test_a_recipe_without_inputs_takes_none(tell: Tell) -> None:
    files = (
        "# caller.yaml\nactions: [{run: called, with: {a: 1}}]\n# called.yaml\nactions: [{stop: x}]"
    )
    assert tell(files) == ["run-inputs error <a> `called` has no input `a` | it takes none"]


@pytest.mark.parametrize(
    "given",
    ["{minutes: 3}", "{minutes: '{{ run.attempt }}', channel: x}", "{minutes: 3, mood: sad}"],
)
def test_what_fits_or_is_known_when_it_runs(tell: Tell, given: str) -> None:
    assert tell(FILES % given) == []


def test_what_is_broken_itself_is_not_held_against(tell: Tell) -> None:
    told = tell((FILES % "{minutes: 3, other: 1}").replace("integer", "intgr"))
    assert [line.partition(" ")[0] for line in told] == ["bad-value"]

"""The rules in words: one of them, a list of all, and the rules page.

`beeflow validate --rules --markdown > docs/rules.md` writes the page anew; a test holds that the
page in the repository is what comes out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from beeflow.check.examples import ONLY, ExampleFile, files_of
from beeflow.check.nearness import did_you_mean, nearest
from beeflow.check.rules import RULES
from beeflow.check.rules.of_tests import OF_TESTS
from beeflow.check.visible import visible
from beeflow.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.check.rule import Rule

_HEAD: Final = """\
# Rules

What `beeflow validate` looks for. The name of a rule stands in `[ ]` behind `error` or `warning` in
every finding; `beeflow validate --explain RULE` shows its part of this page. Errors stop a recipe
from being run; warnings do not (`--strict` counts them as errors).

A finding that is meant so is kept with a comment that says why, at the end of its line or alone on
the line above:

```yaml
- action: crm.update  # beeflow: ignore[unknown-action] our plug-in, not installed here
```

An example shows some steps, some keys of a recipe, or whole files. Each is run by a test: what is
wrong has just this one finding, what is right has none.

This page is generated (`beeflow validate --rules --markdown > docs/rules.md`).
"""


_TESTS: Final = """
# Rules of test files

What `beeflow test` finds in `*.test.yaml` besides the rules above; an example is a recipe with its
test file."""

_ALL: Final = {**RULES, **OF_TESTS}


def explain(name: str) -> str:
    """Return what a rule is about, with an example; raises `UsageError` for the user."""
    rule = _ALL.get(name)
    if rule is None:
        near = nearest(name, _ALL)
        raise UsageError(f"there is no rule `{name}`: {did_you_mean(near, _ALL, 'there are')}")
    return "\n".join(
        (
            f"{rule.name} ({rule.severity}): {rule.description}",
            "",
            "Wrong:",
            *_indented(rule.wrong),
            "",
            "Right:",
            *_indented(rule.right),
        )
    )


def listing() -> str:
    """Return a line for each rule: its name, its severity, its first sentence."""
    longest = max(map(len, _ALL))
    return "\n".join(
        f"{rule.name:<{longest}}  {rule.severity:<7}  {_first_sentence(rule)}"
        for rule in _ALL.values()
    )


def page() -> str:
    """Return the rules page as Markdown."""
    lines = [_HEAD, "| rule | | |", "|---|---|---|"]
    lines.extend(_row(rule) for rule in RULES.values())
    lines.extend(_row(rule) for rule in OF_TESTS.values())
    for rule in RULES.values():
        lines.extend(_section(rule))
    lines.append(_TESTS)
    for rule in OF_TESTS.values():
        lines.extend(_section(rule))
    return "\n".join(lines) + "\n"


def _row(rule: Rule) -> str:
    about = _first_sentence(rule).replace("|", "\\|")
    return f"| [`{rule.name}`](#{rule.name}) | {rule.severity} | {about} |"


def _section(rule: Rule) -> Iterator[str]:
    yield from ("", f"## {rule.name}", "", f"{rule.severity.capitalize()}. {rule.description}")
    for title, example in (("Wrong", rule.wrong), ("Right", rule.right)):
        yield from ("", f"{title}:")
        for file in files_of(example):
            yield from _block(file)


def _block(file: ExampleFile) -> Iterator[str]:
    yield ""
    if file.target is not None:
        yield f"`{file.name}`, a link to `{file.target}`"
        return
    yield "```sh" if file.name == ".env" else "```yaml"
    if file.name != ONLY:
        yield f"# {file.name}"
    yield from (visible(line) for line in file.text.splitlines())
    yield "```"


def _first_sentence(rule: Rule) -> str:
    first, dot, _ = rule.description.partition(". ")
    return f"{first}." if dot else first


def _indented(text: str) -> list[str]:
    return [f"    {visible(line)}" for line in text.splitlines()]

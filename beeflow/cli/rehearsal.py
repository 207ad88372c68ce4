"""`validate --dry-run`: each recipe that is sound, dry-run on every sample that starts it."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from beeflow.check import Finding, Point, Range, Report
from beeflow.cli.knowledge import actions, answer_of, check_arguments
from beeflow.cli.recipe_files import read_recipe
from beeflow.cli.samples import samples
from beeflow.config import Config, open_secrets
from beeflow.daemon.masking import masking_for
from beeflow.drivers.account import Account, Called, Decided, Ended, Step
from beeflow.drivers.dryrun import Rehearsal, dry_run
from beeflow.drivers.occasion import Occasion, by_hand, occasions
from beeflow.errors import UsageError
from beeflow.recipe.parser import Defaults

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from beeflow.config.secrets import Secrets
    from beeflow.recipe.document.source import Source
    from beeflow.recipe.model import Recipe
    from beeflow.recipe.parser import Parsed
    from beeflow.types import Json

RULE = "dry-run"
"""The rule that findings of a dry run have."""


class _Rehearsed(msgspec.Struct, frozen=True):
    """What came of one recipe: lines to tell, and what is wrong."""

    lines: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def rehearsed(report: Report, folders: Sequence[Path], config: Config) -> tuple[Report, str]:
    """Dry-run what the report found no error in; `folders` are the folders that were checked.

    Returns the report with what that found, and a line for each recipe and sample.
    """
    broken = {finding.file for finding in report.findings if finding.severity == "error"}
    secrets = open_secrets(config, os.environ)
    sound = [file for file in report.files if file not in broken and Path(file).is_file()]
    done = [
        _rehearse(file, read_recipe(Path(file), folders, Defaults(config.timezone)), secrets)
        for file in sound
    ]
    found = [_marked(finding, report.sources) for one in done for finding in one.findings]
    findings = sorted((*report.findings, *found), key=lambda one: (one.file, one.range.start.line))
    told = "".join(f"{line}\n" for one in done for line in one.lines)
    return replace(report, findings=tuple(findings)), told


def _rehearse(file: str, parsed: Parsed, secrets: Secrets) -> _Rehearsed:
    recipe = parsed.recipe
    if recipe is None:
        return _Rehearsed((f"{file}: not dry-run: {parsed.problems[0].message}",))
    found, refused = _occasions(recipe)
    accounts = asyncio.run(_accounts(recipe, found, secrets))
    findings = tuple(_finding(file, recipe, one, step) for one, step in _failures(accounts))
    lines = [*map(_summary, accounts), *(f"not dry-run: {reason}" for reason in refused)]
    return _Rehearsed(tuple(f"{file}: {line}" for line in lines), findings)


def _occasions(recipe: Recipe) -> tuple[list[Occasion], list[str]]:
    """Return an occasion for each way a recipe starts, and why others cannot be played."""
    now = time.time()
    found: list[Occasion] = [] if recipe.triggers else [by_hand(now)]
    refused = []
    for index in range(len(recipe.triggers)):
        try:
            found += occasions(recipe, index, samples(), now)
        except UsageError as error:
            refused.append(str(error))
    return found, refused


async def _accounts(recipe: Recipe, found: Sequence[Occasion], secrets: Secrets) -> list[Account]:
    return [await dry_run(_rehearsal(recipe, one, secrets)) for one in found]


def _failures(accounts: Sequence[Account]) -> Iterator[tuple[Account, Step]]:
    """Yield what fails, the same failure once, however many samples lead to it."""
    known: set[tuple[int | None, str]] = set()
    for account in accounts:
        for step in account.steps:
            ended = step.what
            if isinstance(ended, Ended) and ended.error is not None and _is_amiss(account, ended):
                key = (step.line, ended.error.message)
                if key not in known:
                    known.add(key)
                    yield account, step


def _is_amiss(account: Account, ended: Ended) -> bool:
    """Whether a run fails through a mistake, as far as the sample can tell.

    A `stop` that says so is meant, and a sample without data (billing's) shows no fields at all.
    """
    kind = ended.error.kind if ended.error is not None else None
    if kind == "stopped" or (kind == "template" and _is_bare(account)):
        return False
    return ended.outcome == "failed"


def _is_bare(account: Account) -> bool:
    """Whether the fields of a webhook are not documented."""
    return account.webhook and account.payload.get("data") == {}


def _rehearsal(recipe: Recipe, occasion: Occasion, secrets: Secrets) -> Rehearsal:
    return Rehearsal(
        recipe=recipe,
        occasion=occasion,
        actions=actions(),
        secrets=secrets,
        check=check_arguments,
        answer_of=answer_of,
        inputs=_placeholders(recipe),
        masking=masking_for(secrets, actions()),
    )


def _placeholders(recipe: Recipe) -> dict[str, Json]:
    """Return something for the inputs that only whoever starts the recipe can give."""
    examples: dict[str, Json] = {
        "string": "text",
        "integer": 1,
        "number": 1.5,
        "boolean": True,
        "duration": "10m",
        "datetime": "2026-12-01 09:00",
        "list": [],
        "secret": "NAME",
    }
    return {
        name: one.options[0] if one.type == "choice" else examples[one.type]
        for name, one in recipe.inputs.items()
        if one.required
    }


def counted(count: int, thing: str) -> str:
    """Return `1 call`, `2 calls`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _summary(account: Account) -> str:
    calls = sum(isinstance(step.what, Called) for step in account.steps)
    unknown = sum(
        isinstance(step.what, Decided) and step.what.value == "unknown" for step in account.steps
    )
    outcomes = " or ".join(sorted({ending.outcome for ending in account.endings}))
    doubt = f", {counted(unknown, 'decision')} known after apply" if unknown else ""
    bare = " (its fields are not documented)" if account.failed and _is_bare(account) else ""
    return f"{account.trigger}: {counted(calls, 'call')}{doubt}, {outcomes or 'not started'}{bare}"


def _finding(file: str, recipe: Recipe, account: Account, step: Step) -> Finding:
    ended = step.what
    assert isinstance(ended, Ended)  # noqa: S101 - chosen so
    assert ended.error is not None  # noqa: S101 - chosen so
    point = Point(step.line or 1, 1, 0)
    return Finding(
        rule=RULE,
        severity="error",
        message=f"a dry run on the sample of {account.trigger} fails: {ended.error.message}",
        file=step.file or file,
        range=Range(point, point),
        recipe=recipe.id,
        path=step.path,
        help=f"see it step by step: beeflow dry-run {file}{_sample(account)}",
    )


def _marked(finding: Finding, sources: Mapping[str, Source]) -> Finding:
    """Return a finding that marks what stands on its line."""
    source, number = sources.get(finding.file), finding.range.start.line
    if source is None:
        return finding
    line, offset = source.line(number), source.offset_of_line(number)
    first, last = len(line) - len(line.lstrip()), len(line.rstrip())
    start, end = (Point(number, at + 1, offset + at) for at in (first, max(first, last)))
    return replace(finding, range=Range(start, end))


def _sample(account: Account) -> str:
    """Return the option that leads to the same sample."""
    return f" --sample {account.trigger}" if account.webhook else ""

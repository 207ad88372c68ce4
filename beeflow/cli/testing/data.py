"""The results of tests as JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.check.report import make_report
from beeflow.check.reports.json import as_json
from beeflow.cli.testing.covering import coverage_json
from beeflow.cli.testing.places import Places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beeflow.cli.testing.mutating import Mutation
    from beeflow.cli.testing.session import Ran
    from beeflow.drivers.testing.comparing import Row
    from beeflow.drivers.testing.coverage import Coverage
    from beeflow.drivers.testing.verdict import Failing, Verdict
    from beeflow.types import Json


def results_json(
    ran: Sequence[Ran],
    covered: Sequence[Coverage] | None = None,
    mutated: Sequence[Mutation] | None = None,
) -> dict[str, Json]:
    """Return the results, version 1, with coverage and mutation where they were asked for."""
    verdicts = [verdict for one in ran for verdict in one.verdicts]
    passed = sum(verdict.passed for verdict in verdicts)
    told: dict[str, Json] = {
        "version": 1,
        "summary": {
            "passed": passed,
            "failed": len(verdicts) - passed,
            "broken": sum(one.bench.suite.broken for one in ran),
            "files": len(ran),
        },
        "files": [_file(one) for one in ran],
    }
    if covered is not None:
        told["coverage"] = coverage_json(covered)
    if mutated is not None:
        told["mutation"] = [_mutation(one) for one in mutated]
    return told


def _file(ran: Ran) -> Json:
    bench = ran.bench
    report = make_report(bench.suite.problems, [bench.file], bench.sources)
    return {
        "file": bench.file,
        "recipe": bench.suite.recipe,
        "findings": as_json(report)["findings"],
        "tests": [_test(verdict, Places(bench, verdict.played)) for verdict in ran.verdicts],
    }


def _test(verdict: Verdict, places: Places) -> Json:
    return {
        "name": verdict.case.name,
        "line": places.line(verdict.case.span),
        "passed": verdict.passed,
        "outcomes": [one.run.outcome for one in verdict.played.own],
        "failures": [_failing(one, places) for one in verdict.failing],
        "reasons": [
            {"about": one.about, "clause": one.clause, "operands": dict(one.operands)}
            for one in verdict.reasons
        ],
    }


def _failing(failing: Failing, places: Places) -> Json:
    return {
        "about": failing.about,
        "message": failing.message,
        "line": places.line(failing.span),
        "column": places.column(failing.span),
        "calls": [_row(row, places) for row in failing.rows],
    }


def _row(row: Row, places: Places) -> Json:
    wanted, made = row.wanted, row.made
    expected: Json = None
    if wanted is not None:
        args = None if wanted.args is None else wanted.args.plain()
        line = places.line(wanted.span)
        expected = {"action": wanted.action, "args": args, "at": wanted.at, "line": line}
    actual: Json = None
    if made is not None:
        spot = places.made(made)
        actual = {
            "action": made.action,
            "args": dict(made.args),
            "at": round(made.after, 3),
            "recipe": made.recipe,
            "step": made.path,
            "file": None if spot is None else spot.file,
            "line": None if spot is None else spot.line,
        }
    differences: list[Json] = [
        {"path": one.path, "expected": one.node.plain(), "actual": one.actual, "there": one.there}
        for one in row.differences
    ]
    return {"same": row.same, "expected": expected, "made": actual, "differences": differences}


def _mutation(one: Mutation) -> Json:
    return {
        "file": one.file,
        "line": one.line,
        "change": one.told,
        "noticed_by": one.noticed,
    }

"""Test files and tests as pytest knows them: a file, and an item for each test."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from beeflow.check.report import make_report
from beeflow.check.reports import text as report_text
from beeflow.cli.testing.failure import failure_lines
from beeflow.cli.testing.session import open_benches
from beeflow.config import load_config
from beeflow.errors import NothingFound, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beeflow.drivers.testing.model import Case
    from beeflow.drivers.testing.running import Bench
    from beeflow.drivers.testing.verdict import Verdict


class RecipeTests(pytest.File):
    """A test file. The configuration is `beeflow.yaml` in pytest's root folder, if there is one."""

    def collect(self) -> Iterator[RecipeTest]:
        """Yield its tests; what is wrong with the file is an error of collecting."""
        try:
            bench = self._open()
        except (UsageError, NothingFound) as error:
            raise self.CollectError(str(error)) from None
        if bench.suite.broken:
            report = make_report(bench.suite.problems, [bench.file], bench.sources)
            raise self.CollectError("\n".join(report_text.findings(report)).rstrip())
        for case in bench.suite.cases:
            yield RecipeTest.from_parent(self, name=case.name, bench=bench, case=case)

    def _open(self) -> Bench:
        root = self._root()
        file = root / "beeflow.yaml"
        config = load_config(file if file.is_file() else None, os.environ)
        (bench,) = open_benches([_shown(self.path)], config, _shown(root / config.recipes))
        return bench

    def _root(self) -> Path:
        """Return the folder that the configuration is in."""
        return self.config.rootpath


def _shown(path: Path) -> Path:
    """Return a path as people would write it: from the working folder, where it is in that."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


class RecipeTest(pytest.Item):
    """One test of a file."""

    def __init__(self, *, bench: Bench, case: Case, **more: Any) -> None:
        super().__init__(**more)
        self._bench = bench
        self._case = case

    def runtest(self) -> None:
        """Play it, and fail where it is not as expected."""
        verdict = asyncio.run(self._bench.run(self._case))
        if not verdict.passed:
            raise RecipeTestError(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Tell what was expected and what came, in place of a traceback."""
        if isinstance(excinfo.value, RecipeTestError):
            lines = failure_lines(excinfo.value.verdict, self._bench)
            return "\n".join(line.plain.rstrip() for line in lines)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the test's place, its line from 0."""
        line = self._bench.suite.document.source.position(self._case.span.start).line
        return self.path, line - 1, f"{self._bench.suite.recipe}: {self._case.name}"


class RecipeTestError(AssertionError):
    """A test is not as expected."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__("; ".join(one.message for one in verdict.failing))
        self.verdict = verdict

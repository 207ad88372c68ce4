"""Reading the recipes folder for the daemon: what is good, and what is wrong with the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from beeflow.beestreamed.catalog import load_catalog
from beeflow.beestreamed.lazy import LazyMapping
from beeflow.check import Facts, check_parsed
from beeflow.check.checking import survey
from beeflow.check.report import make_report
from beeflow.check.together import among
from beeflow.daemon.deployment import Reading
from beeflow.recipe.folder import Loaded, load_folder
from beeflow.recipe.problem import Problem
from beeflow.server.ports import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from beeflow.actions.definition import Definition
    from beeflow.actions.registry import Registry
    from beeflow.addresses import Network
    from beeflow.config import Secrets
    from beeflow.daemon.engine import Settings
    from beeflow.recipe.model import Recipe
    from beeflow.recipe.parser import Defaults, Parsed


class Folder(msgspec.Struct, frozen=True):
    """The recipes folder, and what its recipes are held against."""

    root: Path
    defaults: Defaults
    registry: Registry
    secrets: Secrets
    networks: tuple[Network, ...]

    @classmethod
    def of(cls, settings: Settings, registry: Registry) -> Folder:
        """Return the folder that is configured: who carries runs out, and who replays, see one."""
        config = settings.config
        networks = config.http.allow_private
        return cls(config.recipes, settings.defaults, registry, settings.secrets, networks)

    def read(self) -> Reading:
        """Read all recipes anew; a folder that does not exist is empty."""
        if not self.root.is_dir():
            return Reading(frozenset(), {}, {})
        self.secrets.reload()
        loaded = load_folder(self.root, self.defaults)
        facts = self._facts(loaded)
        recipes: dict[str, Recipe] = {}
        findings: dict[str, tuple[Finding, ...]] = {}
        together = survey(loaded.parsed, facts)
        for file, parsed in zip(loaded.files, loaded.parsed, strict=True):
            problems = check_parsed(parsed, facts, together)
            found = _findings(parsed, [*problems, *_shared_id(parsed, loaded)])
            if found:
                findings[file] = found
            if parsed.recipe is not None and not any(one.severity == "error" for one in found):
                recipes[file] = parsed.recipe
        return Reading(frozenset(loaded.files), recipes, findings)

    def _facts(self, loaded: Loaded) -> Facts:
        actions = LazyMapping(self.registry.names(), self._definition)
        facts = Facts(actions, load_catalog().webhooks)
        secrets = frozenset(self.secrets.names())
        return among(replace(facts, secrets=secrets, networks=self.networks), loaded.parsed)

    def _definition(self, name: str) -> Definition:
        found = self.registry.definition(name)
        if found is None:
            raise KeyError(name)
        return found


def _shared_id(parsed: Parsed, loaded: Loaded) -> Iterator[Problem]:
    """Say why the first of the files that share an id does not run: only the others are told of.

    Neither may run, and to be told of is what keeps the one that runs already.
    """
    draft = parsed.draft
    refused = any(one.severity == "error" for one in parsed.problems)
    if draft is None or parsed.recipe is not None or refused:
        return
    for other in loaded.parsed:
        if other is not parsed and other.draft is not None and other.draft.id == draft.id:
            source = parsed.document.source
            yield Problem(
                "duplicate-id",
                f"the id `{draft.id}` is also that of {other.document.source.path}",
                parsed.id_span or source.span(0, 0),
                help="give one of them another `id`: until then, neither is loaded anew",
                recipe=draft.id,
            )
            return


def _findings(parsed: Parsed, problems: Sequence[Problem]) -> tuple[Finding, ...]:
    """Return what was found in a file, what keeps it from running first."""
    if not problems:
        return ()
    sources = {source.path: source for source in parsed.sources}
    report = make_report(problems, [parsed.document.source.path], sources)
    return tuple(
        Finding(
            file=one.file,
            line=one.range.start.line,
            column=one.range.start.column,
            rule=one.rule,
            message=one.message,
            severity=one.severity,
            help=one.help,
        )
        for one in sorted(report.findings, key=lambda one: one.severity != "error")
    )

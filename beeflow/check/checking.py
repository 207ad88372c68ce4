"""Holding recipes against the rules: in files and folders, or in a text."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from beeflow.check.calls import run_by_recipes
from beeflow.check.echoes import told_once, without_idle, without_misnamed
from beeflow.check.ignoring import apply_ignores
from beeflow.check.report import Report, make_report
from beeflow.check.rules import RULES
from beeflow.check.subject import Subject
from beeflow.check.together import among
from beeflow.errors import NothingFound
from beeflow.recipe import limits
from beeflow.recipe.document import without_echoes
from beeflow.recipe.folder import (
    TESTS,
    Folder,
    blueprint_files,
    is_blueprint,
    is_recipe,
    load_folder,
    unique_ids,
)
from beeflow.recipe.parser import Defaults, Parsed, parse_recipe
from beeflow.recipe.parser.assembly import sorted_problems
from beeflow.recipe.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from beeflow.check.facts import Facts
    from beeflow.recipe.document import Document, Source

_PROJECT: Final = ("beeflow.yaml", ".git")
"""What stands at the top of a project."""

STDIN = "<stdin>"
"""How messages call the text that came on standard input."""


class _Gathered(msgspec.Struct):
    """What was read, in order; a file that is named twice is read once.

    `recipes` are those that run, blueprints by themselves left out.
    """

    parsed: list[tuple[Parsed, Facts]] = msgspec.field(default_factory=list)
    recipes: list[Parsed] = msgspec.field(default_factory=list)
    files: list[str] = msgspec.field(default_factory=list)
    named: list[int] = msgspec.field(default_factory=list)
    """Which of `parsed` are recipes whose files were named one by one."""
    seen: set[Path] = msgspec.field(default_factory=set)

    def add(self, parsed: Parsed, facts: Facts) -> None:
        self.parsed.append((parsed, facts))
        self.recipes.append(parsed)
        self.files.append(parsed.document.source.path)

    def is_new(self, path: Path) -> bool:
        real = path.resolve()
        if real in self.seen:
            return False
        self.seen.add(real)
        return True


def check_paths(paths: Sequence[Path], facts: Facts, defaults: Defaults | None = None) -> Report:
    """Check files and folders; raises `NothingFound` for a path that does not exist.

    A folder is checked as the daemon would load it, and its blueprints that no recipe uses by
    themselves. Files are named in the report as they were given.
    """
    gathered = _Gathered()
    for path in paths:
        if path.is_dir():
            _gather_folder(path, facts, defaults or Defaults(), gathered)
        elif path.exists() or path.is_symlink():
            _gather_file(path, facts, defaults or Defaults(), gathered)
        else:
            raise NothingFound(f"{path}: there is no such file or folder")
    _hold_ids_apart(gathered)
    return _report(gathered, facts)


def check_text(
    text: str, facts: Facts, defaults: Defaults | None = None, name: Path | None = None
) -> Report:
    """Check one recipe that came as text.

    `name` is the file that it is, or will be: it has its id and its blueprint from there, and
    messages call it so. Without a name it cannot use a blueprint.
    """
    text = text.removeprefix("\ufeff")
    gathered = _Gathered()
    if name is None:
        gathered.add(parse_recipe(text, path=STDIN, defaults=defaults), facts)
    elif not name.name.endswith(TESTS):
        folder, inside, blueprint = _placed(name, defaults or Defaults())
        gathered.add(folder.parse_text(inside, text, blueprint=blueprint), facts)
    return _report(gathered, facts)


class Survey(msgspec.Struct, frozen=True):
    """What recipes do together that is wrong, by the path of the file it is in.

    `called` are the ids of those that others run; None where others were not looked at.
    """

    found: Mapping[str, tuple[Problem, ...]] = msgspec.field(default_factory=dict)
    called: frozenset[str] | None = None

    def of(self, parsed: Parsed) -> Iterable[Problem]:
        """Return what was found in the files of a recipe."""
        return chain.from_iterable(self.found.get(source.path, ()) for source in parsed.sources)


def check_parsed(
    parsed: Parsed, facts: Facts, together: Survey | None = None
) -> tuple[Problem, ...]:
    """Return all that is wrong with a recipe: what its reading found, and what the rules find.

    `together` is what it does with others (`survey`).
    """
    together = together or Survey()
    # Ten times what is told is enough to choose from, and bounds the work on a hostile file.
    facts = replace(facts, called=together.called)
    looked = islice(_looked(parsed, facts), limits.PROBLEMS * 10)
    found = [*parsed.problems, *looked, *together.of(parsed)]
    found = without_idle(without_misnamed(parsed, found))
    unreadable = [one for one in parsed.problems if one.severity == "error"]
    for document in _documents(parsed):
        found = list(apply_ignores(document, without_echoes(document, found), unreadable))
    return _bounded(parsed, told_once(found))


def survey(recipes: Iterable[Parsed], facts: Facts) -> Survey:
    """Return what recipes do together that is wrong.

    Only models are looked at: what the texts of so many recipes come to is not held at once.
    """
    subjects = [Subject(one, one.draft, facts) for one in recipes if one.draft is not None]
    found: defaultdict[str, list[Problem]] = defaultdict(list)
    for rule in RULES.values():
        for problem in rule.survey(subjects, facts) if rule.survey is not None else ():
            found[problem.span.file].append(problem)
    called = run_by_recipes(one.recipe for one in subjects)
    return Survey({file: tuple(problems) for file, problems in found.items()}, called)


def _bounded(parsed: Parsed, found: list[Problem]) -> tuple[Problem, ...]:
    """Return the problems in order, cut off where there are too many, with a word about it."""
    ordered = sorted_problems(found)
    if len(ordered) <= limits.PROBLEMS + 1:
        return ordered
    kept = ordered[: limits.PROBLEMS]
    message = f"there are more than {limits.PROBLEMS} problems in this file"
    help_ = "those found so far are listed: mend them first"
    span = parsed.document.source.span(0, 0)
    return (*kept, Problem("limit", message, span, help=help_))


def _looked(parsed: Parsed, facts: Facts) -> Iterator[Problem]:
    if parsed.draft is None:
        return
    subject = Subject(parsed, parsed.draft, facts)
    for rule in RULES.values():
        if rule.look is not None:
            for problem in rule.look(subject, facts):
                yield subject.own(problem)


def _documents(parsed: Parsed) -> Iterable[Document]:
    return (parsed.document, parsed.uses) if parsed.uses else (parsed.document,)


def _report(gathered: _Gathered, facts: Facts) -> Report:
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    together = survey(gathered.recipes, facts)
    for parsed, known in gathered.parsed:
        sources.update({source.path: source for source in parsed.sources})
        problems.extend(check_parsed(parsed, known, together))
    return make_report(problems, gathered.files, sources)


def _gather_folder(root: Path, facts: Facts, defaults: Defaults, gathered: _Gathered) -> None:
    loaded = load_folder(root, defaults)
    facts = among(facts, loaded.parsed)
    used = set()
    for name, parsed in zip(loaded.files, loaded.parsed, strict=True):
        if gathered.is_new(root / name):
            gathered.add(parsed, facts)
        if parsed.uses is not None:
            used.add(parsed.uses.source.path)
    folder = Folder(root, defaults)
    for name in blueprint_files(root):
        if folder.prefix + name not in used and gathered.is_new(root / name):
            gathered.parsed.append((folder.parse(name, blueprint=True), facts))


def _gather_file(path: Path, facts: Facts, defaults: Defaults, gathered: _Gathered) -> None:
    """Read one file. Tests of recipes, which tools like to name as well, are passed over."""
    if path.name.endswith(TESTS) or not gathered.is_new(path):
        return
    folder, name, blueprint = _placed(path, defaults)
    parsed = folder.parse(name, blueprint=blueprint)
    if blueprint:
        gathered.parsed.append((parsed, facts))
        gathered.files.append(parsed.document.source.path)
    else:
        gathered.add(parsed, facts)
        gathered.named.append(len(gathered.parsed) - 1)


def _hold_ids_apart(gathered: _Gathered) -> None:
    """Find ids that files which were named one by one share; in a folder they are found there."""
    apart = unique_ids([gathered.parsed[at][0] for at in gathered.named])
    for at, parsed in zip(gathered.named, apart, strict=True):
        gathered.parsed[at] = parsed, gathered.parsed[at][1]


def _placed(path: Path, defaults: Defaults) -> tuple[Folder, str, bool]:
    """Return the folder that a file is read in, its path from there, and whether it is a blueprint.

    The folder is wide enough for the blueprints that it may use.
    """
    blueprint = is_blueprint(path.as_posix()) and is_recipe(path.name)
    if ".." in path.parts:
        return Folder(path.parent, defaults), path.name, blueprint
    if not path.is_absolute():
        return Folder(Path(), defaults), PurePosixPath(path).as_posix(), blueprint
    marks = (parent for parent in path.parents if any((parent / one).exists() for one in _PROJECT))
    here = Path.cwd()
    root = here if path.is_relative_to(here) else next(marks, path.parent)
    return Folder(root, defaults), path.relative_to(root).as_posix(), blueprint

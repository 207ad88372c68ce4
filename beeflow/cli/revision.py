"""The recipes as a git revision has them: read through git, into a folder that goes away."""

from __future__ import annotations

import os
import subprocess  # git is the one who knows
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import msgspec

from beeflow.config import DEFAULT_FILE, Config, load_config
from beeflow.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FILES: Final = frozenset({"100644", "100755"})
_LINK: Final = "120000"
_SUFFIXES: Final = (".yaml", ".yml")
_TIMEOUT: Final = 60.0


class Revision(msgspec.Struct, frozen=True):
    """A commit, spread out: `recipes` is its recipes folder, which may not exist.

    `name` is what it was asked for by, `commit` its short hash and its subject; `timezone` is
    the recipes' default then.
    """

    name: str
    commit: str
    recipes: Path
    timezone: str

    def __str__(self) -> str:
        """Return how a reader is told of it."""
        return f"{self.name} ({self.commit})"


@contextmanager
def revision(name: str, config: Config, file: Path | None) -> Iterator[Revision]:
    """Spread the recipes of a git revision out for as long as the block runs.

    `file` is the configuration, where one was named. Raises `UsageError` where there is no git,
    no repository, no such revision, or the recipes lie outside.
    """
    top = Path(_git(Path(), "rev-parse", "--show-toplevel").strip())
    commit = _commit(top, name)
    told = _git(top, "log", "-1", "--format=%h %s", commit).strip()
    with TemporaryDirectory(prefix="beeflow-") as spread:
        root = Path(spread)
        settings = _inside(top, file or DEFAULT_FILE)
        _spread(top, commit, settings, root)
        earlier = _earlier(root / settings, config)
        inside = earlier.recipes.is_relative_to(root)
        recipes = earlier.recipes.relative_to(root) if inside else _inside(top, earlier.recipes)
        _spread(top, commit, recipes, root)
        yield Revision(name, told, root / recipes, earlier.timezone)


def _commit(top: Path, name: str) -> str:
    """Return the hash of the commit that a name means."""
    try:
        spec = f"{name}^{{commit}}"
        return _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", spec).strip()
    except UsageError:
        if name == "HEAD":
            raise UsageError("--base HEAD: nothing has been committed yet") from None
        mend = "give a branch, a tag or a commit, such as main or HEAD~1"
        raise UsageError(f"--base {name}: git knows no such revision; {mend}") from None


def _inside(top: Path, path: Path) -> Path:
    """Return a path from the top of the repository."""
    try:
        return (Path.cwd() / path).resolve().relative_to(top.resolve())
    except ValueError:
        raise UsageError(
            f"{path} lies outside the git repository {top}: its earlier texts are not in there"
        ) from None


def _earlier(file: Path, config: Config) -> Config:
    """Return the configuration as it was; today's where there was none, or a broken one."""
    if not file.is_file():
        return config
    try:
        return load_config(file, os.environ)
    except ConfigError:
        return config


def _spread(top: Path, commit: str, path: Path, root: Path) -> None:
    """Write the files below a path, as a commit has them, below a folder."""
    listed = _git(top, "ls-tree", "-r", "-z", "--full-tree", commit, "--", path.as_posix())
    entries = [line.split("\t", 1) for line in listed.split("\0") if line]
    wanted = [
        (mode, blob, name)
        for (mode, _, blob), name in ((facts.split(" "), name) for facts, name in entries)
        if mode in _FILES | {_LINK} and name.endswith(_SUFFIXES)
    ]
    texts = _contents(top, [blob for _, blob, _ in wanted])
    for (mode, _, name), text in zip(wanted, texts, strict=True):
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if mode == _LINK:
            target.symlink_to(os.fsdecode(text))
        else:
            target.write_bytes(text)


def _contents(top: Path, blobs: Sequence[str]) -> Iterator[bytes]:
    """Yield what git keeps under each hash, with one call for all of them."""
    if not blobs:
        return
    asked = "".join(f"{blob}\n" for blob in blobs).encode()
    raw = _run(top, ["cat-file", "--batch"], asked)
    at = 0
    for _ in blobs:
        end = raw.index(b"\n", at)
        size = int(raw[at:end].rsplit(b" ", 1)[1])
        yield raw[end + 1 : end + 1 + size]
        at = end + size + 2


def _git(folder: Path, *args: str) -> str:
    return os.fsdecode(_run(folder, args))


def _run(folder: Path, args: Sequence[str], given: bytes = b"") -> bytes:
    """Ask git; raises `UsageError` with what it says."""
    env = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and names are told apart from options
            ["git", "-C", str(folder), *args],  # noqa: S607 - whichever git the user has
            input=given,
            capture_output=True,
            check=False,
            env=env,
            timeout=_TIMEOUT,
        )
    except FileNotFoundError:
        raise UsageError("git is not installed: an earlier version cannot be read") from None
    except subprocess.TimeoutExpired:
        raise UsageError("git does not answer: an earlier version cannot be read") from None
    if done.returncode == 0:
        return done.stdout
    said = os.fsdecode(done.stderr).strip()
    if "not a git repository" in said:
        raise UsageError(
            "this folder is not in a git repository: run `git init`, and commit your recipes"
        )
    raise UsageError(f"git cannot read an earlier version: {said or f'exit {done.returncode}'}")

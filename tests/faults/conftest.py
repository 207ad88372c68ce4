from __future__ import annotations

import os
import subprocess
import sys
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from acceptance.house import open_house
from faults.clerk import Office
from faults.figures import Figures
from faults.shim import Shim, compiled, compiler, shimmed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from acceptance.house import House

TESTS = Path(__file__).parents[1]


def sabotaged(build: str) -> tuple[str, ...]:
    """Return what goes before a command of beeflow, to have it of another build."""
    return ("env", f"PYTHONPATH={TESTS}", sys.executable, "-m", "faults.sabotage", build)


@pytest.fixture
def long(request: pytest.FixtureRequest) -> bool:
    """Whether the long form is wanted."""
    return bool(request.config.getoption("--long"))


@pytest.fixture
def seed(request: pytest.FixtureRequest, figures: Figures) -> int:
    """The seed of whatever is drawn."""
    drawn = int(request.config.getoption("--fault-seed"))
    figures.tell("seed", drawn)
    return drawn


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Where a test tells what it measured."""
    return Figures(request.node.user_properties)


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shim, compiled."""
    if compiler() is None:
        pytest.skip("faults beneath a process take Linux and a C compiler (cc)")
    return compiled(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def shim(library: Path, tmp_path: Path) -> Iterator[Shim]:
    """A shim for the journal `beeflow.db` in the test's folder."""
    with shimmed(library, tmp_path / "beeflow.db") as made:
        yield made


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A house that is configured, and has no recipe and no daemon yet."""
    async with open_house(tmp_path) as opened:
        yield opened


class OpenOffice(Protocol):
    """Opens a clerk's office for a build."""

    def __call__(
        self, build: str = "sound", *, taping: bool = False
    ) -> AbstractContextManager[Office]: ...


@pytest.fixture
def office(shim: Shim) -> OpenOffice:
    """Return what opens an office above the shim."""

    @contextmanager
    def opened(build: str = "sound", *, taping: bool = False) -> Iterator[Office]:
        told = {"PYTHONPATH": str(TESTS), **shim.environment(taping=taping)}
        process = subprocess.Popen(
            [sys.executable, "-m", "faults.clerk", str(shim.journal), build],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **told},
        )
        try:
            yield Office(process, shim.control.path.with_name("said"))
        finally:
            process.kill()
            process.communicate()

    return opened

"""What holds for all tests."""

from __future__ import annotations

import logging
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from faults import figures
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

# How long a drawn case takes says what else the machine does: it is none of what is tried.
settings.register_profile("beeflow", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("beeflow")

SEED = 20
"""The seed of what is drawn, unless another is asked for."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what the fault harness can be asked for."""
    group = parser.getgroup("faults")
    group.addoption("--long", action="store_true", help="the long form of the fault harness")
    group.addoption(
        "--fault-seed", type=int, default=SEED, help="what the fault harness draws from"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the figures of the fault harness."""
    stats = terminalreporter.stats
    reports = [one for kind in ("passed", "failed") for one in stats.get(kind, ())]
    told = list(figures.lines(reports))
    if told:
        terminalreporter.section("figures of the fault harness")
        for text in told:
            terminalreporter.write_line(text)


@pytest.fixture(autouse=True)
def _logging_is_left_as_found() -> Iterator[None]:
    """Undo what a command did to the log: it is the process's, and tests share one."""
    root, ours = logging.getLogger(), logging.getLogger("beeflow")
    before = root.level, ours.level, list(root.handlers)
    yield
    root.setLevel(before[0])
    ours.setLevel(before[1])
    for handler in [one for one in root.handlers if one not in before[2]]:
        root.removeHandler(handler)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate of localhost, its key beside it in one file; `….crt` is without the key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate")
    made = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        [
            openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", made, "-out", f"{made}.crt",
            "-addext", "subjectAltName=DNS:localhost",
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    made.write_text(made.read_text() + Path(f"{made}.crt").read_text())
    return made

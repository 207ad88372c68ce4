"""Running the examples of rules: as files in a folder, held against all that is known."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from beeflow.check import Facts, Report, check_paths
from beeflow.check.examples import files_of
from beeflow.config.dotenv_file import read_dotenv

HERE = Path()

STEP = "actions:\n  - action: log.write\n    with: {message: hello}\n"
"""What an example does that does not say: one step that no rule minds."""


def run(example: str, folder: Path, facts: Facts) -> Report:
    """Write the files of an example to an empty folder and check that; names are from there."""
    for file in files_of(example):
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        if file.target is not None:
            path.symlink_to(file.target)
        else:
            path.write_text(file.text if file.name == ".env" else whole(file.text), "utf-8")
    secrets = folder / ".env"
    if secrets.exists():
        names = frozenset(name.removeprefix("BEEFLOW_SECRET_") for name in read_dotenv(secrets))
        facts = replace(facts, secrets=names)
    return check_paths([HERE], facts)


def whole(text: str) -> str:
    """Return a recipe of which an example shows some steps, or some keys."""
    if not text.endswith("\n"):
        text += "\n"
    bare = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#"))
    if bare.startswith("- "):
        return "actions:\n" + "".join(f"  {line}" for line in text.splitlines(keepends=True))
    return text if "actions:" in bare or bare.startswith("use:") else text + STEP

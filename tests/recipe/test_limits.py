from __future__ import annotations

from pathlib import Path

from beeflow.recipe import limits


def test_every_bound_says_what_it_is() -> None:
    lines = Path(limits.__file__).read_text("utf-8").splitlines()
    bounds = [at for at, line in enumerate(lines) if ": Final = " in line]
    assert len(bounds) >= 20
    assert all(lines[at + 1].startswith('"""') for at in bounds)


def test_every_bound_is_used_by_the_language() -> None:
    root = Path(limits.__file__).parent
    texts = "".join(path.read_text("utf-8") for path in root.rglob("*.py"))
    names = [name for name in vars(limits) if name.isupper()]
    assert [name for name in names if f"limits.{name}" not in texts] == []

"""docs/proving.md, played: its recipe, its commands in their order, and what they print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from docs.console import read_page

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PAGE = read_page("proving.md")
WEEK: Final = {"recipe": "poll", "answers": {"polls__create": {"poll_ref": "P1"}}}


def test_what_it_shows_is_what_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    PAGE.lay_out(monkeypatch, tmp_path, WEEK)
    PAGE.play(capsys)


def test_its_table_has_a_section_for_each_command() -> None:
    named = re.findall(r"^\| \[`beeflow ([\w-]+)`\]\(#([\w-]+)\)", PAGE.text, re.MULTILINE)
    headings = re.findall(r"^## ([\w-]+): (.*)$", PAGE.text, re.MULTILINE)
    anchors = [
        (name, re.sub(r"[^\w -]", "", f"{name} {title}").replace(" ", "-"))
        for name, title in headings
    ]
    assert named == anchors


def test_its_links_lead_somewhere() -> None:
    PAGE.hold_links()

from __future__ import annotations

from pathlib import Path

import pytest

from beeflow.check import RULES, explain
from beeflow.check.explaining import listing, page
from beeflow.check.rules.of_tests import OF_TESTS
from beeflow.errors import UsageError

DOCS = Path(__file__).parents[2] / "docs"


def test_a_rule_is_explained() -> None:
    text = explain("unknown-field")
    assert text.startswith("unknown-field (error): A field is read")
    assert "Wrong:\n    - action: polls.create" in text
    assert "Right:\n" in text


def test_a_rule_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean `unknown-field`"):
        explain("unknown-feild")


def test_nothing_in_an_example_steers_a_terminal() -> None:
    assert "\\x07" in explain("yaml-encoding")
    assert "\x07" not in explain("yaml-encoding")


def test_the_list_has_a_line_for_each_rule() -> None:
    lines = listing().splitlines()
    assert [line.split()[0] for line in lines] == [*RULES, *OF_TESTS]
    assert all(line.split()[1] in {"error", "warning"} for line in lines)


def test_the_page_is_up_to_date() -> None:
    written = (DOCS / "rules.md").read_text("utf-8")
    assert written == page(), "beeflow validate --rules --markdown > docs/rules.md"


def test_the_page_has_every_rule_and_its_files() -> None:
    text = page()
    for name in (*RULES, *OF_TESTS):
        assert f"\n## {name}\n" in text
    assert "`live.yaml`, a link to `../gone.yaml`" in text
    assert "```sh\n# .env\nBEEFLOW_SECRET_HOOK" in text
    assert "# emea/live.yaml\n" in text

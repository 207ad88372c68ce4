from __future__ import annotations

import pytest

from beeflow.bench.figures import Figure


@pytest.mark.parametrize(
    ("figure", "told", "wanted", "met"),
    [
        (Figure("rate", "x", 0.764, "ratio", 0.8, at_least=True), "76%", "at least 80%", False),
        (Figure("rate", "x", 0.8, "ratio", 0.8, at_least=True), "80%", "at least 80%", True),
        (Figure("start", "x", 0.617, "s", 0.6), "0.62 s", "at most 0.60 s", False),
        (Figure("start", "x", 3.0, "s", 3.0), "3 s", "at most 3 s", True),
        (Figure("rate", "x", 1234.6, "/s"), "1,235/s", "", None),
        (Figure("burst", "x", 12.34, "ms"), "12.3 ms", "", None),
        (Figure("burst", "x", 0.0, "", 0.0), "0", "at most 0", True),
    ],
)
def test_a_figure_tells_what_it_is_and_what_it_is_to_be(
    figure: Figure, told: str, wanted: str, met: bool | None
) -> None:
    assert (figure.told, figure.wanted, figure.met) == (told, wanted, met)


def test_a_figure_is_plain_data() -> None:
    assert Figure("rate", "x", 0.76419, "ratio", 0.8, at_least=True).plain() == {
        "part": "rate", "name": "x", "value": 0.7642, "unit": "ratio", "target": 0.8,
        "target_is": "least", "met": False,
    }  # fmt: skip
    assert Figure("rate", "x", 1.0, "s").plain()["target_is"] is None

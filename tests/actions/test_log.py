from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from beeflow.actions.log import WRITE, LogWrite
from beeflow.config import Secrets

if TYPE_CHECKING:
    import pytest


async def test_a_line_goes_to_the_recipe_logger(
    caplog: pytest.LogCaptureFixture, context: Any
) -> None:
    action = LogWrite(Secrets({"BEEFLOW_SECRET_A": "hunter2"}))
    with caplog.at_level(logging.DEBUG, "beeflow.recipe"):
        await action.call({"message": "a %s hunter2\nforged: line\x1b[31m"}, context)
        await action.call({"message": {"a": ["learned-key"]}, "level": "error"}, context)
        await action.call({"message": 5, "level": "debug"}, context)
    first, second, third = caplog.records
    assert first.getMessage() == "go-live: a %s ***\\nforged: line\\x1b[31m"
    assert (first.name, first.levelno, second.levelno) == ("beeflow.recipe", 20, 40)
    assert second.getMessage() == 'go-live: {"a": ["***"]}'
    assert third.getMessage() == "go-live: 5"
    assert vars(first)["run"] == "run-1"


def test_an_unknown_level_is_refused() -> None:
    (problem,) = WRITE.check({"message": "x", "level": "warn"})
    assert problem == (
        "`level` is `warn`; allowed: debug, info, warning, error; did you mean `warning`?"
    )

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from beeflow.beestreamed.existence import Existence
from beeflow.errors import ActionError, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

GET = Existence("things.get", {"ref": "thing_ref"}, {}, ({},))
LIST = Existence(
    "things.list", {"of": "owner"}, {"ref": "thing_ref"}, ({"old": False}, {"old": True})
)
ARGS: dict[str, Any] = {"owner": "O", "thing_ref": "T", "title": "new"}


class Platform:
    """Answers in order, and keeps what was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def fetch(self, action: str, args: Mapping[str, Any]) -> Any:
        self.asked.append((action, dict(args)))
        answer = self.answers.pop(0)
        if isinstance(answer, int):
            raise ActionError(Failure("http", "no", status=answer))
        return answer


@pytest.mark.parametrize(("answer", "there"), [({"title": "old"}, True), ([], True), (404, False)])
async def test_a_read_that_does_not_fail_shows_that_it_is_there(answer: Any, there: bool) -> None:
    platform = Platform(answer)
    assert await GET.seen(ARGS, platform.fetch) is there
    assert platform.asked == [("things.get", {"ref": "T"})]


async def test_a_list_shows_it_when_it_is_in_it() -> None:
    platform = Platform([{"ref": "S"}, {"ref": "T"}])
    assert await LIST.seen(ARGS, platform.fetch)
    assert platform.asked == [("things.list", {"of": "O", "old": False})]


@pytest.mark.parametrize("second", [[{"ref": "S"}], {"ref": "T"}, ["T"], [{}], 404])
async def test_every_list_is_looked_through(second: Any) -> None:
    platform = Platform(404, second)
    assert not await LIST.seen(ARGS, platform.fetch)
    assert [args["old"] for _, args in platform.asked] == [False, True]


async def test_a_read_that_fails_otherwise_tells_nothing() -> None:
    with pytest.raises(ActionError) as caught:
        await GET.seen(ARGS, Platform(503).fetch)
    assert caught.value.failure.status == 503

"""The disk cannot be read: it is said clearly, nothing more is acknowledged, and it ends with 74."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from acceptance.house import webhook
from faults.load import Hook, Load
from faults.shim import Fault, Kind, Mode, Op
from faults.test_io_errors import BROKEN, KIND, NOTE
from faults.verdict import Promise, judge

if TYPE_CHECKING:
    from acceptance.house import House
    from faults.shim import Shim

HOOKS = 30
PADDING = 100_000
"""Bytes of each webhook: together more than what a connection keeps of the file in memory."""

UNREADABLE = Fault(Mode.FAIL, Op.READ, Kind.MAIN | Kind.WAL, errno=errno.EIO)


TOLD = "cannot be read any more: Input/output error: look at the disk"


async def test_the_writer_and_a_start_say_so_and_nothing_is_lost(house: House, shim: Shim) -> None:
    house.recipe("note", NOTE)
    daemon = await house.start(launcher=shim.launcher())
    load = Load(house, [Hook(f"w-{number}", "E1", PADDING) for number in range(HOOKS)])
    await load.send()
    await daemon.settled(HOOKS)

    shim.control.ask(UNREADABLE)
    first = next(iter(load.taken))
    answer = await daemon.send(webhook(KIND, {"event_ref": "E1"}, first))
    assert (answer.status, answer.body) == (503, {"error": "journal_error"})
    assert await daemon.ended() == BROKEN
    said = daemon.log.read_text()
    assert (TOLD in said, "Traceback" in said) == (True, False), said

    again = await house.command("serve", launcher=shim.launcher())
    assert (again.code, TOLD in again.errors) == (BROKEN, True), again

    verdict = await judge(shim.journal, [Promise(one) for one in load.taken.values() if one])
    assert (verdict.lost, verdict.damage) == ([], [])

"""Each of the documented webhooks, sent by the sandbox, triggers a recipe in a real daemon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acceptance.house import SECRET, SOURCE, until
from acceptance.receiver import receiving

from beeflow.beestreamed.catalog import load_catalog
from beeflow.resources import data_folder

if TYPE_CHECKING:
    from acceptance.house import House

KINDS = load_catalog().webhooks


def test_there_are_twenty_and_each_has_its_schema() -> None:
    folder = data_folder("schemas") / "webhooks"
    assert len(KINDS) == 20
    assert set(KINDS) == {file.name.removesuffix(".schema.json") for file in folder.iterdir()}


async def test_each_of_the_twenty_triggers_its_recipe_with_the_documented_payload(
    house: House,
) -> None:
    async with receiving() as receiver:
        for kind in KINDS:
            house.recipe(
                kind.replace(".", "-"),
                f"""
                trigger: {{webhook: {kind}}}
                actions:
                  - action: http.request
                    with:
                      url: "{receiver.url}"
                      method: PUT
                      json: {{id: {kind}, type: "{{{{ trigger.type }}}}", data: "{{{{ trigger.data }}}}"}}
                """,
            )
        daemon = await house.start()
        house.sandbox.sandbox.outbox.register(f"{daemon.url}/hooks/{SOURCE}", SECRET)
        for kind in KINDS:
            async with daemon.session.post(
                f"{house.sandbox.url}/_sandbox/emit", json={"type": kind}
            ) as answer:
                assert (answer.status, (await answer.json())["deliveries"]) == (200, 1)
        await until(lambda: receiver.has(len(KINDS)))
        runs = await daemon.settled(len(KINDS))
    told: dict[str, Any] = {one.body["id"]: one.body for one in receiver.told}
    assert {run["outcome"] for run in runs} == {"succeeded"}
    assert len(receiver.told) == len(KINDS)
    for kind, documented in KINDS.items():
        assert told[kind]["type"] == kind
        assert told[kind]["data"] == documented.sample["data"]

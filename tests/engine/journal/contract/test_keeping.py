"""What outlives a run: kept values, the once-ledger, throttles, texts of recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from engine.journal.sample import DONE, begin, output_of, record, records_of, start

from beeflow.engine.commands import Claim, Pass, WriteState
from beeflow.recipe.model import Bundle

if TYPE_CHECKING:
    from beeflow.engine.journal.protocol import Journal
    from beeflow.types import Json

THROTTLE = Pass("throttle", "k", 60.0)
CLAIM = Claim("actions/0/once", "mail", "E1/a@example.com")


async def change(journal: Journal, path: str = "state", **changes: object) -> dict[str, Json]:
    """Change the values of `greet`: `assign`, `increment`, `delete`."""
    fields: dict[str, object] = {"assign": {}, "increment": {}, "delete": (), **changes}
    command = WriteState(path, **fields)  # type: ignore[arg-type]  # each test gives the right ones
    return await journal.change_state("r-1", "greet", record(path), command)


async def test_values_are_kept_between_runs(journal: Journal) -> None:
    await begin(journal, "a", start(), start())

    assert await change(journal, assign={"a": {"b": [1]}, "c": None}) == {
        "a": {"b": [1]},
        "c": None,
    }

    assert await journal.state("greet") == {"a": {"b": [1]}, "c": None}
    assert await journal.state("other") == {}


async def test_assigning_comes_before_incrementing_before_deleting(journal: Journal) -> None:
    await begin(journal, "a")

    values = await change(
        journal, assign={"a": 1, "b": 1}, increment={"a": 2, "n": 1.5}, delete=("b", "missing")
    )

    assert values == {"a": 3, "n": 1.5}


async def test_the_answer_is_in_the_record(journal: Journal) -> None:
    await begin(journal, "a")

    await change(journal, "actions/0", assign={"a": 1})

    assert await output_of(journal, "r-1", "actions/0") == {"a": 1}


@pytest.mark.parametrize("value", ["text", True, None, [1], {"n": 1}])
async def test_only_numbers_are_incremented(journal: Journal, value: Json) -> None:
    await begin(journal, "a")
    await change(journal, assign={"n": value})

    with pytest.raises(ValueError, match=r"`n` is .*only a number"):
        await change(journal, "again", assign={"m": 1}, increment={"n": 1})

    assert await journal.state("greet") == {"n": value}
    assert "again" not in await records_of(journal, "r-1")


@pytest.mark.parametrize(("value", "amount"), [(1.7e308, 1.7e308), (10**400, 1.5), (10**400, 1)])
async def test_a_number_stays_a_number(journal: Journal, value: float, amount: float) -> None:
    await begin(journal, "a")
    await change(journal, assign={"n": value})

    with pytest.raises(ValueError, match="`n` would become larger"):
        await change(journal, "again", increment={"n": amount})


async def test_a_recipe_keeps_so_much_and_no_more(journal: Journal) -> None:
    await begin(journal, "a")
    await change(journal, assign={"a": "x" * (256 * 1024 - 8)})
    assert len((await journal.state("greet"))["a"]) == 256 * 1024 - 8  # type: ignore[arg-type]  # a text

    with pytest.raises(ValueError, match=r"262145 bytes as JSON.*262144"):
        await change(journal, "again", assign={"a": "x" * (256 * 1024 - 7)})

    assert await change(journal, "last", delete=("a",)) == {}


async def test_a_refused_change_does_not_hurt_others(journal: Journal) -> None:
    await begin(journal, "a")
    await change(journal, assign={"n": "text"})

    with pytest.raises(ValueError, match="only a number"):
        await change(journal, increment={"n": 1})

    assert await change(journal, assign={"n": 1}) == {"n": 1}


# --- once ------------------------------------------------------------------------------------


async def claim(journal: Journal, run: str, path: str = "actions/0/once") -> bool:
    return await journal.claim(run, "greet", record(path), CLAIM)


async def test_a_key_is_taken_once(journal: Journal) -> None:
    await begin(journal, "a", start(), start())

    assert await claim(journal, "r-1")
    assert not await claim(journal, "r-2")

    assert await output_of(journal, "r-1", "actions/0/once") is True
    assert await output_of(journal, "r-2", "actions/0/once") is False


async def test_the_same_question_gets_the_same_answer(journal: Journal) -> None:
    await begin(journal, "a", start(), start())
    await claim(journal, "r-1")
    await claim(journal, "r-2")

    assert await claim(journal, "r-1")
    assert not await claim(journal, "r-2")


async def test_another_turn_of_the_same_run_does_not_have_it(journal: Journal) -> None:
    await begin(journal, "a")

    assert await claim(journal, "r-1", "actions/0/do#0/0/once")
    assert not await claim(journal, "r-1", "actions/0/do#1/0/once")


@pytest.mark.parametrize(
    ("namespace", "other"),
    [
        ("other", CLAIM),
        ("greet", Claim("p", "another step", CLAIM.key)),
        ("greet", Claim("p", CLAIM.once_id, "another key")),
    ],
)
async def test_ledgers_are_of_one_recipe_and_one_step(
    journal: Journal, namespace: str, other: Claim
) -> None:
    await begin(journal, "a", start(), start())
    await claim(journal, "r-1")

    assert await journal.claim("r-2", namespace, record("p"), other)


async def test_a_claim_outlives_its_run(journal: Journal) -> None:
    await begin(journal, "a", start(), start())
    await claim(journal, "r-1")
    await journal.finish("r-1", (), DONE, 200.0)
    await journal.prune(1e12)

    assert not await claim(journal, "r-2")


async def test_a_released_key_is_free_again(journal: Journal) -> None:
    await begin(journal, "a", start(), start())
    await claim(journal, "r-1")

    await journal.release("r-1", "greet", record("actions/0/release", output="back"), CLAIM)

    assert await output_of(journal, "r-1", "actions/0/release") == "back"
    assert await claim(journal, "r-2")


async def test_only_the_run_that_has_a_key_gives_it_back(journal: Journal) -> None:
    await begin(journal, "a", start(), start())
    await claim(journal, "r-1")

    await journal.release("r-2", "greet", record("actions/0/release"), CLAIM)

    assert not await claim(journal, "r-2")
    await journal.release("r-2", "greet", record("x"), Claim("x", "never", "taken"))


# --- throttles -------------------------------------------------------------------------------


async def passes(journal: Journal, *instants: float) -> list[bool]:
    """Ask for the throttle's answers to events of these instants, each in a run of its own."""
    answers = []
    for number, at in enumerate(instants):
        receipt = await begin(journal, f"throttled-{number}-{at}")
        (run,) = receipt.runs
        answers.append(await journal.passes(run, "greet", record("throttle"), THROTTLE, at))
        assert await output_of(journal, run, "throttle") is answers[-1]
    return answers


async def test_the_first_passes_and_then_there_is_silence(journal: Journal) -> None:
    assert await passes(journal, 100.0, 100.0, 159.9, 160.0, 219.0, 220.0) == [
        True,
        False,
        False,
        True,
        False,
        True,
    ]


async def test_a_latecomer_inside_any_window_does_not_pass(journal: Journal) -> None:
    assert await passes(journal, 100.0, 200.0, 130.0, 159.9, 160.0) == [
        True,
        True,
        False,
        False,
        False,
    ]


async def test_a_latecomer_whose_own_window_would_hold_another_does_not_pass(
    journal: Journal,
) -> None:
    assert await passes(journal, 100.0, 41.0, 40.0) == [True, False, True]


async def test_a_run_that_asks_again_gets_the_same_answer(journal: Journal) -> None:
    await begin(journal, "a", start(), start())
    for _ in range(2):
        assert await journal.passes("r-1", "greet", record("t"), THROTTLE, 100.0)
        assert not await journal.passes("r-2", "greet", record("t"), THROTTLE, 110.0)


async def test_throttles_are_of_one_recipe_and_one_key(journal: Journal) -> None:
    await begin(journal, "a", start(), start(), start())

    assert await journal.passes("r-1", "greet", record("t"), THROTTLE, 100.0)
    assert await journal.passes("r-2", "greet", record("t"), Pass("t", "other", 60.0), 100.0)
    assert await journal.passes("r-3", "other", record("t"), THROTTLE, 100.0)


# --- texts of recipes ------------------------------------------------------------------------


async def test_the_text_of_a_recipe_is_kept(journal: Journal) -> None:
    bundle = Bundle("go.yaml", (("go.yaml", "name: ü\n"), ("blueprints/b.yaml", "x: 1\n")))

    await journal.keep_bundle(bundle.digest, bundle)
    await journal.keep_bundle(bundle.digest, bundle)

    assert await journal.bundle(bundle.digest) == bundle
    assert await journal.bundle("unknown") is None

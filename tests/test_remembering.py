from __future__ import annotations

from beeflow.remembering import by_identity


def test_what_is_asked_again_is_worked_out_once_for_each_object() -> None:
    asked: list[dict[str, int]] = []

    @by_identity(2)
    def size(held: dict[str, int]) -> int:
        """Count."""
        asked.append(held)
        return len(held)

    one, alike = {"a": 1}, {"a": 1}
    assert [size(one), size(alike), size(one), size(alike)] == [1, 1, 1, 1]
    assert [id(held) for held in asked] == [id(one), id(alike)]
    assert (size.__name__, size.__doc__) == ("size", "Count.")


def test_only_so_many_are_remembered_and_no_object_is_taken_for_another() -> None:
    asked: list[int] = []

    @by_identity(2)
    def first(held: list[int]) -> int:
        asked.append(held[0])
        return held[0]

    kept = [[1], [2]]
    assert [first(held) for held in kept] == [1, 2]
    assert first([3]) == 3
    assert [first([number]) for number in range(9)] == list(range(9))
    assert [first(held) for held in kept] == [1, 2]
    assert asked.count(1) == 3

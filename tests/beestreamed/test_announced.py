from __future__ import annotations

from beeflow.beestreamed.announced import Announced, read_announced
from beeflow.beestreamed.catalog import load_catalog

CATALOG = load_catalog()


def test_what_a_change_sends_is_read() -> None:
    said = {
        "a.b": {},
        "a.c": {"when": ["x"], "about": {"p": "q"}, "shows": {"r": "s"}, "keys": "k"},
    }
    assert read_announced(said) == (
        Announced("a.b"),
        Announced("a.c", ("x",), {"p": "q"}, {"r": "s"}, "k"),
    )


def test_it_may_depend_on_a_parameter() -> None:
    assert Announced("a.b").sent_with(())
    assert Announced("a.b", ("x", "y")).sent_with({"y"})
    assert not Announced("a.b", ("x", "y")).sent_with({"z"})


def test_a_call_with_fewer_parameters() -> None:
    one = Announced("a.b", (), {"p": "q"}, {"r": "s", "t": "u"}, "k")
    assert one.only(("s",)) == Announced("a.b", ("s",), {}, {"r": "s"}, "k")
    assert Announced("a.b", ("x",)).only(("x", "y")) == Announced("a.b", ("x",))


def test_it_names_parameters_and_fields_that_there_are() -> None:
    for operation in CATALOG.operations.values():
        for one in operation.announces:
            said = {**one.about, **one.shows}
            assert {*one.when, *said.values()} <= set(operation.by_name)
            payload = CATALOG.webhooks[one.type].schema
            for path in (*said, *([one.keys] if one.keys else [])):
                schema = payload
                for step in path.split("."):
                    schema = schema["properties"][step]

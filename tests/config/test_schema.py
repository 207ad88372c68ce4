from __future__ import annotations

from jsonschema import Draft202012Validator

from beeflow.config.schema import config_schema, leaf_at, leaves
from beeflow.config.settings import Config


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(config_schema())


def test_every_setting_is_in_the_schema_and_the_other_way_round() -> None:
    sections = set(Config.__struct_fields__) - {"file"}
    assert sections == set(config_schema()["properties"])


def test_every_value_is_described_for_editors() -> None:
    for leaf in leaves():
        assert leaf.schema.get("description"), leaf.path


def test_values_are_found_by_path() -> None:
    leaf = leaf_at(("sources", "main", "secrets"))
    assert leaf is not None
    assert leaf.is_credential
    port = leaf_at(("server", "port"))
    assert port is not None
    assert not port.is_credential
    assert leaf_at(("server", "prot")) is None

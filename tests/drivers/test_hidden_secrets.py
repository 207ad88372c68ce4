from __future__ import annotations

from beeflow.drivers.hidden_secrets import HiddenSecrets
from beeflow.recipe.templates import Unknown


def test_every_secret_is_there_and_reads_as_stars() -> None:
    value = HiddenSecrets().attribute("ANY")
    assert value == Unknown("secrets.ANY", "***")
    assert str(value) == "***"
    assert tuple(HiddenSecrets().names()) == ()

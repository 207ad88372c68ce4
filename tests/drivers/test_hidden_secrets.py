from __future__ import annotations

import pytest

from beeflow.drivers.hidden_secrets import HiddenSecrets
from beeflow.recipe.templates import Unknown, parse_template


def test_every_secret_is_there_and_reads_as_stars() -> None:
    value = HiddenSecrets().attribute("ANY")
    assert value == Unknown("secrets.ANY", "***", secret=True)
    assert str(value) == "***"
    assert tuple(HiddenSecrets().names()) == ()


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("{{ secrets.KEY | urlencode }}", "***"),
        ("key={{ secrets.KEY[2:9] | upper }}&t={{ 1 + 1 }}", "key=***&t=2"),
        ("{{ 'Bearer ' ~ secrets.KEY.split(',')[0] }}", "***"),
        ("{{ {'k': secrets.KEY} | json }}", "***"),
        ("{% for part in secrets.KEY.split(',') %}{{ part }}{% endfor %}", "***"),
        ("{{ other | upper }}", str(Unknown("other | upper"))),
    ],
)  # fmt: skip
def test_what_is_made_of_a_secret_reads_as_stars_too(text: str, seen: str) -> None:
    scope = {"secrets": HiddenSecrets(), "other": Unknown("other")}
    assert str(parse_template(text).render(scope)) == seen

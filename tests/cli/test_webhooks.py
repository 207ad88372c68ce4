from __future__ import annotations

import json
from typing import TYPE_CHECKING

from beeflow.beestreamed.catalog import load_catalog

if TYPE_CHECKING:
    from cli.project import Command


def test_all_types_are_listed(cli: Command) -> None:
    shown = cli("webhooks")
    names = [line.split()[0] for line in shown.out.splitlines()[1:]]
    assert names == sorted(load_catalog().webhooks)
    assert len(names) == 20


def test_one_type_shows_its_fields_and_the_documented_sample(cli: Command) -> None:
    shown = cli("webhooks", "event.updated.status")
    assert "data.status  text" in shown.out
    assert "allowed: idle, live, video, done, force_live" in shown.out
    assert '"event_ref": "Hm0Ee8Pj6Me8"' in shown.out
    assert "event  data.event_ref" in shown.out
    assert "masked" in cli("webhooks", "event.updated.streamkey.reset").out


def test_json_and_markdown_have_them_all(cli: Command) -> None:
    pages = json.loads(cli("webhooks", "--json").out)
    assert {page["name"] for page in pages} == set(load_catalog().webhooks)
    one = json.loads(cli("webhooks", "poll.created", "--json").out)
    assert one["sample"] == load_catalog().webhooks["poll.created"].sample
    text = cli("webhooks", "--markdown").out
    assert all(f"\n## `{name}`\n" in text for name in load_catalog().webhooks)
    assert cli("webhooks", "poll.created", "--markdown").out.count("\n## ") == 1


def test_an_unknown_type_is_refused_with_the_nearest(cli: Command) -> None:
    refused = cli("webhooks", "event.update")
    assert refused.code == 2
    assert "`event.updated`" in refused.err

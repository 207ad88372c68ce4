"""The schemas of the twenty webhooks: complete, valid, and nothing invented."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from beeflow.beestreamed.catalog import load_catalog
from beeflow.resources import data_folder

WEBHOOKS = load_catalog().webhooks

# notes.md of the platform, "The 20 webhook types".
TYPES = [
    "billing.invoice.created",
    "billing.invoice.payment.failed",
    "billing.invoice.payment.succeeded",
    "billing.invoice.updated",
    "event.created",
    "event.deleted",
    "event.updated",
    "event.updated.status",
    "event.updated.streamkey.disabled",
    "event.updated.streamkey.reset",
    "poll.created",
    "poll.deleted",
    "signup.created",
    "video.delivery.updated",
    "video.event.created",
    "video.updated",
    "video.upload.created",
    "video.upload.done",
    "video.upload.new",
    "video.upload.pending",
]


def test_there_are_the_20_types() -> None:
    assert list(WEBHOOKS) == TYPES
    files = sorted(file.name for file in (data_folder("schemas") / "webhooks").iterdir())
    assert files == [f"{kind}.schema.json" for kind in TYPES]


@pytest.mark.parametrize("kind", TYPES)
def test_each_schema_is_valid_and_its_sample_fits(kind: str) -> None:
    webhook = WEBHOOKS[kind]
    jsonschema.Draft202012Validator.check_schema(webhook.schema)
    jsonschema.Draft202012Validator(webhook.schema).validate(webhook.sample)
    assert webhook.type == webhook.sample["type"] == kind
    assert webhook.group == kind.partition(".")[0]
    assert webhook.description


@pytest.mark.parametrize("kind", TYPES)
def test_another_type_does_not_fit(kind: str) -> None:
    webhook = WEBHOOKS[kind]
    other = {**webhook.sample, "type": "other"}
    assert not jsonschema.Draft202012Validator(webhook.schema).is_valid(other)


@pytest.mark.parametrize("kind", [kind for kind in TYPES if not kind.startswith("billing.")])
def test_every_field_of_a_sample_is_described(kind: str) -> None:
    webhook = WEBHOOKS[kind]
    properties = webhook.schema["properties"]
    assert set(properties) == set(webhook.sample)
    data: Any = webhook.sample["data"]
    assert set(properties["data"]["properties"]) == set(data)
    assert all(field["description"] for field in properties["data"]["properties"].values())
    assert webhook.schema["required"] == list(webhook.sample)


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind.startswith("billing.")])
def test_billing_is_open_and_has_no_invented_fields(kind: str) -> None:
    webhook = WEBHOOKS[kind]
    assert webhook.sample == {"type": kind, "data": {}}
    assert webhook.schema["properties"]["data"].get("properties") is None
    grown = {"type": kind, "data": {"invoice": {"total": 12}}, "id": "x"}
    jsonschema.Draft202012Validator(webhook.schema).validate(grown)


def test_repeats_of_billing_are_known_by_their_body() -> None:
    day = 86400.0
    windows = {
        kind: webhook.window for kind, webhook in WEBHOOKS.items() if "x-dedupe" in webhook.schema
    }
    assert windows == {
        "billing.invoice.created": None,
        "billing.invoice.payment.failed": day,
        "billing.invoice.payment.succeeded": None,
        "billing.invoice.updated": day,
    }


def test_secrets_point_to_fields_of_the_samples() -> None:
    secret = {kind: webhook.secrets for kind, webhook in WEBHOOKS.items() if webhook.secrets}
    assert secret == {
        "event.created": ("data.event_password",),
        "event.updated": ("data.event_password",),
        "event.updated.streamkey.reset": ("data.key",),
        "video.upload.new": ("data.upload_data.url",),
    }
    for kind, paths in secret.items():
        for path in paths:
            value: Any = WEBHOOKS[kind].sample
            for key in path.split("."):
                value = value[key]


def test_the_reference_of_the_event_is_where_the_schema_says() -> None:
    for kind, webhook in WEBHOOKS.items():
        data = webhook.sample["data"]
        assert isinstance(data, dict)
        refs = [k for k in ("event_ref", "poll_event_ref", "video_event_ref") if k in data]
        assert refs == ([] if webhook.event_ref_field is None else [webhook.event_ref_field]), kind


def test_signup_data_is_open() -> None:
    webhook = WEBHOOKS["signup.created"]
    grown = json.loads(json.dumps(webhook.sample))
    grown["data"]["signup_data"]["company"] = "Doe Corp."
    jsonschema.Draft202012Validator(webhook.schema).validate(grown)

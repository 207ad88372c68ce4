from __future__ import annotations

import pytest

from beeflow.check.filters import field_called


@pytest.mark.parametrize(
    ("name", "field"), [("status", "event_status"), ("event_ref", "event_ref")]
)
def test_a_filter_may_leave_out_what_all_fields_begin_with(name: str, field: str) -> None:
    assert field_called(name) == field

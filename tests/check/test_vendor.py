from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.check import Facts, check_text
from beeflow.check.vendor import meant_status

if TYPE_CHECKING:
    from beeflow.check import Finding

STATUSES = ("idle", "live", "video", "done", "force_live")


def found(text: str, facts: Facts) -> Finding:
    (one,) = check_text(text, facts).findings
    return one


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("video.created.upload", "video.upload.created"),
        ("event.ended", "event.updated.status"),
        ("event.scheduled", "event.created"),
        ("signup.create", "signup.created"),
        ("billing.invoice.paid", "billing.invoice.payment.succeeded"),
        ("event.streamkey.reset", "event.updated.streamkey.reset"),
        ("invoice.created", "billing.invoice.created"),
        ("event.updatd", "event.updated"),
    ],
)
def test_a_type_of_webhook_by_another_name(word: str, meant: str, facts: Facts) -> None:
    for text in (
        f"trigger: {{webhook: {word}}}\nactions: [{{stop: x}}]",
        f"cancel_on: {{webhook: {word}}}\nactions: [{{stop: x}}]",
        f"actions: [{{wait_for: {{webhook: {word}, timeout: 1h}}}}]",
    ):
        one = found(text, facts)
        assert one.rule == "unknown-webhook-type"
        assert one.suggestions[0] == meant
        assert one.help is not None
        assert one.help.startswith(f"did you mean `{meant}`?")


@pytest.mark.parametrize("word", ["poll.updated", "signup.updated", "chat.message"])
def test_what_sends_no_webhook_is_watched(word: str, facts: Facts) -> None:
    one = found(f"trigger: {{webhook: {word}}}\nactions: [{{stop: x}}]", facts)
    assert one.help is not None
    assert one.help.startswith("BeeStreamed sends none for this: use a `watch` trigger over ")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("events.polls", "polls.list"),
        ("events.polls.create", "polls.create"),
        ("events.signup", "signups.list"),
        ("events.end", "events.set_status"),
        ("events.poll", "polls.list"),
        ("events.sendemails", "events.send_emails"),
        ("events.startwebrtcstream", "events.start_webrtc"),
        ("client.image", "client.logo"),
        ("polls.close", "polls.set_state"),
        ("signup.create", "signups.create"),
        ("http.post", "http.request"),
    ],
)
def test_an_action_by_another_name(word: str, meant: str, facts: Facts) -> None:
    one = found(f"actions: [{{action: {word}}}]", facts)
    assert one.rule == "unknown-action"
    assert one.suggestions[0] == meant


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        ("events.update, with: {event_ref: a, event_title: b}", "title"),
        ("events.update, with: {event_ref: a, event_desc: b}", "desc"),
        ("events.update, with: {event_ref: a, event_date: b}", "date"),
        ("events.update, with: {event_ref: a, event_video_auto_switch: true}", "video_auto_Switch"),
        ("events.set_status, with: {event_ref: a, event_status: live}", "status"),
        ("videos.update, with: {video_ref: a, video_title: b}", "title"),
        ("videos.update, with: {video_ref: a, video_event_ref: b}", "event_ref"),
    ],
)
def test_a_parameter_by_the_name_it_has_in_answers(call: str, meant: str, facts: Facts) -> None:
    one = found(f"actions: [{{action: {call}}}]", facts)
    assert one.rule == "unknown-parameter"
    assert one.suggestions[0] == meant


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        ("events.set_status, with: {event_ref: a, status: ended}", "done"),
        ("events.update, with: {event_ref: a, status: Started}", "live"),
        ("events.list, with: {status: scheduled}", "idle"),
    ],
)
def test_a_status_by_another_name(call: str, meant: str, facts: Facts) -> None:
    one = found(f"actions: [{{action: {call}}}]", facts)
    assert one.rule == "bad-parameter"
    assert one.suggestions == (meant,)
    assert one.help == f"did you mean `{meant}`?"


def test_only_what_there_is_is_offered() -> None:
    assert meant_status("ended", STATUSES) == ("done",)
    assert meant_status("ended", ("idle", "live")) == ()
    assert meant_status("lvie", STATUSES)[0] == "live"


@pytest.mark.parametrize("word", ["signups.update", "signup.update", "chat.delete"])
def test_what_the_platform_cannot_do(word: str, facts: Facts) -> None:
    text = f"trigger: {{webhook: event.created}}\nactions: [{{action: {word}, with: {{a: b}}}}]"
    one = found(text, facts)
    assert (one.rule, one.suggestions) == ("unknown-action", ())
    assert "cannot" in (one.help or "")


def test_a_moment_of_an_event_is_a_trigger(facts: Facts) -> None:
    one = found("trigger: {webhook: event.reminder}\nactions: [{stop: x}]", facts)
    assert (one.help or "").endswith("is a trigger itself: {event_start: -15m}")

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from beeflow.actions.definition import DescribedAction
from beeflow.actions.escaping import ESCAPES, slack_mrkdwn
from beeflow.actions.slack.definition import POST


def test_a_viewer_cannot_mention_anybody() -> None:
    assert slack_mrkdwn("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


@given(st.text())
def test_nothing_with_a_meaning_is_left(text: str) -> None:
    escaped = slack_mrkdwn(text)
    assert not set("<>") & set(escaped)
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


def test_slack_escapes_its_text_and_blocks() -> None:
    assert DescribedAction(POST).escapes == POST.escapes
    assert dict(POST.escapes) == dict.fromkeys(("text", "blocks"), slack_mrkdwn)
    assert set(ESCAPES) == {"slack-mrkdwn"}

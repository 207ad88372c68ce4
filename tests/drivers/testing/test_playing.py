"""What happens in a test: entries, mocks, faults, time. Each is played on the real engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from drivers.testing.bench import GOES_LIVE, LIVE, only, play, told

if TYPE_CHECKING:
    from pathlib import Path

DESIGN = """\
recipe: live
tests:
  - name: opens a poll ten minutes after going live
    event: {webhook: event.updated.status, data: {status: live}}
    mocks:
      events.get: {event_title: Launch}
      polls.create: [{error: {status: 503}}, {poll_ref: abc}]
    expect:
      outcome: succeeded
      calls:
        - slack.post: {text: "*Launch* is live"}
        - polls.create: {options: [Great, Bad]}
          at: 10m
        - polls.create
  - name: ignores everything but live
    event: {webhook: event.updated.status, data: {status: idle}}
    expect: {runs: 0, because: data.status}
  - name: the deletion cancels the wait
    events:
      - {webhook: event.updated.status, data: {event_ref: E1, status: live}}
      - {after: 5m, webhook: event.deleted, data: {event_ref: E1}}
    expect: {outcome: cancelled, calls: [slack.post]}
"""


def test_the_example_of_the_design(tmp_path: Path) -> None:
    verdicts = play(tmp_path, DESIGN, live=LIVE)
    assert [told(one) for one in verdicts] == [[], [], []]


def test_a_read_answers_its_sample_and_a_named_write_too(tmp_path: Path) -> None:
    verdict = only(tmp_path, f"{GOES_LIVE}\nexpect: {{calls: [slack.post, polls.create]}}")
    assert verdict.passed
    assert "A cool title" in str(verdict.played.calls[0].args["text"])


def test_a_write_that_is_neither_mocked_nor_expected_fails(tmp_path: Path) -> None:
    verdict = only(tmp_path, f"{GOES_LIVE}\nexpect: {{runs: 1}}")
    assert told(verdict) == ["`slack.post` writes, and the test neither mocks nor expects it"]


@pytest.mark.parametrize(
    ("fault", "attempts", "outcome"),
    [
        ("{status: 429}", 5, "failed"),
        ("{status: 503, headers: {Retry-After: 30}}", 5, "failed"),
        ("{status: 500}", 1, "unknown"),
        ("{status: 404}", 1, "failed"),
        ("{kind: timeout}", 1, "unknown"),
        ("{kind: reset}", 1, "unknown"),
        ("{kind: refused}", 5, "failed"),
    ],
)
def test_faults_are_repeated_as_in_the_daemon(
    tmp_path: Path, fault: str, attempts: int, outcome: str
) -> None:
    calls = ", ".join(["slack.post"] * attempts)
    verdict = only(
        tmp_path,
        f"{GOES_LIVE}\nmocks: {{slack.post: {{error: {fault}}}}}\n"
        f"expect: {{outcome: {outcome}, calls: [{calls}]}}",
    )
    assert told(verdict) == []


def test_retry_after_is_waited_for(tmp_path: Path) -> None:
    verdict = only(
        tmp_path,
        f"{GOES_LIVE}\n"
        "mocks: {slack.post: [{error: {status: 503, headers: {Retry-After: 30}}}, {}]}\n"
        "expect:\n  calls:\n    - slack.post\n    - slack.post: {}\n      at: 30s\n    - polls.create",
    )
    assert told(verdict) == []


def test_answers_depend_on_arguments(tmp_path: Path) -> None:
    recipe = (
        "trigger: {webhook: event.created}\nactions:\n"
        "  - for_each: '[1, 2, 1]'\n    as: n\n    do:\n"
        "      - action: events.get\n        as: event\n        with: {event_ref: 'E{{ n }}'}\n"
        "      - action: log.write\n        with: {message: '{{ event.event_title }}'}\n"
    )
    verdict = only(
        tmp_path,
        "event: {webhook: event.created}\n"
        "mocks:\n  events.get:\n"
        "    - {when: {with: {event_ref: E1}}, answer: [{event_title: a}, {event_title: b}]}\n"
        "    - {event_title: other}\n"
        "expect: {calls: [log.write: {message: a}, log.write: {message: other}, log.write: {message: b}]}",
        recipe,
    )
    assert told(verdict) == []


def test_a_guarded_call_that_was_cut_off_is_looked_for(tmp_path: Path) -> None:
    verdict = only(
        tmp_path,
        f"{GOES_LIVE}\nmocks:\n"
        "  polls.create: {error: {kind: reset}}\n"
        "  polls.list: [[], [{poll_ref: made, poll_question: OK?, poll_options: [Great, Bad]}]]\n"
        "expect: {outcome: succeeded, calls: [slack.post, polls.create]}",
    )
    assert told(verdict) == []


REMIND = (
    "trigger: {event_start: -15m}\nactions:\n"
    "  - action: log.write\n    with: {message: '{{ trigger.event.event_ref }}'}\n"
)


def test_an_event_start_follows_what_webhooks_tell(tmp_path: Path) -> None:
    date = "event_date: '2026-03-01 12:00:00 +01:00', event_date_unix: 1772362800"
    later = "event_date: '2026-03-01 14:00:00 +01:00', event_date_unix: 1772370000"
    verdict = only(
        tmp_path,
        "now: 2026-03-01 09:00 +01:00\nevents:\n"
        f"  - {{webhook: event.created, data: {{event_ref: E1, {date}}}}}\n"
        f"  - {{after: 30m, webhook: event.updated, data: {{event_ref: E1, {later}}}}}\n"
        "  - {after: 5h}\n"
        "expect:\n  calls:\n    - log.write: {message: E1}\n      at: 4h45m",
        REMIND,
    )
    assert told(verdict) == []


def test_a_webhook_that_was_missed_is_made_up_for_by_the_list(tmp_path: Path) -> None:
    verdict = only(
        tmp_path,
        "now: 2026-03-01 09:00 +01:00\nevents: [{after: 3h}]\n"
        "mocks: {events.list: [[{event_ref: E2, event_date: '2026-03-01 12:00:00'}]]}\n"
        "expect:\n  calls:\n    - log.write: {message: E2}\n      at: 2h45m",
        REMIND,
    )
    assert told(verdict) == []


@pytest.mark.parametrize(
    ("now", "at"), [("2026-03-28 08:00 +01:00", "24h"), ("2026-10-24 08:00 +02:00", "26h")]
)
def test_a_schedule_over_the_change_of_the_clock(tmp_path: Path, now: str, at: str) -> None:
    recipe = (
        'trigger: {schedule: "0 9 * * *", timezone: Europe/Copenhagen}\n'
        "actions:\n  - action: log.write\n    with: {message: nine}\n"
    )
    verdict = only(
        tmp_path,
        f"now: {now}\nevents: [{{after: 30h}}]\n"
        "expect:\n  calls:\n    - log.write\n"
        f"    - log.write: {{message: nine}}\n      at: {at}",
        recipe,
    )
    assert told(verdict) == []


def test_the_end_of_a_passing_time_is_within_it(tmp_path: Path) -> None:
    recipe = "trigger: {schedule: {every: 1h}}\nactions:\n  - action: log.write\n    with: {message: x}\n"
    verdict = only(
        tmp_path,
        "now: 2026-03-01 09:00Z\nevents: [{after: 2h}]\nexpect: {calls: [log.write, log.write]}",
        recipe,
    )
    assert told(verdict) == []


def test_the_same_id_twice_is_a_duplicate_delivery(tmp_path: Path) -> None:
    verdict = only(
        tmp_path,
        "events:\n"
        "  - {webhook: event.updated.status, id: w1, timestamp: 1700000000, data: {status: live}}\n"
        "  - {after: 1m, webhook: event.updated.status, id: w1, timestamp: 1700000000, data: {status: live}}\n"
        "expect: {runs: 1, calls: [slack.post, polls.create]}",
    )
    assert told(verdict) == []


def test_an_outage_and_what_is_made_up_for(tmp_path: Path) -> None:
    recipe = (
        'trigger: {schedule: "0 9 * * *", timezone: UTC, missed: once, grace: 4h}\n'
        "actions:\n  - action: log.write\n    with: {message: '{{ trigger.scheduled_for | date(\"%H:%M\") }}'}\n"
    )
    verdict = only(
        tmp_path,
        "now: 2026-03-01 08:00Z\nevents: [{down: 3h}]\n"
        "expect:\n  calls:\n    - log.write: {message: '10:00'}\n      at: 3h",
        recipe,
    )
    assert told(verdict) == []


def test_a_wait_outlives_an_outage(tmp_path: Path) -> None:
    verdict = only(
        tmp_path,
        "events:\n  - {webhook: event.updated.status, data: {status: live}}\n  - {after: 5m, down: 1h}\n"
        "expect:\n  calls:\n    - slack.post\n    - polls.create: {}\n      at: 65m",
    )
    assert told(verdict) == []


def test_a_run_ends_on_the_text_it_began_with(tmp_path: Path) -> None:
    other = tmp_path / "_next"
    other.mkdir()
    (other / "live.yaml").write_text(LIVE.replace("is live", "is on").replace("10m", "1m"))
    verdict = only(
        tmp_path,
        "events:\n  - {webhook: event.updated.status, data: {status: live}}\n"
        "  - {after: 1m, reload: _next}\n"
        "  - {webhook: event.updated.status, data: {status: live, event_ref: E2}}\n"
        "expect:\n  calls:\n"
        "    - slack.post: {text: {suffix: is live}}\n"
        "    - slack.post: {text: {suffix: is on}}\n"
        "    - polls.create: {event_ref: E2}\n      at: 2m\n"
        "    - polls.create: {}\n      at: 10m",
    )
    assert told(verdict) == []


def test_a_recipe_that_is_not_deployed_any_more_is_not_started(tmp_path: Path) -> None:
    (tmp_path / "_next").mkdir()
    verdict = only(
        tmp_path,
        "events: [{reload: _next}, {webhook: event.updated.status, data: {status: live}}]\n"
        "expect: {runs: 0, calls: []}",
    )
    assert told(verdict) == []


def test_a_start_by_hand_with_inputs(tmp_path: Path) -> None:
    recipe = (
        "inputs: {who: {type: string, default: you}, often: {type: integer, default: 1}}\n"
        "actions:\n  - action: log.write\n    with: {message: '{{ inputs.who }} {{ inputs.often }}'}\n"
    )
    test = "events: [{manual: {}}, {after: 1m, manual: {who: me}}]\ninputs: {often: 3}\n"
    calls = "[log.write: {message: you 3}, log.write: {message: me 3}]"
    assert told(only(tmp_path, f"{test}expect: {{calls: {calls}}}", recipe)) == []


def test_inputs_reach_what_is_read_when_a_recipe_is_loaded(tmp_path: Path) -> None:
    recipe = (
        "inputs: {status: {type: string, default: live}}\n"
        "trigger: {webhook: event.updated.status, match: {data.status: '{{ inputs.status }}'}}\n"
        "actions:\n  - action: log.write\n    with: {message: x}\n"
    )
    event = "event: {webhook: event.updated.status, data: {status: done}}\n"
    assert (
        told(
            only(
                tmp_path,
                f"{event}inputs: {{status: done}}\nexpect: {{runs: 1, calls: [log.write]}}",
                recipe,
            )
        )
        == []
    )
    assert told(only(tmp_path, f"{event}expect: {{runs: 0}}", recipe)) == []


def test_state_is_there_at_the_start(tmp_path: Path) -> None:
    recipe = (
        "trigger: {webhook: event.created}\nactions:\n"
        "  - action: log.write\n    with: {message: \"{{ state.get('n', 0) }}\"}\n"
    )
    test = (
        "event: {webhook: event.created}\nstate: {n: 7}\nexpect: {calls: [log.write: {message: 7}]}"
    )
    assert told(only(tmp_path, test, recipe)) == []
    shadow = f"mode: shadow\n{recipe}"
    verdict = only(tmp_path, test, shadow)
    assert told(verdict) == []
    assert verdict.played.calls[0].would


def test_secrets_show_as_stars(tmp_path: Path) -> None:
    recipe = (
        "trigger: {webhook: event.created}\nactions:\n  - action: http.request\n"
        "    with: {url: 'https://x.example/{{ secrets.KEY }}', method: POST, json: {k: '{{ secrets.OTHER }}'}}\n"
    )
    verdict = only(
        tmp_path,
        "event: {webhook: event.created}\nsecrets: {KEY: swordfish}\n"
        "expect: {calls: [http.request: {url: 'https://x.example/***', json: {k: '***'}}]}",
        recipe,
    )
    assert told(verdict) == []


def test_further_recipes_are_live(tmp_path: Path) -> None:
    after = (
        "trigger: {run: succeeded, recipe: live}\n"
        "actions:\n  - action: log.write\n    with: {message: '{{ trigger.data.outcome }}'}\n"
    )
    text = (
        "recipe: live\nalso: [after-it]\ntests:\n  - name: it\n"
        f"    {GOES_LIVE}\n    expect: {{runs: 1, calls: [slack.post, polls.create, log.write]}}\n"
    )
    (verdict,) = play(tmp_path, text, live=LIVE, after_it=after)
    assert told(verdict) == []


def test_a_watch_fires_within_the_time_that_passes(tmp_path: Path) -> None:
    recipe = (
        "trigger:\n  watch:\n    every: 1m\n"
        "    fetch: {stream: {action: events.stream, with: {event_ref: E1}}}\n"
        "    when: stream.status == 'active'\n"
        "actions:\n  - action: log.write\n    with: {message: on}\n"
    )
    verdict = only(
        tmp_path,
        "now: 2026-03-01 09:00Z\nevents: [{after: 5m}]\n"
        "mocks: {events.stream: [{status: idle}, {status: idle}, {status: active}]}\n"
        "expect:\n  calls:\n    - log.write: {}\n      at: 3m",
        recipe,
    )
    assert told(verdict) == []


def test_a_call_with_wrong_arguments_is_not_made(tmp_path: Path) -> None:
    recipe = LIVE.replace('"#events"', '"{{ trigger.data.room }}"')
    verdict = only(
        tmp_path,
        "event: {webhook: event.updated.status, data: {status: live, room: 3}}\n"
        "expect: {outcome: failed, error: {kind: action, step: Tell the team, message: channel}, calls: []}",
        recipe,
    )
    assert told(verdict) == []

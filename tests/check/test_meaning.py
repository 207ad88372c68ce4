"""What is well-formed and means nothing, or never what was meant; and what is odd and right.

What stands between « and » is what the one finding points at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from beeflow.check import check_text

if TYPE_CHECKING:
    from beeflow.check import Facts

CREATED: Final = "trigger: {webhook: event.created}\n"
LIVE: Final = "trigger: {webhook: event.updated.status, match: {data.status: live}}\n"
LOG: Final = "  - {action: log.write, with: {message: x}}\n"

PLANTED: Final = {
    "match fixed cond": ("constant-condition", LIVE + "conditions: [«trigger.data.status == 'live'»]\nactions:\n" + LOG),
    "match fixed contrary": ("never-equal", LIVE + "conditions: [trigger.data.status == «'done'»]\nactions:\n" + LOG),
    "match fixed if": ("constant-condition", LIVE + "actions:\n  - if: «trigger.data.status == 'live'»\n    action: log.write\n    with: {message: x}\n"),
    "match list cond": ("constant-condition", 'trigger: {webhook: event.updated.status, match: {data.status: [live, done]}}\nconditions: ["«trigger.data.status in [\'live\',\'done\']»"]\nactions:\n' + LOG),
    "choose same": ("constant-condition", LIVE + "actions:\n  - choose:\n      - when: trigger.data.event_ref == 'a'\n        then: [{wait: 1m}]\n      - when: «trigger.data.event_ref == 'a'»\n        then: [{wait: 2m}]\n"),
    "choose all status": ("never-equal", "trigger: {webhook: event.updated.status}\nactions:\n  - choose:\n      - when: trigger.data.status == 'live'\n        then: [{wait: 1m}]\n      - when: trigger.data.status != «'live'»\n        then: [{wait: 2m}]\n      - when: trigger.data.status == 'done'\n        then: [{wait: 3m}]\n"),
    "type cond never": ("never-equal", CREATED + "conditions: [trigger.type == «'event.deleted'»]\nactions:\n" + LOG),
    "if in if": ("constant-condition", CREATED + "actions:\n  - if: trigger.data.event_lang == 'en'\n    then:\n      - if: «trigger.data.event_lang == 'en'»\n        then: [{wait: 1m}]\n"),
    "else contrary": ("constant-condition", CREATED + "actions:\n  - if: trigger.data.event_lang == 'en'\n    then: [{wait: 1m}]\n    else:\n      - if: «trigger.data.event_lang == 'en'»\n        then: [{wait: 1m}]\n"),
    "stop then": ("unreachable-step", CREATED + "actions:\n  - stop: a\n  - {«action»: log.write, with: {message: x}}\n"),
    "stop in both": ("unreachable-step", CREATED + "actions:\n  - if: trigger.data.event_lang == 'en'\n    then: [{stop: a}]\n    else: [{stop: b}]\n  - {«action»: log.write, with: {message: x}}\n"),
    "stop in choose": ("unreachable-step", CREATED + "actions:\n  - choose:\n      - {when: trigger.data.event_lang == 'en', then: [{stop: a}]}\n    else: [{stop: b}]\n  - {«action»: log.write, with: {message: x}}\n"),
    "stop in for_each": ("unreachable-step", CREATED + "actions:\n  - for_each: range(3)\n    do:\n      - stop: a\n      - {«wait»: 1m}\n"),
    "stop in parallel": ("unreachable-step", CREATED + "actions:\n  - parallel:\n      - [{stop: a}]\n      - [{wait: 1m}]\n  - {«action»: log.write, with: {message: x}}\n"),
    "stop in repeat": ("unreachable-step", CREATED + "actions:\n  - repeat: {times: 3}\n    do: [{stop: a}]\n  - {«action»: log.write, with: {message: x}}\n"),
    "stop if true": ("constant-condition", CREATED + "actions:\n  - if: «true»\n    stop: a\n" + LOG),
    "stop after known match": ("constant-condition", LIVE + "actions:\n  - if: «trigger.data.status == 'live'»\n    stop: a\n" + LOG),
    "repeat until const": ("endless-repeat", CREATED + "actions:\n  - repeat: {until: «trigger.data.event_lang == 'x'»}\n    max: 3\n    do: [{wait: 1m}]\n"),
    "repeat until false": ("endless-repeat", CREATED + "actions:\n  - repeat: {until: «1 > 2»}\n    max: 3\n    do: [{wait: 1m}]\n"),
    "repeat until true": ("constant-condition", CREATED + "actions:\n  - repeat: {until: '«true»'}\n    max: 3\n    do: [{wait: 1m}]\n"),
    "repeat 1": ("odd-duration", CREATED + "actions:\n  - repeat: {times: «0»}\n    do: [{wait: 1m}]\n"),
    "repeat busy": ("odd-duration", CREATED + "actions:\n  - repeat: {until: «e.event_status == 'live'»}\n    max: 1000\n    do:\n      - {action: events.get, as: e, with: {event_ref: '{{ trigger.data.event_ref }}'}}\n"),
    "wait_for no timeout": ("missing-key", CREATED + "actions:\n  - wait_for: {«webhook»: poll.created}\n"),
    "wait_for zero": ("odd-duration", CREATED + "actions:\n  - wait_for: {webhook: poll.created, timeout: «0s»}\n"),
    "wait_for over timeout": ("long-wait", "timeout: 1h\ntrigger: {webhook: event.created}\nactions:\n  - wait_for: {webhook: poll.created, timeout: «2h»}\n"),
    "wait_for match never": ("never-matches", CREATED + "actions:\n  - wait_for: {webhook: event.updated.status, match: {data.status: «ended»}, timeout: 2h}\n"),
    "wait_for signup": ("unknown-trigger-field", CREATED + "actions:\n  - wait_for: {webhook: signup.created, timeout: 2h, match: {data.«event_ref»: abc}}\n"),
    "unused fetch": ("unused-name", CREATED + "fetch: {«e»: {action: events.get, with: {event_ref: '{{ trigger.data.event_ref }}'}}}\nactions:\n" + LOG),
    "unused set": ("unused-name", CREATED + "actions:\n  - set: {«a»: 1}\n" + LOG),
    "unused read": ("unused-name", CREATED + "actions:\n  - {action: events.get, as: «e», with: {event_ref: '{{ trigger.data.event_ref }}'}}\n" + LOG),
    "unused into": ("unused-name", CREATED + "actions:\n  - for_each: range(3)\n    into: «x»\n    do: [{wait: 1m}]\n"),
    "unused input": ("unused-input", "inputs: {«a»: {type: string, default: x}}\ntrigger: {webhook: event.created}\nactions:\n" + LOG),
    "tz offset": ("bad-timezone", "timezone: «+02:00»\ntrigger: {webhook: event.created}\nactions:\n" + LOG),
    "tz case": ("bad-timezone", "timezone: «europe/copenhagen»\ntrigger: {webhook: event.created}\nactions:\n" + LOG),
    "tz city": ("bad-timezone", "timezone: «Copenhagen»\ntrigger: {webhook: event.created}\nactions:\n" + LOG),
    "tz local": ("bad-timezone", "trigger: {schedule: '0 9 * * *', timezone: «EST5»}\nactions:\n" + LOG),
    "tz filter": ("wrong-argument", CREATED + 'actions:\n  - {action: log.write, with: {message: "{{ now | local(«\'Paris\'») }}"}}\n'),
    "dur no unit": ("bad-duration", CREATED + "actions:\n  - wait: «10»\n"),
    "dur word": ("bad-duration", CREATED + "actions:\n  - wait: «ten minutes»\n"),
    "dur iso": ("bad-duration", CREATED + "actions:\n  - wait: «PT10M»\n"),
    "dur space": ("bad-duration", CREATED + "actions:\n  - wait: «10 minutes»\n"),
    "dur neg": ("bad-duration", CREATED + "actions:\n  - wait: «-10m»\n"),
    "dur comma": ("bad-duration", CREATED + "actions:\n  - wait: «1,5h»\n"),
    "dur colon": ("bad-duration", CREATED + "actions:\n  - wait: «00:10:00»\n"),
    "dur M": ("bad-duration", CREATED + "actions:\n  - wait: «1month»\n"),
    "dur year": ("odd-duration", CREATED + "actions:\n  - wait: «400d»\n"),
    "throttle zero": ("bad-duration", "throttle: {key: trigger.data.event_ref, once_within: «0s»}\ntrigger: {webhook: event.created}\nactions:\n" + LOG),
    "debounce max<quiet": ("bad-value", "debounce: {key: trigger.data.event_ref, quiet: 10m, «max»: 5m}\ntrigger: {webhook: event.created}\nactions:\n" + LOG),
    "retry delay>max": ("odd-duration", CREATED + "actions:\n  - {action: log.write, with: {message: x}, retry: {attempts: 3, delay: «10m», max_delay: 1m}}\n"),
    "excl": ("bad-parameter", CREATED + "actions:\n  - {action: events.send_emails, with: {event_ref: a, excludeSent: «true», excludeNotSent: true}}\n"),
    "minute timeframe": ("bad-parameter", CREATED + "actions:\n  - {action: analytics.timeseries, as: a, with: {event_ref: a, group_by: minute, timeframe: «'7d'»}}\n  - stop: '{{ a }}'\n"),
    "for_each empty": ("odd-duration", CREATED + "actions:\n  - for_each: «'[]'»\n    do: [{wait: 1m}]\n"),
    "for_each range0": ("odd-duration", CREATED + "actions:\n  - for_each: «range(0)»\n    do: [{wait: 1m}]\n"),
    "event_start far": ("odd-duration", "trigger: {event_start: «-400d»}\nactions:\n" + LOG),
    "past at": ("past-time", "trigger: {schedule: {at: «'2020-01-01 09:00'»}}\nactions:\n" + LOG),
    "watch every > for": ("never-matches", "trigger: {watch: {every: 10m, for: 0s, for_events: {status: «ended»}, fetch: {s: {action: events.stream, with: {event_ref: '{{ trigger.data.event_ref }}'}}}, when: 's.view_data[0].viewers < 50'}}\nactions:\n" + LOG),
    "count never": ("constant-condition", "fetch: {p: {action: events.list}}\ntrigger: {webhook: event.created}\nconditions: [«p | length < 0»]\nactions:\n" + LOG),
    "count always": ("constant-condition", "fetch: {p: {action: events.list}}\ntrigger: {webhook: event.created}\nconditions: [«p | length >= 0»]\nactions:\n" + LOG),
    "or always": ("never-equal", 'trigger: {webhook: event.updated.status}\nconditions: ["trigger.data.status != \'live\' or trigger.data.status != «\'done\'»"]\nactions:\n' + LOG),
    "and never": ("never-equal", 'trigger: {webhook: event.updated.status}\nconditions: ["trigger.data.status == \'live\' and trigger.data.status == «\'done\'»"]\nactions:\n' + LOG),
    "hour never": ("constant-condition", CREATED + "conditions: [«now.hour > 24»]\nactions:\n" + LOG),
    "hour 24": ("constant-condition", CREATED + "conditions: [«now.hour == 24»]\nactions:\n" + LOG),
    "month 13": ("constant-condition", CREATED + "conditions: [«now.month == 13»]\nactions:\n" + LOG),
    "weekday 7": ("constant-condition", CREATED + "conditions: [«now.weekday() == 7»]\nactions:\n" + LOG),
    "keys empty never": ("never-matches", "trigger: {webhook: event.updated, match: {keys_updated: {contains: «event_dat»}}}\nactions:\n" + LOG),
    "name trigger never": ("never-equal", "trigger: [{webhook: event.created, name: a}, {webhook: event.deleted, name: b}]\nconditions: [trigger.name == «'c'»]\nactions:\n" + LOG),
}  # fmt: skip

ODD: Final = [
    CREATED + "actions:\n  - repeat: {until: e.event_status == 'live'}\n    every: 30s\n    max: 10\n    do:\n      - {action: events.get, as: e, with: {event_ref: '{{ trigger.data.event_ref }}'}}\n",
    CREATED + "actions:\n  - repeat: {until: page | length < 10}\n    max: 10\n    do:\n      - {action: signups.list, as: page, with: {event_ref: '{{ trigger.data.event_ref }}', page: '{{ loop.index }}'}}\n",
    CREATED + "actions:\n  - repeat: {until: e.event_status == 'live'}\n    max: 10\n    do:\n      - {action: events.get, as: e, with: {event_ref: '{{ trigger.data.event_ref }}'}}\n      - {wait: 30s}\n",
    CREATED + "actions:\n  - repeat: {times: 3}\n    do:\n      - if: loop.index == 2\n        stop: second\n" + LOG,
    CREATED + "actions:\n  - parallel:\n      - [{if: trigger.data.event_lang == 'en', stop: a}]\n      - [{wait: 1m}]\n" + LOG,
    CREATED + "conditions: [now.hour >= 9 and now.hour < 17]\nactions:\n" + LOG,
    CREATED + 'conditions: ["(now | local(\'Europe/Copenhagen\')).hour >= 22 or (now | local(\'Europe/Copenhagen\')).hour < 4"]\nactions:\n' + LOG,
    CREATED + "conditions: [now.hour == trigger.received_at.hour]\nactions:\n" + LOG,
    "trigger: [{webhook: event.created}, {webhook: event.updated.status, match: {data.status: live}}]\nactions:\n  - if: trigger.type == 'event.created'\n    then: [{wait: 1m}]\n    else: [{wait: 2m}]\n",
    LIVE + "actions:\n  - wait: 1h\n  - {action: events.get, as: e, with: {event_ref: '{{ trigger.data.event_ref }}'}}\n  - if: e.event_status == 'live'\n    action: log.write\n    with: {message: x}\n",
    "trigger: {webhook: event.updated.status, match: {data.status: [live, force_live]}}\nconditions: [trigger.data.status == 'live' or trigger.data.event_ref == 'abc']\nactions:\n" + LOG,
    CREATED + "actions:\n  - wait_for: {webhook: event.updated.status, match: {data.status: live}, timeout: 2h}\n    as: w\n    on_timeout: continue\n  - if: w.timed_out\n    stop: late\n  - {action: log.write, with: {message: '{{ w.data.status }}'}}\n",
    CREATED + "actions:\n  - wait_for: {webhook: event.deleted, timeout: 7d}\n    on_timeout: continue\n" + LOG,
    CREATED + "actions:\n  - choose:\n      - {when: trigger.data.event_lang == 'en', then: [{stop: a}]}\n      - {when: 'true', then: [{wait: 1m}]}\n" + LOG,
    CREATED + "actions:\n  - choose:\n      - {when: trigger.data.event_lang == 'en', then: [{stop: a}]}\n" + LOG,
    CREATED + 'actions:\n  - for_each: "[\'a\', \'b\']"\n    do:\n      - {action: log.write, with: {message: \'{{ item }}\'}}\n',
    CREATED + "actions:\n  - for_each: range(trigger.data.event_delivered_minutes | number)\n    do: [{wait: 1s}]\n",
    "trigger: {schedule: '0 9 * * mon-fri', timezone: America/Argentina/Buenos_Aires}\nactions:\n" + LOG,
    "trigger: {schedule: '*/7 8-18/2 1,15 jan-jun,dec *'}\nactions:\n" + LOG,
    "trigger: {schedule: '0 0 29 feb *'}\nactions:\n" + LOG,
    "trigger: {schedule: '0 9 31 * sun'}\nactions:\n" + LOG,
    "trigger: {schedule: {every: 90s}}\nactions:\n" + LOG,
    "trigger: {schedule: {at: '2999-12-01T09:00:00+01:00'}, missed: skip, grace: 5m}\nactions:\n" + LOG,
    "timezone: Etc/GMT+5\ntrigger: {event_start: 0m}\nactions:\n" + LOG,
    "timezone: UTC\ntrigger: {event_start: +1h30m}\nactions:\n" + LOG,
    CREATED + "actions:\n  - {wait: 1500ms}\n  - {wait: 1w2d}\n  - {wait: '{{ 5 }}m'}\n" + LOG,
    CREATED + "actions:\n  - wait: {until: trigger.received_at | plus('1h')}\n" + LOG,
    'throttle: {key: "\'all\'", once_within: 10m}\ntrigger: {webhook: event.created}\nactions:\n' + LOG,
    CREATED + 'actions:\n  - {action: log.write, with: {message: x}, once: "\'for good\'"}\n',
    "cancel_on: {webhook: event.created}\ntrigger: {webhook: event.created}\nactions:\n  - wait: 1h\n" + LOG,
    "actions:\n  - {action: http.request, with: {url: 'https://api.beestreamed.example.com/events'}}\n",
    "actions:\n  - {action: http.request, with: {url: 'https://status.beestreamed.com/events'}}\n",
    "actions:\n  - {action: http.request, with: {url: 'https://example.com/?next=http://localhost/'}}\n",
    "actions:\n  - {action: http.request, with: {url: '{{ secrets.BASE }}/a.local/'}}\n",
    "actions:\n  - {action: http.request, with: {url: 'https://xn--bcher-kva.example/'}}\n",
    "actions:\n  - {action: http.request, with: {url: 'https://[2606:4700::1111]:8443/'}}\n",
    "actions:\n  - {action: notify.send, with: {url: 'slack://{{ secrets.T }}/#general', body: x}}\n",
    "actions:\n  - {action: notify.send, with: {url: 'ntfys://ntfy.sh/crew', body: x}}\n",
    "trigger: {webhook: poll.created}\nfetch: {polls: {action: polls.list, with: {event_ref: '{{ trigger.data.poll_event_ref }}'}}}\nactions:\n  - for_each: polls\n    do:\n      - if: item.poll_ref != trigger.data.poll_ref\n        action: polls.set_state\n        with: {event_ref: '{{ trigger.data.poll_event_ref }}', poll_ref: '{{ item.poll_ref }}', state: false}\n",
    CREATED + "actions:\n  - for_each: range(3)\n    do:\n      - {action: polls.create, with: {event_ref: '{{ trigger.data.event_ref }}', question: 'Round {{ item }}', options: [a, b]}}\n",
    "trigger: {webhook: video.updated, match: {data.video_title: {prefix: Draft}}}\nactions:\n  - {action: videos.update, with: {video_ref: '{{ trigger.data.video_ref }}', title: Final}}\n",
    "trigger:\n  watch:\n    every: 1m\n    fetch: {found: {action: signups.list, with: {event_ref: abc}}}\n    fires: each\n    items: found\n    key: item.signup_ref\nactions:\n  - {action: chat.create, with: {event_ref: abc, name: bot, email: b@example.com, message: Welcome}}\n",
    "trigger: {run: failed, recipe: '*'}\nactions:\n  - {action: slack.post, with: {channel: '#x', text: '{{ trigger.data.recipe }} failed'}}\n",
]  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_what_cannot_be_meant_is_told_once_where_it_stands(name: str, facts: Facts) -> None:
    rule, marked = PLANTED[name]
    text = marked.replace("«", "").replace("»", "")
    (finding,) = check_text(text, facts).findings
    start, end = finding.range.start.offset, finding.range.end.offset
    assert (finding.rule, f"{text[:start]}«{text[start:end]}»{text[end:]}") == (rule, marked)


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_what_is_odd_and_right_is_silent(text: str, facts: Facts) -> None:
    assert check_text(text, facts).findings == ()

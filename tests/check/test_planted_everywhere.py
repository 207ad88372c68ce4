"""A mistake of every kind, planted in recipes like those that we ship.

Each is one finding, at its place, with the mend.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from beeflow.check import Facts, check_text

RECIPES = Path(__file__).parent / "planted"

PLANTED = [
    ("go-live", "labels: [events, slack, polls]", "labels: [events, slack polls", "yaml-syntax", "[", "write labels: [events, slack polls]"),
    ("go-live", 'default: "#events"', "default: #events", "bad-input", "default", 'write it in quotes, as "#events"'),
    ("go-live", "  poll_after:\n    type: duration", "  poll_after:\n   type: duration", "yaml-syntax", "type:", "write type: duration"),
    ("go-live", "default: 10m", "default: 10", "bad-input", "10", "give a duration, such as 10m"),
    ("go-live", "type: duration", "type: durration", "bad-value", "durration", "did you mean `duration`?"),
    ("go-live", "default: [Great, OK, Not good]", "default: Great, OK, Not good", "bad-input", "Great, OK, Not good", "write [Great, OK, Not good]"),
    ("go-live", "  webhook: event.updated.status\n", "webhook: event.updated.status\n", "yaml-syntax", "webhook:", "write webhook: event.updated.status"),
    ("go-live", "event.updated.status", "event.update.status", "unknown-webhook-type", "event.update.status", "did you mean `event.updated.status`?"),
    ("go-live", "match: {data.status: [live, force_live]}", "match: {data: {status: live}}", "pattern", "status", "write data.status: live (there are: not, in, prefix, suffix, contains,"),
    ("go-live", "match: {data.status: [live, force_live]}", "match: {data.status: [live, force_live}", "yaml-syntax", "[", "write match: {data.status: [live, force_live]}"),
    ("go-live", "once_within: 6h", "once_within: 6", "bad-duration", "6", "add a unit: 6s, 6m or 6h"),
    ("go-live", "once_within: 6h", "once_witin: 6h", "unknown-key", "once_witin", "did you mean `once_within`?"),
    ("go-live", "throttle: {key: trigger.data.event_ref, once", 'throttle: {key: "{{ trigger.data.event_ref }}", once', "braces-in-expression", "{{ trigger.data.event_ref }}", "write it bare: trigger.data.event_ref"),
    ("go-live", '    action: events.get\n    with: {event_ref: "{{ trigger', '    action: event.get\n    with: {event_ref: "{{ trigger', "unknown-action", "event.get", "did you mean `events.get`?"),
    ("go-live", 'with: {event_ref: "{{ trigger.data.event_ref }}"}', "with: {event_ref: {{ trigger.data.event_ref }}}", "yaml-syntax", "{{ trigger.data.event_ref }}", 'write with: {event_ref: "{{ trigger.data.event_ref }}"}'),
    ("go-live", 'with: {event_ref: "{{ trigger.data.event_ref }}"}', 'with: {event_ref: "{{ trigger.data.event_reff }}"}', "unknown-trigger-field", "event_reff", "did you mean `event_ref`?"),
    ("go-live", 'with: {event_ref: "{{ trigger.data.event_ref }}"}', 'with: {event: "{{ trigger.data.event_ref }}"}', "unknown-parameter", "event", "did you mean `event_ref`?"),
    ("go-live", "- not event.event_title.startswith('[test]')", "- not event.event_titel.startswith('[test]')", "unknown-field", "event_titel", "did you mean `event_title`?"),
    ("go-live", "- not event.event_title.startswith('[test]')", "- not event.event_title.startsWith('[test]')", "expression", "startsWith", "did you mean `startswith`?"),
    ("go-live", "- not event.event_title.startswith('[test]')", "- !event.event_title.startswith('[test]')", "expression", "!", "write `not`, or `!=` to compare"),
    ("go-live", "- not event.event_title.startswith('[test]')", "- event.event_title != '[test]", "expression", "'", "this text is not closed: put a ' at its end"),
    ("go-live", "conditions:\n  - not", "conditions:\n  not", "wrong-type", "not event.event_title.startswith('[test]')", "write - not event.event_title.startswith('[test]')"),
    ("go-live", "cancel_on: {webhook: event.deleted}", "cancel_on: event.deleted", "wrong-type", "event.deleted", "write it as {webhook: event.deleted}"),
    ("go-live", 'text: ":red_circle: *{{ event.event_title }}* is live"', "text: *{{ event.event_title }}* is live", "yaml-syntax", "*{{ event.event_title }}* is live", 'write text: "*{{ event.event_title }}* is live"'),
    ("go-live", 'text: ":red_circle: *{{ event.event_title }}* is live"', 'text: ":red_circle: *{{ event.event_title }* is live"', "expression", "}", "write }} to close the {{ before it"),
    ("go-live", 'text: ":red_circle: *{{ event.event_title }}* is live"', 'text: ":red_circle: *{{ event.event_title }}* is live', "yaml-syntax", '":red_circle: *{{ event.event_title }}* is live', 'write text: ":red_circle: *{{ event.event_title }}* is live"'),
    ("go-live", 'text: ":red_circle: *{{ event.event_title }}* is live"', "text: Live: {{ event.event_title }}", "yaml-syntax", "Live: {{ event.event_title }}", 'write text: "Live: {{ event.event_title }}"'),
    ("go-live", 'text: ":red_circle: *{{ event.event_title }}* is live"', 'txt: ":red_circle: *{{ event.event_title }}* is live"', "unknown-parameter", "txt", "did you mean `text`?"),
    ("go-live", '    wait: "{{ inputs.poll_after }}"', "    wait: {{ inputs.poll_after }}", "yaml-syntax", "{{ inputs.poll_after }}", 'write wait: "{{ inputs.poll_after }}"'),
    ("go-live", '    wait: "{{ inputs.poll_after }}"', '    wait: "{{ inputs.pol_after }}"', "unknown-input", "pol_after", "did you mean `poll_after`?"),
    ("go-live", "    as: later\n", "    as: event\n", "duplicate-name", "event", "take another name: each name is given once"),
    ("go-live", "    as: later\n", "    as: later-event\n", "bad-name", "later-event", "names begin with a letter and consist of a-z, A-Z, 0-9 and _"),
    ("go-live", "  - if: later.event_status not in ['live', 'force_live']\n    stop: the event is no longer live", "  - stop: the event is no longer live", "unreachable-step", "name", "move it up, or remove it; a `stop` that depends on something needs an "),
    ("go-live", "  - if: later.event_status", "  - if: {{ later.event_status }}", "braces-in-expression", "{{", "write it bare: later.event_status not in ['live', 'force_live']"),
    ("go-live", "  - if: later.event_status not in ['live', 'force_live']\n", "  - if: later.event_status = 'live'\n", "expression", "=", "write == to compare"),
    ("go-live", "    stop: the event is no longer live", "    stopp: the event is no longer live", "unknown-key", "stopp", "did you mean `stop`?"),
    ("go-live", '      options: "{{ inputs.answers }}"\n', '      option: "{{ inputs.answers }}"\n', "unknown-parameter", "option", "did you mean `options`?"),
    ("go-live", '      options: "{{ inputs.answers }}"\n', "", "missing-parameter", "polls.create", "add `options` below `with`: The answers to choose from."),
    ("go-live", "      state: true", "      state: yes", "bad-parameter", "yes", "write true"),
    ("go-live", "      state: true", "      state: on", "bad-parameter", "on", "write true"),
    ("go-live", '      poll_ref: "{{ poll.poll_ref }}"', '      poll_ref: "{{ pol.poll_ref }}"', "unknown-name", "pol", "did you mean `poll`?"),
    ("go-live", '      poll_ref: "{{ poll.poll_ref }}"', '     poll_ref: "{{ poll.poll_ref }}"', "yaml-syntax", "poll_ref:", 'write poll_ref: "{{ poll.poll_ref }}"'),
    ("go-live", '      poll_ref: "{{ poll.poll_ref }}"', '\t\t\tpoll_ref: "{{ poll.poll_ref }}"', "yaml-syntax", "\t\t\t", 'write poll_ref: "{{ poll.poll_ref }}"'),
    ("go-live", "version: 1", "version: 2", "bad-value", "2", "write version: 1, or leave it out"),
    ("go-live", "version: 1", "verison: 1", "unknown-key", "verison", "did you mean `version`?"),
    ("go-live", "trigger:\n  webhook: event.updated.status\n", "trigger:\n  webhook:event.updated.status\n", "yaml-syntax", ":", "write webhook: event.updated.status"),
    ("signup-welcome", "    then:\n", "    actions:\n", "unknown-key", "actions", "did you mean `then`?"),
    ("signup-welcome", "    else:\n", "    otherwise:\n", "unknown-key", "otherwise", "did you mean `else`?"),
    ("signup-welcome", "action: email.send", "uses: email.send", "unknown-key", "uses", "did you mean `action`?"),
    ("go-live", "trigger:\n  webhook:", "trigger:\n  event:", "unknown-key", "event", "did you mean `webhook`?"),
    ("go-live", "actions:\n", "steps:\n", "unknown-key", "steps", "the steps are the `actions`"),
    ("go-live", "trigger:\n", "on:\n", "unknown-key", "on", "what starts a recipe is its `trigger`"),
    ("go-live", "  - name: Open it\n    action", "  - name: Open it\n  - action", "missing-key", "name", "add what it does, as `action: NAME`; if the next line begins with `- `"),
    ("payment-failed", "retry: {attempts: 8, delay: 10s, max_delay: 5m}", "retry: {attempts: eight, delay: 10s, max_delay: 5m}", "wrong-type", "eight", "write it as a number without quotes, such as 1"),
    ("payment-failed", "retry: {attempts: 8, delay: 10s, max_delay: 5m}", "retry: {attempts: 8, delay: 10, max_delay: 5m}", "bad-duration", "10", "add a unit: 10s, 10m or 10h"),
    ("payment-failed", "      text: |\n        :warning: A payment to BeeStreamed failed.\n", "      text: |\n      :warning: A payment to BeeStreamed failed.\n", "yaml-syntax", ":warning: A payment to BeeStreamed failed.", "write :warning: A payment to BeeStreamed failed."),
    ("payment-failed", "      text: |\n", "      text:\n", "yaml-syntax", ":warning: A payment to BeeStreamed failed.", "write text: |"),
    ("payment-failed", "{{ trigger.data | json }}", "{{ trigger.data | jsn }}", "expression", "jsn", "did you mean `json`?"),
    ("payment-failed", "{{ trigger.data | json }}", "{{ trigger.dat | json }}", "unknown-trigger-field", "dat", "did you mean `data`?"),
    ("payment-failed", "{{ trigger.data | json }}", "{{ trigger.data | json", "expression", "`", "write }}"),
    ("signup-welcome", '  - "\'@\' in trigger.data.signup_data.email"', "  - '@' in trigger.data.signup_data.email", "yaml-syntax", "in trigger.data.signup_data.email", 'write - "\'@\' in trigger.data.signup_data.email"'),
    ("signup-welcome", "default: {event_ref: null}", "default: {event_ref: null", "yaml-syntax", "{", "write default: {event_ref: null}"),
    ("signup-welcome", "    on_error: continue\n    default", "    on_error: contine\n    default", "bad-value", "contine", "did you mean `continue`?"),
    ("signup-welcome", "  - if: found.event_ref is not none", "  - if: found.event_ref is not none:", "yaml-syntax", ":", "write - if: found.event_ref is not none"),
    ("signup-welcome", "    then:\n      - action: events.get\n", "    then:\n    - action: events.get\n", "yaml-syntax", "-", "write - action: events.get"),
    ("signup-welcome", "    then:\n      - action: events.get\n", "      then:\n      - action: events.get\n", "yaml-syntax", "then:", "write then:"),
    ("signup-welcome", "    else:\n      - set: {title: our event}", "    esle:\n      - set: {title: our event}", "unknown-key", "esle", "did you mean `else`?"),
    ("signup-welcome", "    else:\n      - set: {title: our event}", "    else:\n      set: {title: our event}", "wrong-type", "set", "write - set: {title: our event}"),
    ("signup-welcome", "{{ trigger.data.signup_data.name | default('there') }}", "{{ trigger.data.signup_data.name | defualt('there') }}", "expression", "defualt", "did you mean `default`?"),
    ("signup-welcome", '- set: {attendee: "', '- set: {attendee "', "yaml-syntax", "attendee", 'write - set: {attendee: "{{ trigger.data.signup_data.name | default(\'t'),
    ("signup-welcome", "    once: trigger.data.signup_ref", "    once: {{ trigger.data.signup_ref }}", "braces-in-expression", "{{ trigger.data.signup_ref }}", "write it bare: trigger.data.signup_ref"),
    ("signup-welcome", "action: email.send", "action: mail.send", "unknown-action", "mail.send", "did you mean `email.send`?"),
    ("signup-welcome", "action: email.send", "action:email.send", "yaml-syntax", ":", "write action: email.send"),
    ("signup-welcome", "- name: Welcome the attendee", "-name: Welcome the attendee", "yaml-syntax", "-", "write - name: Welcome the attendee"),
    ("signup-welcome", '      subject: "You are in: {{ title }}"', "      subject: You are in: {{ title }}", "yaml-syntax", "You are in: {{ title }}", 'write subject: "You are in: {{ title }}"'),
    ("signup-welcome", 'to: "{{ trigger.data.signup_data.email }}"', 'to: "{{ trigger.data.signup_data.email }}', "yaml-syntax", '"{{ trigger.data.signup_data.email }}', 'write to: "{{ trigger.data.signup_data.email }}"'),
    ("signup-welcome", "Hello {{ attendee }},", "Hello {{ atendee }},", "unknown-name", "atendee", "did you mean `attendee`?"),
    ("signup-welcome", "Hello {{ attendee }},", "Hello {{ attendee },", "expression", "}", "write }} to close the {{ before it"),
    ("signup-welcome", "        Until then!", "      Until then!", "yaml-syntax", "Until then!", "write Until then!"),
    ("weekday-briefing", 'schedule: "0 8 * * mon-fri"', 'schedule: "8:00 mon-fri"', "bad-cron", '"8:00 mon-fri"', "write 0 8 * * mon-fri"),
    ("weekday-briefing", 'schedule: "0 8 * * mon-fri"', 'schedule: "0 8 * * monday"', "bad-cron", "monday", "write 0 8 * * mon"),
    ("weekday-briefing", 'schedule: "0 8 * * mon-fri"', "schedule: * 8 * * mon-fri", "yaml-syntax", "* 8 * * mon-fri", 'write schedule: "* 8 * * mon-fri"'),
    ("weekday-briefing", "  missed: once", "  missed: never", "bad-value", "never", "allowed: all, once, skip"),
    ("weekday-briefing", "  grace: 2h", "   grace: 2h", "yaml-syntax", "grace:", "write grace: 2h"),
    ("weekday-briefing", "timezone: Europe/Copenhagen", "timezone: Copenhagen", "bad-timezone", "Copenhagen", "did you mean `Europe/Copenhagen`?"),
    ("weekday-briefing", "      status: idle", "      status: idel", "bad-parameter", "idel", "did you mean `idle`?"),
    ("weekday-briefing", "orderBy: startDate", "orderby: startDate", "unknown-parameter", "orderby", "did you mean `orderBy`?"),
    ("weekday-briefing", "    pages: all", "    pages: al", "wrong-type", "al", "write it as pages: all"),
    ("weekday-briefing", "events | length > 0", "events | lenght > 0", "expression", "lenght", "did you mean `length`?"),
    ("weekday-briefing", "events | length > 0", "events | length => 0", "expression", "=", "write >="),
    ("weekday-briefing", "{% endfor %}", "{% end %}", "expression", "end", "write {% endfor %}"),
    ("weekday-briefing", "{% endfor %}", "", "expression", "\n", "write {% endfor %}"),
    ("weekday-briefing", "default: [producers@example.com]", "default: [producers@example.com, @crew]", "yaml-syntax", "@crew", 'write default: [producers@example.com, "@crew"]'),
    ("weekday-briefing", "    action: email.send\n", "    action: email.send\n    action: slack.post\n", "duplicate-key", "action", "keep one of the two"),
    ("weekday-briefing", "name: Mail the coming events every weekday", "name: Mail the coming events: every weekday", "yaml-syntax", "Mail the coming events: every weekday", 'write name: "Mail the coming events: every weekday"'),
    ("weekday-briefing", "name: Mail the coming events every weekday", "name: Mail the coming events #weekday", "cut-off-text", "#weekday", 'write "Mail the coming events #weekday"; a comment is written with a s'),
]  # fmt: skip
"""The recipe, what is taken out of it, what is put there; the rule, what is at fault, the mend."""


@pytest.mark.parametrize("recipe", sorted({row[0] for row in PLANTED}))
def test_the_recipes_are_right(recipe: str, facts: Facts) -> None:
    text = (RECIPES / f"{recipe}.yaml").read_text("utf-8")
    assert check_text(text, facts).findings == ()


@pytest.mark.parametrize(("recipe", "old", "new", "rule", "at", "mend"), PLANTED)
def test_a_planted_mistake_is_told_once_where_it_is_with_the_mend(
    recipe: str, old: str, new: str, rule: str, at: str, mend: str, facts: Facts
) -> None:
    right = (RECIPES / f"{recipe}.yaml").read_text("utf-8")
    assert old in right
    text = right.replace(old, new, 1)
    (finding,) = check_text(text, facts).findings
    place = finding.range
    assert (finding.rule, text[place.start.offset : place.end.offset]) == (rule, at)
    assert mend in (finding.help or "")
    line = text.splitlines()[place.start.line - 1]
    assert line[place.start.column - 1 :].startswith(at.splitlines()[0])

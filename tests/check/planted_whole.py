"""Mistakes planted in recipes of their own; see `test_planted`."""

from __future__ import annotations

WHOLE = [
    ("never-matches", "trigger: {webhook: event.updated.status, match: {data.status: «ended»}}"),
    (
        "never-matches",
        "trigger: {webhook: event.updated.status, match: {data.status: [live, «scheduled»]}}",
    ),
    ("never-matches", "trigger: {webhook: event.updated, match: {data.event_id: {prefix: «a»}}}"),
    ("never-matches", "trigger: {webhook: event.updated, match: {keys_updated: «event_date»}}"),
    ("never-matches", "trigger: {webhook: event.updated, match: {data.event_title: {gt: «3»}}}"),
    (
        "never-matches",
        "trigger: {webhook: event.updated, match: {keys_updated: {contains: «event_dat»}}}",
    ),
    (
        "never-equal",
        """\
        trigger: {webhook: event.updated}
        conditions: ["«'event_titel'» in trigger.keys_updated"]
        """,
    ),
    ("never-matches", "trigger: {webhook: poll.created, match: {data.poll_active: «'yes'»}}"),
    (
        "unknown-trigger-field",
        "trigger: {webhook: event.updated.status, match: {data.«statuss»: live}}",
    ),
    (
        "never-matches",
        """\
        trigger: {webhook: event.created}
        cancel_on: {webhook: event.updated.status, match: {data.status: {not: «over»}}}
        """,
    ),
    (
        "never-matches",
        """\
        trigger: {webhook: event.created}
        actions:
          - wait_for: {webhook: event.updated.status, match: {data.status: «started»}, timeout: 1h}
        """,
    ),
    (
        "not-in-every-trigger",
        """\
        trigger: [{webhook: event.created}, {webhook: poll.created}]
        actions:
          - action: log.write
            with: {message: "{{ trigger.data.«event_title» }} {{ trigger.data.event_title }}"}
        """,
    ),
    (
        "not-in-every-trigger",
        """\
        trigger: {webhook: [event.created, event.deleted]}
        conditions: [trigger.data.«event_status» == 'idle']
        """,
    ),
    (
        "not-in-every-trigger",
        """\
        trigger: [{event_start: -1h}, {schedule: {every: 1h}}]
        conditions: [trigger.«event».event_status == 'idle']
        """,
    ),
    (
        "maybe-undefined",
        """\
        trigger: {webhook: event.created}
        actions:
          - wait_for: {webhook: poll.created, timeout: 1h}
            as: opened
            on_timeout: continue
          - action: log.write
            with: {message: "{{ opened.«data».poll_ref }}"}
        """,
    ),
    (
        "maybe-undefined",
        """\
        trigger: {webhook: event.created}
        actions:
          - action: slack.post
            as: said
            once: trigger.data.event_ref
            with: {channel: "#x", text: hi}
          - action: log.write
            with: {message: "{{ «said».ok }}"}
        """,
    ),
    (
        "wrong-value",
        """\
        trigger: {webhook: event.created}
        actions:
          - wait: "{{ «trigger.data.event_signup_required» }}"
        """,
    ),
    (
        "wrong-value",
        """\
        trigger: {webhook: event.created}
        actions:
          - wait: {until: «trigger.data.event_chat»}
        """,
    ),
    (
        "wrong-value",
        """\
        inputs: {count: {type: duration, default: 1h}}
        actions:
          - repeat: {times: «inputs.count ~ 'x'»}
            do: [{wait: 1m}]
        """,
    ),
    (
        "wrong-value",
        """\
        trigger: {webhook: event.created}
        actions:
          - state: {increment: {n: "{{ «trigger.data.event_ref» }}"}}
        """,
    ),
    (
        "wrong-value",
        """\
        trigger: {webhook: event.created}
        actions:
          - action: events.set_status
            with:
              event_ref: "{{ trigger.data.event_ref }}"
              status: "{{ «'over' if trigger.data.event_chat else 'ended'» }}"
        """,
    ),
    (
        "wrong-value",
        """\
        trigger: {webhook: event.created}
        actions:
          - action: polls.create
            with:
              event_ref: "{{ trigger.data.event_ref }}"
              question: How?
              options: ["{{ «trigger.data.event_id» }}", No]
        """,
    ),
    (
        "not-a-list",
        """\
        trigger: {webhook: event.created}
        actions:
          - for_each: «trigger.data.event_ref»
            do: [{wait: 1m}]
        """,
    ),
    (
        "unknown-field",
        """\
        trigger: {webhook: event.created}
        fetch: {polls: {action: polls.list, with: {event_ref: "{{ trigger.data.event_ref }}"}}}
        actions:
          - for_each: polls
            as: poll
            do:
              - action: log.write
                with: {message: "{{ poll.poll_ref }} {{ poll.«question» }}"}
        """,
    ),
    (
        "unknown-trigger-field",
        """\
        trigger:
          watch:
            every: 1m
            fetch: {chat: {action: chat.list, with: {event_ref: abc}}}
            fires: each
            items: chat
            key: item.chat_ref
        actions: [{action: log.write, with: {message: "{{ trigger.item.«chat_text» }}"}}]
        """,
    ),
    (
        "unknown-field",
        """\
        trigger:
          watch:
            every: 1m
            fetch: {chat: {action: chat.list, with: {event_ref: abc}}}
            fires: each
            items: chat
            key: item.«ref»
        """,
    ),
    (
        "unknown-field",
        """\
        trigger: {webhook: signup.created}
        batch: {window: 1h}
        conditions: [(trigger.items | first).data.«signup_reference» == 'x']
        """,
    ),
    (
        "unknown-field",
        """\
        actions: [{wait: 1m}]
        on_error: [{action: log.write, with: {message: "{{ error.«mesage» }}"}}]
        """,
    ),
    (
        "never-equal",
        """\
        actions: [{wait: 1m}]
        on_error: [{if: error.kind == «'network'», stop: x}]
        """,
    ),
    (
        "maybe-null",
        """\
        actions: [{wait: 1m}]
        on_error: [{if: «error.status» >= 500, stop: x}]
        """,
    ),
    (
        "unknown-field",
        """\
        actions:
          - {run: other, as: made}
          - {action: log.write, with: {message: "{{ made.«outcom» }}"}}
        """,
    ),
    (
        "not-a-list",
        """\
        trigger:
          watch:
            every: 1m
            for_events: {status: live}
            fetch: {stream: {action: events.stream, with: {event_ref: "{{ trigger.data.event_ref }}"}}}
            fires: each
            items: «stream»
            key: item.x
        actions: [{action: log.write, with: {message: "{{ trigger.item.x }}"}}]
        """,
    ),
    (
        "unknown-trigger-field",
        """\
        trigger:
          watch:
            every: 1m
            for_events: {status: live}
            when: trigger.event.event_id > 1
        actions: [{action: log.write, with: {message: "{{ trigger.data.«event_title» | default('x') }}"}}]
        """,
    ),
    (
        "maybe-null",
        """\
        actions:
          - {run: other, as: made, detach: true}
          - {action: log.write, with: {message: "{{ «made.result».x }}"}}
        """,
    ),
    *(
        (
            rule,
            f"""\
            actions:
              - state: {{set: {{last: now, mode: "{{{{ run.id }}}}"}}, increment: {{seen: 1}}}}
              - {{action: log.write, with: {{message: "{{{{ {text} }}}}"}}}}
            """,
        )
        for rule, text in (
            ("unknown-field", "state.get('«sene»', 0)"),
            ("unknown-field", "state.«mdoe» | default('x')"),
            ("unknown-field", "state.«lasst»"),
            ("unknown-field", "state['«lasst»'] is defined"),
            ("never-equal", "state.get('seen', 0) == «'1'»"),
            ("wrong-operand", "«state.get('last', '') + 1»"),
        )
    ),
    (
        "never-equal",
        """\
        inputs: {room: {type: choice, options: [A, B], default: A}}
        actions: [{if: inputs.room == «'C'», stop: x}]
        """,
    ),
    (
        "never-equal",
        """\
        trigger: {webhook: event.updated.status}
        actions:
          - choose:
              - {when: trigger.data.status == 'live', then: [{wait: 1m}]}
              - {when: trigger.data.status == «'live'», then: [{wait: 2m}]}
        """,
    ),
    (
        "maybe-undefined",
        """\
        trigger: {webhook: event.updated.status}
        actions:
          - if: trigger.data.status == 'live'
            then: [{set: {x: 1}}]
          - if: trigger.data.status == 'done'
            action: log.write
            with: {message: "{{ «x» }}"}
        """,
    ),
]

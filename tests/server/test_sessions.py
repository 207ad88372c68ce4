from __future__ import annotations

from beeflow.server.sessions import LIFETIME, MOST, Sessions


def test_a_session_holds_until_its_time_is_over() -> None:
    now = [0.0]
    sessions = Sessions(lambda: now[0])
    token = sessions.open()
    now[0] = LIFETIME - 1
    assert sessions.holds(token)
    now[0] = LIFETIME
    assert not sessions.holds(token)
    now[0] = 0
    assert not sessions.holds(token)


def test_a_session_ends_when_it_is_closed() -> None:
    sessions = Sessions(lambda: 0.0)
    token = sessions.open()
    sessions.close(token)
    sessions.close(token)
    assert not sessions.holds(token)


def test_tokens_cannot_be_guessed_from_one_another() -> None:
    sessions = Sessions(lambda: 0.0)
    tokens = {sessions.open() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 40
    assert not sessions.holds("")
    assert not sessions.holds("\udcff")


def test_the_oldest_session_gives_way() -> None:
    sessions = Sessions(lambda: 0.0)
    first, second = sessions.open(), sessions.open()
    for _ in range(MOST - 1):
        sessions.open()
    assert not sessions.holds(first)
    assert sessions.holds(second)

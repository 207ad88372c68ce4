from __future__ import annotations

import base64

import pytest
from server.conftest import PASSWORD, Site

from beeflow.server import auth
from beeflow.server.answers import Refused
from beeflow.server.auth import TRIES, WINDOW, Doorkeeper, network_of


def basic(password: str, user: str = "") -> dict[str, str]:
    encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
    return {"Authorization": f"Basic {encoded}"}


def bearer(password: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {password}"}


async def status(site: Site, headers: dict[str, str]) -> int:
    async with site.client.get("/api/runs", headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize(
    "headers",
    [
        basic(PASSWORD),
        basic(PASSWORD, "anybody"),
        bearer(PASSWORD),
        {"Authorization": f"bearer   {PASSWORD} "},
        {"Authorization": basic(PASSWORD)["Authorization"].replace("Basic", "BASIC")},
    ],
)
async def test_the_password_opens(locked: Site, headers: dict[str, str]) -> None:
    assert await status(locked, headers) == 200


@pytest.mark.parametrize(
    "headers",
    [
        basic("wrong"),
        basic(""),
        basic(PASSWORD + ":"),
        bearer("wrong"),
        bearer(PASSWORD[:-1]),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + base64.b64encode(b"\xff\xfe").decode()},
        {"Authorization": "Basic " + base64.b64encode(PASSWORD.encode()).decode()},
        {"Authorization": "Basic"},
        {"Authorization": "Bearer"},
        {"Authorization": f"Digest {PASSWORD}"},
        {"Authorization": PASSWORD},
        {"Authorization": ""},
    ],
)
async def test_anything_else_is_a_wrong_password(locked: Site, headers: dict[str, str]) -> None:
    async with locked.client.get("/api/runs", headers=headers) as answer:
        assert (answer.status, (await answer.json())["error"]) == (401, "wrong_password")


async def test_without_a_password_one_is_asked_for(locked: Site) -> None:
    async with locked.client.get("/api/runs") as answer:
        assert (answer.status, (await answer.json())["error"]) == (401, "unauthorized")
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="beeflow", Bearer realm="beeflow"'


async def test_a_browser_is_not_made_to_open_a_box(locked: Site) -> None:
    for headers in ({"Accept": "text/html"}, {"Sec-Fetch-Mode": "cors"}):
        async with locked.client.get("/api/runs", headers=headers) as answer:
            assert answer.headers["WWW-Authenticate"] == 'Bearer realm="beeflow"'


async def test_where_there_is_no_password_any_credential_will_do(site: Site) -> None:
    assert await status(site, bearer("whatever")) == 200
    assert await status(site, {}) == 200


async def test_twenty_wrong_passwords_close_the_door_for_a_minute(
    locked: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(TRIES):
        assert await status(locked, bearer("wrong")) == 401
    async with locked.client.get("/api/runs", headers=bearer("wrong")) as answer:
        assert answer.status == 429
        assert 0 < int(answer.headers["Retry-After"]) <= WINDOW + 1
        assert (await answer.json())["error"] == "too_many_tries"
    assert await status(locked, bearer(PASSWORD)) == 429
    # Who is not trying a password is asked for one, as ever; machines are not concerned.
    assert await status(locked, {}) == 401
    async with locked.client.get("/healthz") as answer:
        assert answer.status == 200
    monkeypatch.setattr(auth, "WINDOW", -1.0)
    assert await status(locked, bearer(PASSWORD)) == 200


async def test_a_session_goes_on_while_the_door_is_closed(locked: Site) -> None:
    async with locked.client.post("/login", json={"password": PASSWORD}) as answer:
        assert answer.status == 200
    for _ in range(TRIES):
        await status(locked, bearer("wrong"))
    assert await status(locked, bearer("wrong")) == 429
    assert await status(locked, {}) == 200


async def test_the_login_page_counts_tries_too(locked: Site) -> None:
    for _ in range(TRIES):
        async with locked.client.post("/login", json={"password": "wrong"}) as answer:
            assert answer.status == 401
    async with locked.client.post("/login", json={"password": PASSWORD}) as answer:
        assert answer.status == 429


def test_tries_are_counted_by_address_and_forgotten_after_a_minute() -> None:
    now = [0.0]
    keeper = Doorkeeper("right", lambda: now[0])
    for second in range(TRIES):
        now[0] = float(second)
        with pytest.raises(Refused, match="wrong_password"):
            keeper.try_password("wrong", "10.0.0.1")
    with pytest.raises(Refused, match="too many"):
        keeper.try_password("right", "10.0.0.1")
    keeper.try_password("right", "10.0.0.2")
    now[0] = WINDOW + 0.5
    keeper.try_password("right", "10.0.0.1")
    with pytest.raises(Refused, match="wrong_password"):
        keeper.try_password("wrong", "10.0.0.1")
    with pytest.raises(Refused, match="too many"):
        keeper.try_password("right", "10.0.0.1")


def test_addresses_are_remembered_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "_MOST_ADDRESSES", 3)
    tries = auth.Tries(lambda: 0.0)
    for _ in range(TRIES):
        for host in range(4):
            tries.wrong(f"10.0.0.{host}")
    assert tries.wait("10.0.0.0") == 0
    assert tries.wait("10.0.0.9") == 0
    fresh = auth.Tries(lambda: 0.0)
    for _ in range(TRIES):
        fresh.wrong("10.0.0.3")
    assert fresh.wait("10.0.0.3") == WINDOW


@pytest.mark.parametrize(
    ("remote", "network"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("a socket", "a socket"),
    ],
)
def test_a_client_is_known_by_what_it_can_hardly_change(remote: str, network: str) -> None:
    assert network_of(remote) == network

"""Signing in over HTTP: cookies, refusals, time, and what ends a session."""

import re
from dataclasses import replace

import pytest

from aftersale.bootstrap_desk import desk_users_of
from aftersale.domain.desk import DeskUser, Role
from aftersale.gateway.desk.entry import API, COOKIE

ANN = DeskUser("ann", "Ann Lee", Role.AGENT, ("helpdesk", "group-buy"), ("en",), "orders")


@pytest.fixture
def ann(desk):
    desk.users = desk_users_of(desk.settings, desk.services.uow)
    return desk.users.add(ANN, email="ann@desk.example", now=desk.now)


def origin(desk):
    return {"Origin": str(desk.client.make_url("")).rstrip("/")}


async def sign_in(desk, ann, *, headers=None, **typed):
    code = desk.users.code("ann", now=desk.now, demo_only=False)
    body = {"user": "ann", "password": ann.password, "code": code} | typed
    sent = origin(desk) | (headers or {})
    return await desk.client.post(f"{API}/sign-in", json=body, headers=sent)


def cookies(response):
    return {name: response.cookies[name] for name in response.cookies}


async def me(desk, token, **headers):
    return await desk.client.get(f"{API}/me", headers={"Cookie": f"{COOKIE}={token}"} | headers)


async def test_signing_in_gives_a_cookie_that_no_script_and_no_other_site_gets(desk, ann):
    response = await sign_in(desk, ann)
    assert response.status == 200
    told = await response.json()
    assert (told["user"], told["role"], told["storefronts"]) == (
        "ann", "agent", ["helpdesk", "group-buy"],
    )  # fmt: skip
    session = cookies(response)[COOKIE]
    assert (session["path"], session["samesite"], session["httponly"]) == ("/desk", "Strict", True)
    assert not session["secure"]
    assert told["csrf"] not in session.value
    assert session.value not in str(told)
    again = await me(desk, session.value)
    assert await again.json() == told


@pytest.mark.parametrize("knobs", [{"AFTERSALE_DESK_BASE_URL": "https://desk.example"}])
async def test_behind_tls_the_cookie_travels_by_tls_only(desk, ann):
    response = await sign_in(desk, ann, headers={"Origin": "https://desk.example"})
    assert all(each["secure"] for each in cookies(response).values())


@pytest.mark.parametrize("knobs", [{"AFTERSALE_DESK_BASE_URL": "https://desk.example"}])
@pytest.mark.parametrize("other", ["http://desk.example", "https://desk.example:8443"])
async def test_another_scheme_or_port_is_another_origin(desk, ann, other):
    assert (await sign_in(desk, ann, headers={"Origin": other})).status == 403


async def test_every_wrong_way_gets_the_same_answer(desk, ann):
    desk.users.add(replace(ANN, user="bob", name="Bob"), email="b@desk.example", now=desk.now)
    desk.users.disable("bob", now=desk.now)
    wrong = [
        {"user": "nobody"},
        {"user": "bob"},
        {"password": "four lamps beside"},
        {"code": "000000"},
        {"password": "x", "code": ""},
    ]
    answers = []
    for typed in wrong:
        response = await sign_in(desk, ann, **typed)
        assert COOKIE not in response.cookies
        answers.append((response.status, await response.json()))
    assert all(answer == answers[0] for answer in answers)
    assert (answers[0][0], answers[0][1]["code"]) == (401, "sign_in_refused")


async def test_too_many_failures_have_to_wait_and_are_told_how_long(desk, ann):
    for _ in range(5):
        assert (await sign_in(desk, ann, password="wrong")).status == 401
    response = await sign_in(desk, ann)
    assert (response.status, (await response.json())["code"]) == (429, "sign_in_too_soon")
    assert response.headers["Retry-After"] == "15"
    desk.pass_time(seconds=15)
    assert (await sign_in(desk, ann)).status == 200


async def test_a_known_browser_is_not_held_up_by_strangers(desk, ann):
    browser = cookies(await sign_in(desk, ann))["desk_browser"]
    assert browser["path"] == f"{API}/sign-in"
    for _ in range(5):
        await sign_in(desk, ann, password="wrong")
    assert (await sign_in(desk, ann)).status == 429
    known = {"Cookie": f"desk_browser={browser.value}"}
    assert (await sign_in(desk, ann, headers=known)).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"user": "ann"},
        {"user": ["ann"], "password": "x", "code": "1"},
        {"user": "ann", "password": "x" * 129, "code": "1"},
        {"user": "ann", "password": "x", "code": "1", "role": "admin"},
        [],
        "ann",
    ],
)
async def test_what_is_no_sign_in_is_refused(desk, ann, body):
    response = await desk.client.post(f"{API}/sign-in", json=body, headers=origin(desk))
    assert (response.status, (await response.json())["code"]) == (400, "bad_request")


async def test_a_form_of_another_page_cannot_sign_in(desk, ann):
    form = {"user": "ann", "password": ann.password, "code": "000000"}
    response = await desk.client.post(f"{API}/sign-in", data=form, headers=origin(desk))
    assert response.status == 415


async def test_a_token_planted_before_the_sign_in_opens_nothing_after_it(desk, ann):
    planted = {"Cookie": f"{COOKIE}=planted-by-somebody"}
    response = await sign_in(desk, ann, headers=planted)
    assert cookies(response)[COOKIE].value != "planted-by-somebody"
    assert (await me(desk, "planted-by-somebody")).status == 401


async def test_signing_in_again_ends_the_session_before(desk, ann):
    first = cookies(await sign_in(desk, ann))[COOKIE].value
    second = cookies(await sign_in(desk, ann, headers={"Cookie": f"{COOKIE}={first}"}))[COOKIE]
    assert (await me(desk, first)).status == 401
    assert (await me(desk, second.value)).status == 200


async def test_signing_out_ends_the_session_and_the_presence_at_once(desk):
    ann, sam = desk.person(), desk.person(Role.SUPERVISOR)
    for each in (ann, sam):
        assert (await each.post("/me/presence", {"status": "online"})).status == 200
    reply = await ann.post("/sign-out")
    assert reply.status == 204
    assert re.match(rf'{COOKIE}="";.*Max-Age=0; Path=/desk', reply.headers["Set-Cookie"])
    assert (await ann.get("/me")).status == 401
    assert there(desk) == ["sam"]
    assert desk.trail("desk_user:ann")[-1] == "desk.signed_out"


async def test_what_is_done_keeps_a_session_and_what_the_page_does_does_not(desk):
    ann = desk.person()
    for _ in range(2):
        desk.pass_time(minutes=20)
        assert (await ann.get("/me")).status == 200
    for _ in range(3):
        desk.pass_time(minutes=9)
        assert (await ann.post("/me/presence", {"status": "online"})).status == 200
        quiet = await ann.call("GET", "/me", headers={"X-Desk-Background": "1"})
        assert quiet.status == 200
    desk.pass_time(minutes=4)
    reply = await ann.get("/me")
    assert (reply.status, reply.body["code"]) == (401, "not_signed_in")
    assert there(desk) == []
    assert desk.trail("desk_user:ann")[-1] == "desk.session_over"


@pytest.mark.parametrize("knobs", [{"AFTERSALE_DESK_IDLE_MINUTES": "1"}])
async def test_the_idle_time_is_a_setting(desk):
    ann = desk.person()
    assert (await ann.get("/me")).body["idle_seconds"] == 60
    desk.pass_time(seconds=61)
    assert (await ann.get("/me")).status == 401


async def test_whoever_is_disabled_is_out_at_once(desk, ann):
    token = cookies(await sign_in(desk, ann))[COOKIE].value
    desk.users.disable("ann", now=desk.now)
    assert (await me(desk, token)).status == 401
    assert (await sign_in(desk, ann)).status == 401


async def test_everything_at_the_door_is_in_the_audit(desk, ann):
    await sign_in(desk, ann, password="wrong")
    await sign_in(desk, ann, user="nobody")
    await sign_in(desk, ann)
    desk.users.change("ann", now=desk.now, role=Role.REVIEWER)
    assert desk.trail("desk_user:ann") == [
        "desk_user.added", "desk.sign_in_refused", "desk.signed_in", "desk_user.changed",
    ]  # fmt: skip
    assert desk.trail("desk_user:unknown") == ["desk.sign_in_refused"]


# -- presence ---------------------------------------------------------------------------------


def there(desk, storefront="helpdesk"):
    with desk.services.uow() as uow:
        return [each.agent for each in uow.agents.present(storefront, desk.now)]


async def test_who_is_there_says_so_and_is_gone_a_minute_after_the_last_word(desk):
    ann = desk.person()
    reply = await ann.post("/me/presence", {"status": "online"})
    assert reply.body["status"] == "online"
    assert there(desk) == ["ann"]
    desk.pass_time(seconds=59)
    assert there(desk) == ["ann"]
    desk.pass_time(seconds=1)
    assert there(desk) == []


async def test_away_is_gone_at_once(desk):
    ann = desk.person()
    await ann.post("/me/presence", {"status": "online"})
    assert (await ann.post("/me/presence", {"status": "away"})).body["status"] == "away"
    assert there(desk) == []


async def test_somebody_is_there_for_their_storefronts_or_the_ones_they_chose(desk):
    ann = desk.person(ANN)
    await ann.post("/me/presence", {"status": "online"})
    assert (there(desk), there(desk, "group-buy"), there(desk, "status-gated")) == (
        ["ann"], ["ann"], [],
    )  # fmt: skip
    await ann.post("/me/presence", {"status": "online", "storefronts": ["group-buy"]})
    assert (there(desk), there(desk, "group-buy")) == ([], ["ann"])


@pytest.mark.parametrize("storefront", ["status-gated", "nowhere"])
async def test_nobody_is_there_for_a_storefront_that_is_not_theirs(desk, storefront):
    body = {"status": "online", "storefronts": [storefront]}
    reply = await desk.person(ANN).post("/me/presence", body)
    assert (reply.status, reply.body["code"]) == (404, "unknown_storefront")


@pytest.mark.parametrize(
    "body",
    [
        {}, {"status": "busy"}, {"status": None}, {"status": "online", "storefronts": "helpdesk"},
        {"status": "online", "storefronts": [1]}, {"status": "online", "until": "2099"},
    ],
)  # fmt: skip
async def test_a_presence_that_is_none_is_refused(desk, body):
    reply = await desk.person().post("/me/presence", body)
    assert (reply.status, reply.body["code"]) == (400, "bad_request")

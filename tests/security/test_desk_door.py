"""What the desk's door promises: nothing to steal in database or log, nothing to replay."""

import json
import logging
import re

import pytest

from aftersale.bootstrap_desk import desk_users_of
from aftersale.domain.desk import DeskUser, Role
from aftersale.gateway.app import create_app
from aftersale.gateway.desk.assets import PAGE_POLICY
from aftersale.gateway.desk.entry import API, COOKIE, CSRF_HEADER
from aftersale.logs import JsonLines
from aftersale.store.database import make_engine
from tests.integration.desk.conftest import cheap_passwords, desk  # noqa: F401
from tests.integration.desk.test_door import routes

ANN = DeskUser("ann", "Ann Lee", Role.AGENT)


@pytest.fixture
def knobs():
    return {}


@pytest.fixture
def ann(desk):  # noqa: F811
    desk.users = desk_users_of(desk.settings, desk.services.uow)
    return desk.users.add(ANN, email="ann@desk.example", now=desk.now)


async def sign_in(desk, ann, **typed):  # noqa: F811
    code = desk.users.code("ann", now=desk.now, demo_only=False)
    body = {"user": "ann", "password": ann.password, "code": code} | typed
    headers = {"Origin": str(desk.client.make_url("")).rstrip("/")}
    return await desk.client.post(f"{API}/sign-in", json=body, headers=headers)


def everything_stored(settings):
    """The whole database as text."""
    engine = make_engine(settings.database_url)
    with engine.connect() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())
    engine.dispose()
    return dump


async def test_the_database_holds_nothing_that_signs_anybody_in(desk, ann):  # noqa: F811
    response = await sign_in(desk, ann)
    token = response.cookies[COOKIE].value
    csrf = (await response.json())["csrf"]
    stored = everything_stored(desk.settings)
    for secret in (token, csrf, ann.password, ann.secret, response.cookies["desk_browser"].value):
        assert secret not in stored
    assert "$argon2id$" in stored


async def test_the_log_holds_neither_what_was_typed_nor_a_token(desk, ann, caplog):  # noqa: F811
    caplog.set_level(logging.DEBUG)
    response = await sign_in(desk, ann, password="a wrong password of ann")
    assert response.status == 401
    response = await sign_in(desk, ann)
    token = response.cookies[COOKIE].value
    person = {"Cookie": f"{COOKIE}={token}"}
    await desk.client.get(f"{API}/conversations/c-secret-id", headers=person)
    # The server of the tests keeps a log of its own; that of the product keeps none.
    ours = [record for record in caplog.records if record.name.startswith("aftersale")]
    written = "\n".join(JsonLines().format(record) for record in ours)
    assert "desk_sign_in" in written
    for secret in ("a wrong password of ann", ann.password, token, "c-secret-id", "Ann Lee"):
        assert secret not in written


async def test_no_cookie_is_ever_read_from_an_address(desk):  # noqa: F811
    person = desk.person()
    response = await desk.client.get(f"{API}/me?{COOKIE}={person.token}")
    assert response.status == 401


async def test_the_token_of_another_session_is_no_token(desk):  # noqa: F811
    ann, sam = desk.person(), desk.person(Role.SUPERVISOR)
    reply = await ann.call("POST", "/sign-out", headers={CSRF_HEADER: sam.headers[CSRF_HEADER]})
    assert (reply.status, reply.body["code"]) == (403, "csrf_missing")


async def test_a_token_in_the_body_or_the_address_counts_for_nothing(desk):  # noqa: F811
    ann = desk.person()
    shown = ann.headers[CSRF_HEADER]
    sent = {CSRF_HEADER: ""}
    reply = await ann.call("POST", f"/sign-out?csrf={shown}", json={"csrf": shown}, headers=sent)
    assert (reply.status, reply.body["code"]) == (403, "csrf_missing")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "TRACE", "CONNECT", "PROPFIND"])
async def test_other_methods_open_nothing(desk, method):  # noqa: F811
    ann = desk.person()
    response = await desk.client.request(method, f"{API}/me", headers=ann.headers)
    assert response.status in {401, 403, 405}


async def test_the_page_allows_no_script_but_its_own_and_no_frame():
    rules = dict(part.strip().split(" ", 1) for part in PAGE_POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert not re.search(r"unsafe|\*|https?:|nonce|strict-dynamic", PAGE_POLICY)


async def test_the_desk_is_no_part_of_what_buyers_reach(desk):  # noqa: F811
    public = create_app(desk.services, desk.settings, with_jobs=False)
    there = {route.resource.canonical for route in public.router.routes()}
    assert not [path for path in there if re.match(r"/desk(/|$)", path)]
    mine = [path for _, path, _ in routes(desk)] + [p for _, p, _ in routes(desk, of_api=False)]
    assert not [path for path in mine if path.startswith("/api/")]


@pytest.mark.parametrize(
    "body", [b"", b"[", b"[" * 5000, b"\xff\xfe", b"{}", b"null", b"1" * 70000]
)
async def test_whatever_is_sent_to_the_door_is_answered_with_a_problem(desk, body):  # noqa: F811
    headers = {
        "Origin": str(desk.client.make_url("")).rstrip("/"),
        "Content-Type": "application/json",
    }
    response = await desk.client.post(f"{API}/sign-in", data=body, headers=headers)
    assert response.status in {400, 413}
    assert response.content_type == "application/problem+json"
    assert json.loads(await response.text())["code"] in {"bad_request", "body_too_large"}


@pytest.mark.parametrize("knobs", [{"AFTERSALE_RATE_ADDRESS": "3/0"}])
async def test_who_asks_too_fast_is_held_back_and_nobody_else(desk):  # noqa: F811
    ann, sam = desk.person(), desk.person(Role.SUPERVISOR)
    answers = [(await ann.get("/me")).status for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    assert (await sam.get("/me")).status == 200


async def test_a_file_outside_of_the_build_is_not_given(desk):  # noqa: F811
    for path in (
        "/desk/assets/x/..%2f..%2f..%2fsecrets.json",
        "/desk/assets/../secrets.json",
        "/desk/assets/x/manifest.json",
        "/desk/assets/%2e%2e/index.html",
    ):
        response = await desk.client.get(path)
        assert response.status in {200, 401, 404, 503}  # 503: the page, before a build
        assert "secret" not in await response.text()

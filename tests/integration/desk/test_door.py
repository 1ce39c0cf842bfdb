"""Who gets in at the desk, and what is refused before any handler runs."""

import re

import pytest
from aiohttp import web

from aftersale.adapters.faces import FaceFolder
from aftersale.domain.desk import Role
from aftersale.gateway.desk.entry import API, COOKIE, CSRF_HEADER
from aftersale.gateway.desk.routes import OPEN


def routes(desk, *, of_api=True):
    """Every route of the desk's app, with its addresses filled in."""
    for route in desk.client.app.router.routes():
        path = re.sub(r"\{[^{}]*\}", "x", route.resource.canonical)
        if path.startswith(API) is of_api:
            yield route.method, path, route.name


async def test_there_are_routes_to_walk(desk):
    assert len(list(routes(desk))) >= 4


async def test_every_route_but_the_open_ones_refuses_who_is_not_signed_in(desk):
    origin = {"Origin": str(desk.client.make_url("")).rstrip("/")}
    for method, path, name in routes(desk):
        if name in OPEN:
            continue
        response = await desk.client.request(method, path, headers=origin)
        assert response.status == 401, (method, path)
        if method != "HEAD":
            assert (await response.json())["code"] == "not_signed_in"


async def test_nothing_outside_the_interface_needs_a_session_or_is_forgotten(desk):
    assert {name for _, _, name in routes(desk, of_api=False)} <= OPEN


async def test_every_route_that_changes_something_refuses_a_missing_token(desk):
    ada = desk.person(Role.ADMIN)
    for method, path, name in routes(desk):
        if method in {"GET", "HEAD"} or name in OPEN:
            continue
        for shown in ("", "x" * 64):
            reply = await ada.call(method, path.removeprefix(API), headers={CSRF_HEADER: shown})
            assert (reply.status, reply.body["code"]) == (403, "csrf_missing"), (method, path)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8080"},  # the chat, on the same host
        {"Origin": "http://localhost.evil.example:8090"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_every_route_refuses_pages_of_other_origins(desk, headers):
    ada = desk.person(Role.ADMIN)
    for method, path, _ in routes(desk):
        response = await desk.client.request(method, path, headers=ada.headers | headers)
        assert response.status == 403, (method, path)
        if method != "HEAD":
            assert (await response.json())["code"] == "origin_not_allowed"


async def test_a_caller_that_names_no_origin_changes_nothing(desk):
    ann = desk.person()
    sent = {name: value for name, value in ann.headers.items() if name != "Origin"}
    response = await desk.client.post(f"{API}/sign-out", headers=sent)
    assert (await response.json())["code"] == "origin_not_allowed"
    assert (await ann.get("/me")).status == 200


async def test_an_unknown_address_tells_nothing_without_a_session(desk):
    reply = await desk.client.get(f"{API}/nowhere")
    assert reply.status == 401
    assert (await desk.person().get("/nowhere")).status == 404


async def test_every_answer_carries_the_security_headers(desk):
    for path in ("/desk", "/desk/inbox/mine", f"{API}/me", f"{API}/nowhere", "/nowhere"):
        headers = (await desk.client.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in headers
    page = (await desk.client.get("/desk")).headers["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'; trusted-types 'none'" in page


async def test_me_tells_who_i_am(desk):
    ann = desk.person()
    reply = await ann.get("/me")
    assert reply.status == 200
    assert reply.body == {
        "user": "ann", "name": "Ann Lee", "role": "agent", "storefronts": [],
        "languages": ["en", "de"], "team": "orders", "picture": None,
        "csrf": ann.headers[CSRF_HEADER], "idle_seconds": 1800,
    }  # fmt: skip


async def test_a_wrong_cookie_opens_nothing(desk):
    desk.person()
    reply = await desk.client.get(f"{API}/me", headers={"Cookie": f"{COOKIE}=guessed"})
    assert reply.status == 401


async def test_a_route_may_be_framed_by_a_page_that_it_names(desk):
    from aftersale.gateway.desk.entry import framed_by
    from aftersale.gateway.desk.middleware import secure

    async def framed(_request):
        return framed_by(web.Response(), "default-src 'none'; frame-ancestors https://a.example")

    response = await secure(None, framed)
    assert "X-Frame-Options" not in response.headers
    assert response.headers["Content-Security-Policy"].endswith("https://a.example")


async def test_pictures_of_people_are_for_everybody_and_nothing_else_of_the_folder_is(desk):
    address = FaceFolder(desk.settings.data_dir / "faces").draw("Ann Lee")
    response = await desk.client.get(address)
    assert (response.status, response.content_type) == (200, "image/jpeg")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for other in ("..%2faftersale.db", "x.jpg", f"{'0' * 32}.jpg", "%2e%2e"):
        assert (await desk.client.get(f"/widget/faces/{other}")).status in {401, 404}

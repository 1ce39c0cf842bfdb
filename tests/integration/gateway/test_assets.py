"""The chat widget's files and the page that holds nothing but the chat."""

import gzip
import json

import pytest

from tests.integration.gateway.world import SHOP

PANEL = "/widget/v1/abc123/panel.js"


@pytest.fixture
def knobs(tmp_path, knobs):
    return knobs | {"AFTERSALE_WIDGET_DIR": str(tmp_path / "dist")}


@pytest.fixture
def built(tmp_path):
    folder = tmp_path / "dist"
    for name, text in (
        ("widget.js", "loader()"),
        ("v1/abc123/panel.js", "export {}"),
        ("locales/en.json", "{}"),
        ("manifest.json", json.dumps({"version": "abc123"})),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


async def get(world, path, **headers):
    """Ask as a browser does; what is no part of the interface is not described."""
    headers = {"Accept-Encoding": "identity"} | headers
    return await world.client.get(path, headers=headers, auto_decompress=False)


@pytest.mark.parametrize(
    ("path", "content_type", "text"),
    [
        ("/widget.js", "text/javascript", b"loader()"),
        (PANEL, "text/javascript", b"export {}"),
        ("/widget/locales/en.json", "application/json", b"{}"),
    ],
)
async def test_any_page_may_load_the_widget(built, world, path, content_type, text):
    answer = await get(world, path)
    assert (answer.status, answer.content_type) == (200, content_type)
    assert await answer.read() == text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_what_has_its_content_in_its_name_is_kept_for_ever_and_the_rest_a_while(
    built, world
):
    assert "immutable" in (await get(world, PANEL)).headers["Cache-Control"]
    assert (await get(world, "/widget.js")).headers["Cache-Control"] == "public, max-age=300"


async def test_browsers_get_it_packed_and_not_twice(built, world):
    answer = await get(world, "/widget.js", **{"Accept-Encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(await answer.read()) == b"loader()"
    again = await get(world, "/widget.js", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")


async def test_a_new_build_is_served_without_a_restart(built, world):
    await get(world, "/widget.js")
    (built / "widget.js").write_text("newer()")
    (built / "manifest.json").write_text("{}")
    assert await (await get(world, "/widget.js")).read() == b"newer()"


@pytest.mark.parametrize(
    "path",
    [
        "/widget/v1/other/panel.js",
        "/widget/locales/xx.json",
        "/widget/locales/..%2Fmanifest.json",
        "/widget/v1/..%2f..%2fmanifest.json/panel.js",
    ],
)
async def test_nothing_else_of_the_folder_is_given(built, world, path):
    assert (await get(world, path)).status == 404


async def test_without_a_build_that_is_said_and_everything_else_works(world, caplog):
    answer = await get(world, "/widget.js")
    assert answer.status == 404
    assert answer.content_type == "application/problem+json"
    assert (await get(world, "/livez")).status == 200


async def test_without_a_build_the_log_says_what_to_do(make_world, caplog):
    await make_world()
    assert "make widget" in caplog.text


async def test_the_chat_is_a_page_of_its_own_under_the_strictest_policy(built, world):
    page = await get(world, f"/chat?storefront={SHOP}&locale=ar")
    text = await page.text()
    assert f'<aftersale-chat storefront="{SHOP}" standalone locale="ar">' in text
    assert '<html lang="ar" dir="rtl">' in text
    policy = page.headers["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("locale", ['"><script>', "english", "e", "en-" + "x" * 40])
async def test_an_odd_language_is_left_out(built, world, locale):
    page = await world.client.get("/chat", params={"storefront": SHOP, "locale": locale})
    assert '<html lang="en" dir="ltr">' in await page.text()
    assert f'storefront="{SHOP}" standalone>' in await page.text()


async def test_a_shop_that_is_not_there_has_no_chat(built, world):
    assert (await get(world, "/chat?storefront=%22%3E%3Cscript%3E")).status == 404

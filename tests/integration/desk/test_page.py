"""The desk's page and its files, as the build left them."""

import os

import pytest


@pytest.fixture
def built(tmp_path):
    return tmp_path / "dist" / "desk"


@pytest.fixture
def knobs(tmp_path):
    return {"AFTERSALE_WIDGET_DIR": str(tmp_path / "dist")}


def build(folder, version, text):
    """Leave behind what the build does; the manifest is written last."""
    assets = folder / "assets" / version
    assets.mkdir(parents=True)
    (assets / "main.js").write_text(text)
    (assets / "icon.svg").write_text("<svg/>")
    (assets / "notes.txt").write_text("not for the browser")
    page = f'<!doctype html><script type="module" src="/desk/assets/{version}/main.js"></script>'
    (folder / "index.html").write_text(page)
    manifest = folder / "manifest.json"
    manifest.write_text("{}")
    os.utime(manifest, ns=(0, hash(version) % 10**9))


async def text(desk, path, **headers):
    response = await desk.client.get(path, headers=headers)
    return response.status, await response.text()


async def test_without_a_build_the_page_says_so(desk):
    status, said = await text(desk, "/desk")
    assert status == 503
    assert "make widget" in said


@pytest.mark.parametrize("path", ["/desk", "/desk/", "/desk/inbox/mine", "/desk/orders/HD/55821"])
async def test_every_address_of_the_pages_own_router_is_the_page(desk, built, path):
    build(built, "v1", "one")
    status, said = await text(desk, path)
    assert status == 200
    assert 'src="/desk/assets/v1/main.js"' in said


@pytest.mark.parametrize("path", ["/desk/api", "/desk/api/", "/desk/api/nowhere", "/desks", "/x"])
async def test_and_no_other_address_is(desk, built, path):
    build(built, "v1", "one")
    status, said = await text(desk, path)
    assert status in {401, 404}
    assert "<script" not in said


async def test_the_bare_address_leads_to_the_desk(desk):
    response = await desk.client.get("/", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (302, "/desk")


async def test_a_file_is_kept_for_ever_and_sent_once(desk, built):
    build(built, "v1", "one " * 100)
    first = await desk.client.get("/desk/assets/v1/main.js")
    assert first.content_type == "text/javascript"
    assert first.headers["Cache-Control"].endswith("immutable")
    assert first.headers["Content-Encoding"] == "gzip"
    assert await first.text() == "one " * 100
    again, _ = await text(
        desk, "/desk/assets/v1/main.js", **{"If-None-Match": first.headers["ETag"]}
    )
    assert again == 304


async def test_what_is_no_part_of_the_desk_is_not_given(desk, built):
    build(built, "v1", "one")
    for path in ("v1/notes.txt", "v1/nothing.js", "v2/main.js", "v1/..%2f..%2findex.html"):
        status, said = await text(desk, f"/desk/assets/{path}")
        assert status in {401, 404}
        assert "not for the browser" not in said
        assert "<script" not in said


async def test_the_next_build_is_taken_without_a_restart_and_the_last_one_stays(desk, built):
    build(built, "v1", "one")
    await text(desk, "/desk")
    build(built, "v2", "two")
    assert "/v2/main.js" in (await text(desk, "/desk"))[1]
    assert await text(desk, "/desk/assets/v1/main.js") == (200, "one")
    assert await text(desk, "/desk/assets/v2/main.js") == (200, "two")

"""The demo shop: a page for each storefront, for nobody but this machine."""

from dataclasses import replace

import pytest

from aftersale.demo.keys import ensure_demo_keys
from aftersale.demo.shop_pages import ABOUT, PICTURES
from aftersale.gateway.keys import SETTINGS
from aftersale.store.demo_catalogue import PRODUCTS
from tests.integration.gateway.world import SHOP

ADDRESSES = ["/shop", "/shop/shop.js", "/shop/shop.css", f"/shop/{SHOP}"]


@pytest.fixture
def knobs(knobs):
    return knobs | {"AFTERSALE_MODE": "demo"}


class TestElsewhere:
    @pytest.fixture(params=[{"AFTERSALE_MODE": "test"}, {"AFTERSALE_HOST": "0.0.0.0"}])
    def knobs(self, knobs, request):
        return knobs | request.param

    @pytest.mark.parametrize("path", [*ADDRESSES, f"/shop/{SHOP}/identity"])
    async def test_there_is_no_shop_but_in_a_demo_of_this_machine(self, world, path):
        assert (await world.client.get(path)).status == 404


@pytest.mark.parametrize("path", ADDRESSES)
async def test_the_shop_answers_in_a_demo(world, path):
    assert (await world.client.get(path)).status == 200


@pytest.mark.parametrize("path", ADDRESSES)
async def test_a_foreign_name_that_leads_here_finds_nothing(world, path):
    answer = await world.client.get(path, headers={"Host": "shop.example:8080"})
    assert answer.status == 404


@pytest.mark.parametrize("path", ["/shop/none", "/shop/none/identity", "/shop/<b>"])
async def test_a_shop_that_is_not_there_is_not_found(world, path):
    assert (await world.client.get(path)).status == 404


async def test_every_shop_is_listed(world):
    text = await (await world.client.get("/shop")).text()
    assert [name for name in ABOUT if f'href="/shop/{name}"' not in text] == []


async def test_the_orders_page_shows_what_the_buyer_bought_and_holds_the_chat(world):
    await world.open(world.identity("ann", email="ann@example.com", given_name="<b>Ann</b>"))
    order = world.add_order("ann")
    world.add_order("ann", lines=(replace(order.lines[0], name="<b>Shoes</b>"),), number="1")
    page = await world.client.get(f"/shop/{SHOP}", params={"buyer": "ann@example.com"})
    text = await page.text()
    assert "&lt;b&gt;Shoes&lt;/b&gt;" in text
    assert "<b>" not in text
    assert f'<script src="/widget.js" data-storefront="{SHOP}" async>' in text


async def test_the_policy_of_the_page_is_the_strictest(world):
    policy = (await world.client.get(f"/shop/{SHOP}")).headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self';", "require-trusted-types-for 'script'"):
        assert part in policy
    assert "unsafe" not in policy


async def test_a_guest_sees_no_orders(world):
    text = await (await world.client.get(f"/shop/{SHOP}?buyer=guest")).text()
    assert "You are not signed in" in text
    assert 'data-buyer=""' in text


async def test_a_language_that_is_written_from_right_to_left_turns_the_page(world):
    text = await (await world.client.get(f"/shop/{SHOP}?buyer=guest&locale=ar")).text()
    assert '<html lang="ar" dir="rtl"' in text


async def test_the_shop_signs_for_a_buyer_it_knows_and_for_nobody_else(world):
    settings = world.client.server.app[SETTINGS]
    ensure_demo_keys(settings.identity_keys, [SHOP])
    await world.open(world.identity("ann", email="ann@example.com"))
    known = await world.client.get(f"/shop/{SHOP}/identity?buyer=ann@example.com")
    assert (await known.text()).count(".") == 2
    for other in ("bob@example.com", "guest", "", "x" * 300):
        answer = await world.client.get(f"/shop/{SHOP}/identity", params={"buyer": other})
        assert answer.status == 404


def test_every_product_has_a_picture():
    names = [product.name for products in PRODUCTS.values() for product in products]
    without = [n for n in names if not PICTURES.keys() & set(n.lower().replace(",", " ").split())]
    assert without == []

"""The chat on a shop's page: loads under the strictest policy and costs next to nothing."""

import pytest
from playwright.sync_api import expect

STOREFRONTS = ["group-buy", "helpdesk", "seller-direct", "status-gated", "supplier-consent"]


@pytest.mark.parametrize("storefront", STOREFRONTS)
def test_every_demo_shop_shows_orders_and_offers_the_chat(visit, storefront):
    buyer = visit(f"/shop/{storefront}")
    expect(buyer.page.get_by_role("article")).to_have_count(3)
    expect(buyer.page.get_by_role("button", name="Open chat")).to_be_visible()
    buyer.open()
    expect(buyer.panel).to_be_visible()


def test_the_page_of_its_own_is_open_at_once(visit):
    buyer = visit("/chat?storefront=status-gated")
    expect(buyer.panel).to_be_visible()
    buyer.say("hello")
    assert "assistant" in buyer.last


def test_a_violation_of_the_policy_is_seen(visit):
    # The proof that the check at the end of every test can fail.
    buyer = visit("/shop/status-gated")
    buyer.page.evaluate("document.body.setAttribute('style', 'color:red')")
    buyer.page.evaluate("try { document.body.innerHTML = '<b>x</b>' } catch {}")
    found = buyer.violations
    assert any(each.startswith("style-src-attr") for each in found)
    assert any(each.startswith("require-trusted-types-for") for each in found)
    buyer.errors.clear()
    buyer.page.evaluate("window.__violations.length = 0")

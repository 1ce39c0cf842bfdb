"""Who the buyer is: unknown first, signed in later without losing the thread, and gone again."""

from playwright.sync_api import expect


def test_a_guest_who_signs_in_keeps_the_thread(visit, world):
    record = world.buyer("status-gated")
    order = world.order(record)
    buyer = visit("/shop/status-gated?buyer=guest")
    buyer.open()
    buyer.say(f"cancel order {order.number}")
    assert "Shall I cancel it?" not in buyer.last
    before = [row["text"] for row in buyer.shown]
    buyer.go(f"/shop/status-gated?buyer={record.email}")
    buyer.open()
    expect(buyer.own).to_have_count(1)
    assert [row["text"] for row in buyer.shown][: len(before)] == before
    buyer.say(f"cancel order {order.number}")
    assert "Shall I cancel it?" in buyer.last


def test_help_with_an_order_is_about_that_order(visit, world):
    record = world.buyer("status-gated")
    order, _ = world.order(record), world.order(record)
    buyer = visit(f"/shop/status-gated?buyer={record.email}")
    buyer.page.locator(f"[data-help='{order.number}']").click()
    expect(buyer.panel).to_be_visible()
    buyer.page.get_by_role("button", name=f"Where is order {order.number}?").click()
    buyer.answered(1)
    assert f"Order {order.number}" in buyer.last


def test_signing_out_leaves_nothing_of_the_talk_behind(visit):
    buyer = visit("/shop/status-gated")
    buyer.open()
    buyer.say("hello")
    buyer.page.evaluate("Aftersale.logout()")
    expect(buyer.rows).to_have_count(0)
    kept = buyer.page.evaluate("JSON.stringify({...localStorage})")
    assert "hello" not in kept
    buyer.page.reload()
    buyer.go("/shop/status-gated?buyer=guest")
    buyer.open()
    expect(buyer.rows).to_have_count(0)

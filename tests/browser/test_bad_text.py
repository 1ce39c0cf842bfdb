"""HTML and script in every text are text: on the screen, in names, in the language of the page."""

import pytest
from playwright.sync_api import expect

from tests.conversation.world import line

BAD = "script, style, b, svg[onload], aftersale-chat, [onerror]"
NASTY = [
    "<img src=x onerror=\"document.title='owned'\">",
    "<script>document.title='owned'</script>",
    "[press](javascript:document.title='owned')",
    "**<b>bold</b>** `<svg/onload=alert(1)>`",
    "<!-- --> &lt;i&gt; ]]> {{7*7}} ${7*7}",
    "<aftersale-chat storefront=x></aftersale-chat></textarea><style>*{display:none}</style>",
]


@pytest.mark.parametrize("text", NASTY)
def test_what_a_buyer_writes_is_shown_as_it_is_and_runs_nowhere(visit, text):
    buyer = visit("/shop/helpdesk?buyer=guest")
    buyer.open()
    buyer.say(text)
    (own,) = [row for row in buyer.shown if row["author"] == "buyer"]
    for piece in text.split():
        assert piece in own["text"]
    harmless(buyer)


def test_what_a_shop_calls_its_goods_runs_nowhere(visit, world):
    nasty = "<img src=x onerror=alert(1)><b>Shoes</b> [x](javascript:alert(1))"
    record = world.buyer("helpdesk")
    seller = {"id": "s<1>", "nickname": nasty, "email": "x@example.com"}
    lines = [line(name=nasty, options={"<i>size</i>": nasty})]
    order = world.order(record, lines=lines, seller=seller)
    world.order(record)
    buyer = visit(f"/shop/helpdesk?buyer={record.email}")
    buyer.open()
    buyer.say("where is my order")
    buyer.say(order.number)
    expect(buyer.log.get_by_text("<b>Shoes</b>").first).to_be_attached()
    harmless(buyer)


def harmless(buyer):
    assert buyer.page.title() != "owned"
    inside = buyer.log.evaluate(
        "(log, bad) => [...log.querySelectorAll(bad)].map(each => each.outerHTML)", BAD
    )
    assert inside == []
    hrefs = buyer.log.evaluate("log => [...log.querySelectorAll('a')].map(a => a.protocol)")
    assert set(hrefs) <= {"http:", "https:", "mailto:", "tel:"}

"""Mail to a seller that comes back starts the way for it by itself: a report, a case, a word."""

import pytest

from aftersale.bootstrap import bootstrap
from tests.conversation.records import about, outbox
from tests.conversation.world import seller

ASKS = "Could you please put it into a gift box?"


def written_to(world, buyer, maker):
    """Write to a seller, deliver it, and return what its mail carried."""
    order = world.order(buyer, seller=maker)
    buyer.say(f"please contact the seller of {order.number}")
    buyer.say(ASKS)
    buyer.press("Yes, send it")
    [token] = [row["payload"]["reply_token"] for row in outbox(world, order)]
    world.sweep()
    return order, token


def comes_back(world, token, *, action="failed"):
    """Put what a mail server says of a letter into the inbox, and look into that."""
    inbox = world.settings.data_dir / "inbox"
    inbox.mkdir(exist_ok=True)
    name = f"{token[:8]}-{len(list(inbox.iterdir()))}"
    report = (
        f"From: MAILER-DAEMON@mx.example\r\nTo: replies+b.{token}@shop.example\r\n"
        f"Message-ID: <{name}@mx.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; "
        'report-type=delivery-status; boundary="x"\r\n\r\n--x\r\n'
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; birch@example.com\r\nAction: {action}\r\n"
        "Status: 5.1.1\r\n\r\n--x--\r\n"
    )
    (inbox / f"{name}.eml").write_bytes(report.encode())
    services = bootstrap(world.settings)
    try:
        services.run_inbox()
    finally:
        services.close()


def is_told(heard):
    return "came back" in heard.text


@pytest.mark.req("R0.19")
@pytest.mark.req("R0.20")
@pytest.mark.req("R0.21")
@pytest.mark.parametrize("storefront", ["seller-direct", "status-gated"])
def test_a_letter_of_ours_that_comes_back_is_reported_and_taken_over_unasked(world, storefront):
    buyer, maker = world.buyer(storefront), seller()
    order, token = written_to(world, buyer, maker)
    comes_back(world, token, action="delayed")
    assert not about(world, "cases", order)

    comes_back(world, token)
    told = buyer.waits_for(is_told)
    [case] = about(world, "cases", order)
    assert (case["type"], case["owner"]) == ("seller_unreachable", "platform")
    assert case["number"] in told.text
    assert maker["nickname"] in told.text
    [report] = about(world, "bounce_reports", order)
    assert (report["reported_by"], report["case_number"]) == ("mail", case["number"])
    assert report["bounced_address"] == maker["email"]
    [reached] = world.sql(
        "SELECT email_bounced_at FROM sellers WHERE seller_id LIKE :s", s=f"%:{maker['id']}"
    )
    assert reached["email_bounced_at"]

    comes_back(world, token)
    assert len(about(world, "cases", order)) == len(about(world, "bounce_reports", order)) == 1
    assert world.log(buyer).text.count("came back") == 1


@pytest.mark.req("R0.20")
def test_a_bounce_that_a_buyer_hands_on_starts_the_report(world):
    buyer, maker = world.buyer("seller-direct"), seller()
    world.order(buyer, seller=seller())
    order = world.order(buyer, seller=maker)
    said = f"What now?\n\nMy mail to {maker['email']} came back: 550 5.1.1 no such mailbox"
    asked = buyer.say(said)
    assert f"I'm sorry your mail to {maker['nickname']} came back" in asked.text
    buyer.say("yesterday")
    shown = buyer.say("when it arrives")
    assert "550 5.1.1 no such mailbox" in shown.text
    buyer.say("yes")
    [report] = about(world, "bounce_reports", order)
    assert (report["reported_by"], report["bounced_address"]) == ("buyer", maker["email"])
    assert "550 5.1.1" in report["evidence"]

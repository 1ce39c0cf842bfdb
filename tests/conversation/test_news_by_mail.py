"""A buyer who left hears of it by mail, and comes back to the same conversation."""

import pytest

from tests.conversation.letters import letters, look, press

STOREFRONT = "supplier-consent"


@pytest.fixture
def buyer(world):
    return world.buyer(STOREFRONT)


def agreed(world, buyer):
    """A cancellation that the supplier agreed to after the undo window."""
    seller = f"{buyer.subject}@supplier.example"
    known = {"id": f"s-{buyer.subject}", "nickname": "Birch & Co", "email": seller}
    order = world.order(buyer, seller=known)
    buyer.say(f"cancel {order.number}")
    buyer.say("yes")
    world.later(seconds=61)
    world.sweep()
    (letter,) = letters(world, seller)
    press(letter.link, "agree")
    return order


def test_what_happened_meanwhile_comes_by_mail_with_a_link_back(world, buyer):
    order = agreed(world, buyer)
    world.sweep()
    assert letters(world, buyer.email) == []  # the buyer may still be looking
    world.later(minutes=11)
    world.sweep()
    mails = letters(world, buyer.email)
    assert mails
    assert order.number in mails[0].subject
    assert "agreed" in "".join(mail.text for mail in mails)

    page = look(mails[0].back)
    assert page.status == 200
    assert order.number not in page.text  # scanners follow links
    shown = press(mails[0].back, "agree")
    assert shown.status == 200
    assert order.number in shown.text
    assert "agreed" in shown.text
    assert press(mails[0].back, "agree").status == 410
    rows = world.sql(
        "SELECT answer FROM one_time_links WHERE purpose = 'return_to_chat' AND subject_id = :c"
        " AND used_at IS NOT NULL",
        c=buyer.client.conversation_id,
    )
    assert [row["answer"] for row in rows] == ["used"]


def test_what_the_buyer_fetched_does_not_come_by_mail(world, buyer):
    agreed(world, buyer)
    world.sweep()
    buyer.waits_for(lambda heard: "agreed" in heard.text)
    buyer.client.events(wait=0)  # asking for what comes next shows that it was received
    world.later(minutes=11)
    world.sweep()
    assert letters(world, buyer.email) == []

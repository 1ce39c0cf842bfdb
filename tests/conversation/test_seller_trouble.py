"""Sellers who cannot be reached or cannot deliver: reports, outreach, ways on, counts."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from aftersale.bootstrap import bootstrap
from aftersale.cli import main
from aftersale.cli import opened as cli_opened
from aftersale.services.seller_links import hash_token
from tests.conversation.letters import letters, press
from tests.conversation.records import about, outbox
from tests.conversation.test_letters_to_sellers import ASKS, attempts, is_answer, written
from tests.conversation.world import line, seller, shipped

STOREFRONT = "seller-direct"
BOUNCED = "Undelivered Mail Returned to Sender: 550 5.1.1 unknown user"


@pytest.fixture
def buyer(world):
    return world.buyer(STOREFRONT)


def command(world, monkeypatch, *typed):
    """Run a command of the operator in the installation of this world."""
    monkeypatch.setattr(cli_opened, "settings", lambda: world.settings)
    monkeypatch.setattr("aftersale.cli.sellers.settings", lambda: world.settings)
    monkeypatch.setattr("aftersale.cli.options.settings", lambda: world.settings)
    return CliRunner().invoke(main, typed, catch_exceptions=False)


def reports(world, maker):
    """The bounce reports about a seller."""
    return world.sql("SELECT * FROM bounce_reports WHERE seller_id LIKE :s", s=f"%{maker['id']}")


def reported(buyer, order):
    """Report that a mail to the seller of the order came back; return the last answer."""
    buyer.say(f"my mail to the seller of {order.number} bounced")
    buyer.say("yesterday evening")
    buyer.say(BOUNCED)
    return buyer.say("When does it ship?")


@pytest.mark.req("R0.20")
def test_mail_that_came_back_is_reported_with_seller_time_and_text(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    asked = buyer.say(f"my mail to the seller of {order.number} bounced")
    assert "That shouldn't happen" in asked.text
    assert "When did you write" in asked.text
    assert "paste here what came back" in buyer.say("yesterday evening").text
    assert "What would you like to know" in buyer.say(BOUNCED).text
    shown = buyer.say("When does it ship?")
    for fact in (maker["nickname"], order.number, "yesterday evening", BOUNCED):
        assert fact in shown.text
    assert not reports(world, maker)

    buyer.press("Yes, report it")
    [report] = reports(world, maker)
    assert (report["order_number"], report["happened"]) == (order.number, "yesterday evening")
    assert (report["evidence"], report["bounced_address"]) == (BOUNCED, maker["email"])
    buyer.say("yes")
    assert len(reports(world, maker)) == 1


def test_who_has_nothing_to_paste_reports_it_all_the_same(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    buyer.say(f"my mail to the seller of {order.number} bounced")
    buyer.say("yesterday evening")
    buyer.press("I don't have it")
    buyer.say("When does it ship?")
    assert "case number" in buyer.say("yes").text
    assert reports(world, maker)[0]["evidence"] is None


@pytest.mark.req("R0.21")
def test_the_platform_writes_for_the_buyer_and_the_answer_comes_to_the_same_place(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    reported(buyer, order)
    told = buyer.press("Yes, report it")
    [case] = about(world, "cases", order)
    assert (case["type"], case["owner"]) == ("seller_unreachable", "platform")
    assert f"Your case number is {case['number']}" in told.text

    world.sweep()
    [mail] = letters(world, maker["email"])
    assert "this is Seller Direct" in mail.text
    assert "When does it ship?" in mail.text
    assert buyer.email not in mail.text
    world.later(hours=3)
    press(mail.link, "It ships on Monday.")
    told = buyer.waits_for(is_answer)
    assert "It ships on Monday." in told.text
    assert case["number"] in told.text
    entries = world.sql(
        "SELECT role, text FROM case_entries WHERE case_number = :n", n=case["number"]
    )
    assert {"role": "seller", "text": "It ships on Monday."} in entries


@pytest.mark.req("R0.21")
def test_what_a_person_learnt_on_the_phone_comes_to_the_same_place(world, buyer, monkeypatch):
    maker = seller(email_valid=False, phone="+1 555 0199")
    order = world.order(buyer, seller=maker)
    reported(buyer, order)
    buyer.press("Yes, report it")
    [case] = about(world, "cases", order)
    assert not outbox(world, order)  # nobody writes to an address that does not work
    listed = command(world, monkeypatch, "sellers", "outreach", "--storefront", STOREFRONT)
    assert f"{case['number']}  {maker['nickname']}  +1 555 0199" in listed.output

    said = "They pack it tomorrow."
    done = command(
        world, monkeypatch, "sellers", "answer", case["number"], "--as", "kim", "--text", said
    )
    assert done.exit_code == 0, done.output
    assert said in buyer.waits_for(is_answer).text
    [entry] = world.sql("SELECT author FROM case_entries WHERE text = :t", t=said)
    assert entry["author"] == "agent:kim"


@pytest.mark.req("R0.19")
def test_our_own_letter_that_came_back_starts_the_same_by_itself(world, buyer):
    maker = seller()
    order = world.order(buyer, seller=maker)
    buyer.say(f"write to the seller of {order.number}")
    buyer.say(ASKS)
    buyer.say("yes")
    with world.engine.begin() as connection:  # the token itself is in the letter only
        known = {"h": hash_token("the-token"), "n": order.number}
        wanted = "UPDATE seller_messages SET reply_hash = :h WHERE order_number = :n"
        connection.execute(text(wanted), known)
    services = bootstrap(world.settings)
    try:
        assert services.bounces.bounced("the-token", world.now)
        assert not services.bounces.bounced("another", world.now)
    finally:
        services.close()

    log = world.log(buyer)
    [case] = about(world, "cases", order)
    assert "That shouldn't happen" in log.text
    assert case["number"] in log.text
    assert [attempt["outcome"] for attempt in attempts(world, maker)] == ["bounced"]
    [stored] = world.sql(
        "SELECT email_bounced_at FROM sellers WHERE seller_id LIKE :s", s=f"%{maker['id']}"
    )
    assert stored["email_bounced_at"]
    assert "That shouldn't happen" in buyer.say(f"cancel {order.number}").text


@pytest.mark.req("R0.22")
def test_a_seller_who_does_not_answer_is_no_dead_end(world, buyer):
    maker = seller()
    placed = (world.now - timedelta(days=22)).isoformat()
    late = shipped(world.now - timedelta(days=20)) | {
        "placed_at": placed,
        "payment": {"method": "bank_transfer", "state": "paid", "paid_at": placed},
        "estimated_delivery_at": (world.now - timedelta(days=5)).isoformat(),
    }
    order = world.order(buyer, seller=maker, **late)
    for words in ("Where is it?", "Please answer me."):
        buyer.say(f"write to the seller of {order.number}")
        buyer.say(words)
        buyer.say("yes")
    world.later(days=3)
    returned = world.again(buyer)
    told = returned.say(f"the seller of {order.number} doesn't answer me")
    assert "Letters so far: 2" in told.text
    assert "3 days ago" in told.text
    assert "may be eligible" in told.text
    assert "will be" not in told.text
    assert {"Write to the seller", "My mail came back", "Is there a reimbursement"} <= set(
        told.buttons
    )
    assert len(attempts(world, maker)) == 2

    returned.press("Write to the seller")
    returned.say("This is my third message.")
    returned.press("Yes, send it")
    assert len(attempts(world, maker)) == 3
    assert "Letters so far: 3" in returned.say("the seller still doesn't answer").text


@pytest.mark.req("R0.22")
def test_elsewhere_the_list_names_that_shops_next_step(world):
    buyer, maker = world.buyer("status-gated"), seller()
    order = world.order(buyer, seller=maker)
    told = buyer.say(f"the seller of {order.number} doesn't answer me")
    assert "reimbursement" not in told.text
    assert "came back" not in told.text
    assert set(told.buttons) == {"Write to the seller"}
    assert not attempts(world, maker)


@pytest.mark.req("R0.10")
def test_who_cannot_deliver_owes_the_money_and_its_state_is_told(world, buyer):
    maker = seller()
    page = "https://shop.example/items/1"
    goods = line(in_stock=False, product_url=page)
    order = world.order(buyer, seller=maker, lines=[goods])
    told = buyer.say(f"the seller of {order.number} says it is out of stock")
    assert f"{maker['nickname']} can't deliver order {order.number}" in told.text
    assert "should refund you promptly" in told.text
    assert f"I see no refund from {maker['nickname']} yet" in told.text
    assert page in told.text
    assert "Order it again" in told.buttons
    assert " by " not in told.text  # no date is stated, so none is promised
    assert not about(world, "promises", order)

    paid_back = order_refunded(world, buyer, order)
    assert "The money has come back" in paid_back.text
    assert world.stored(STOREFRONT, order.number).payment.state == "refunded"


def order_refunded(world, buyer, order):
    """Let the shop say that the order was refunded, and ask again."""
    payment = {"method": "bank_transfer", "state": "refunded", "display": "your bank account"}
    world.shop_says(buyer, order, state="cancelled", payment=payment, lines=[line(in_stock=False)])
    return buyer.say(f"{order.number} is out of stock the seller says")


@pytest.mark.req("R0.11")
def test_frequent_stock_outs_flag_the_seller_and_the_buyer_hears_no_more_than_recorded(
    world, buyer, monkeypatch
):
    maker = seller()
    told = []
    for _ in range(2):
        order = world.order(buyer, seller=maker)
        told.append(buyer.say(f"the seller of {order.number} says it is out of stock").text)
        buyer.say(f"the seller of {order.number} says it is out of stock")  # counts once an order
    known = {"s": f"%{maker['id']}"}
    assert not world.sql("SELECT * FROM seller_flags WHERE seller_id LIKE :s", **known)
    world.order(buyer, seller=maker, lines=[line(in_stock=False)])  # the shop's own word counts
    world.sweep()
    counted = world.sql("SELECT * FROM seller_events WHERE seller_id LIKE :s", **known)
    assert [event["kind"] for event in counted] == ["stockout"] * 3
    [flag] = world.sql("SELECT * FROM seller_flags WHERE seller_id LIKE :s", **known)
    assert (flag["reason"], flag["times"]) == ("stockouts", 3)

    shown = command(world, monkeypatch, "sellers", "metrics", "--storefront", STOREFRONT)
    assert f"{maker['nickname']} ({STOREFRONT})  3  0" in shown.output
    for said in told:
        assert "We've recorded this" in said
        for word in ("flag", "sanction", "often", "frequent"):
            assert word not in said


def test_the_answer_time_of_a_seller_is_measured(world, buyer, monkeypatch):
    maker = seller()
    order = world.order(buyer, seller=maker)
    buyer.say(f"write to the seller of {order.number}")
    buyer.say(ASKS)
    buyer.say("yes")
    world.sweep(world.now + timedelta(hours=5))
    press(letters(world, maker["email"])[0].link, "Of course.")
    shown = command(world, monkeypatch, "sellers", "metrics", "--storefront", STOREFRONT)
    assert f"{maker['nickname']} ({STOREFRONT})  0  0  0  0  1  5.0 h  -" in shown.output
    assert [row["text"] for row in written(world, maker)] == [ASKS, "Of course."]

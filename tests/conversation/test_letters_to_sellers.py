"""Letters to sellers: composed in chat, sent after a yes, answered in the same conversation."""

import json
from datetime import timedelta

import pytest

from aftersale.store.products_import import import_products
from tests.conversation.letters import letters, look, press
from tests.conversation.records import about, outbox
from tests.conversation.world import line, seller, shipped

ASKS = "Could you please put it into a gift box?"


def offers(world, storefront, maker, **changes):
    """Put something of a seller on offer."""
    goods = {"storefront": storefront, "sku": f"P-{maker['id']}", "name": f"Vase {maker['id']}"}
    known = {key: maker[key] for key in ("id", "nickname", "email")}
    known |= {key: maker[key] for key in ("online", "chat_url") if key in maker}
    entry = goods | {"url": f"https://shop.example/{maker['id']}", "seller": known} | changes
    import_products(world.engine, [json.dumps(entry).encode()], storefronts=[storefront])
    return entry


def written(world, maker):
    """What was written to a seller and by them, oldest first."""
    return world.sql(
        "SELECT * FROM seller_messages WHERE seller_id LIKE :s ORDER BY at, direction DESC",
        s=f"%:{maker['id']}",
    )


def attempts(world, maker):
    """The log of attempts to reach a seller."""
    return world.sql("SELECT * FROM seller_contacts WHERE seller_id LIKE :s", s=f"%{maker['id']}")


def is_answer(heard):
    """Whether a seller's answer came."""
    return any(event.get("author") == "seller" for event in heard.events)


@pytest.mark.req("R2.11")
def test_a_letter_is_composed_in_chat_with_the_order_attached_and_answered_there(world):
    buyer, maker = world.buyer("status-gated"), seller()
    order = world.order(buyer, seller=maker)
    asked = buyer.say(f"please contact the seller of {order.number}")
    assert "What shall I write?" in asked.text
    assert order.number in asked.text

    shown = buyer.say(ASKS)
    assert f'"{ASKS}"' in shown.text
    assert f"with order {order.number}" in shown.text
    assert not written(world, maker)

    sent = buyer.press("Yes, send it")
    assert f"Sent to {maker['nickname']}, with order {order.number} attached" in sent.text
    [letter] = written(world, maker)
    assert (letter["text"], letter["order_number"]) == (ASKS, order.number)
    assert letter["conversation_id"] == buyer.client.conversation_id
    assert [attempt["channel"] for attempt in attempts(world, maker)] == ["mail"]

    world.sweep()
    [mail] = letters(world, maker["email"])
    for fact in (ASKS, order.number, "Blue canvas shoes", "Ada"):
        assert fact in mail.text
    assert buyer.email not in mail.text
    assert "Ada" in look(mail.link).text
    assert len(written(world, maker)) == 1  # looking changes nothing

    assert press(mail.link, "Of course, for free.").status == 200
    told = buyer.waits_for(is_answer)
    assert f'{maker["nickname"]} answers: "Of course, for free."' in told.text
    assert [row["direction"] for row in written(world, maker)] == ["to_seller", "from_seller"]
    assert [attempt["outcome"] for attempt in attempts(world, maker)] == ["answered"]

    assert press(mail.link, "No, never.").status == 410
    assert "No, never." not in world.log(buyer).text


@pytest.mark.req("R2.15")
def test_what_was_shipped_is_for_the_seller_to_solve(world):
    buyer, maker = world.buyer("status-gated"), seller()
    order = world.order(buyer, seller=maker, **shipped(world.now - timedelta(hours=2)))
    buyer.say(f"cancel {order.number}")
    buyer.press("No")
    buyer.say("please write to the seller that I would need a bigger one")
    sent = buyer.say("yes")
    assert maker["nickname"] in sent.text
    assert written(world, maker)[0]["text"] == "I would need a bigger one"


def test_a_letter_may_say_anything_and_is_no_wish_to_me(world):
    buyer, maker = world.buyer("status-gated"), seller()
    order = world.order(buyer, seller=maker)
    buyer.say("contact the seller")
    shown = buyer.say("I want to cancel my order, please")
    assert '"I want to cancel my order, please"' in shown.text
    buyer.say("yes")
    assert world.stored(order.storefront, order.number).state == "open"
    assert len(written(world, maker)) == 1


def test_a_no_sends_nothing(world):
    buyer, maker = world.buyer("status-gated"), seller()
    world.order(buyer, seller=maker)
    buyer.say("contact the seller")
    buyer.say(ASKS)
    assert "nothing was sent" in buyer.say("no").text
    assert not written(world, maker)
    assert not attempts(world, maker)


@pytest.mark.req("R0.4")
def test_a_product_leads_to_its_seller_after_signing_in(world):
    maker = seller()
    product = offers(world, "seller-direct", maker)
    visitor = world.buyer("seller-direct", signed_in=False)
    told = visitor.say(f"i want to ask the seller of the {product['name']} something")
    assert "https://seller-direct.example/sign-in" in told.text
    assert f"Contact {maker['nickname']}" in told.buttons
    assert not written(world, maker)

    buyer = world.buyer("seller-direct")
    asked = buyer.say(f"i want to ask the seller of the {product['name']} something")
    assert maker["nickname"] in asked.text
    buyer.say("Is it waterproof?")
    buyer.press("Yes, send it")
    [letter] = written(world, maker)
    assert (letter["sku"], letter["order_number"]) == (product["sku"], None)
    world.sweep()
    [mail] = letters(world, maker["email"])
    assert product["name"] in mail.text
    assert "Is it waterproof?" in mail.text


@pytest.mark.req("R0.18")
@pytest.mark.req("R0.23")
def test_before_buying_a_seller_is_reached_by_name_and_only_few_times_without_signing_in(world):
    maker = seller(nickname="Green Larch Pottery")
    offers(world, "seller-direct", maker)
    visitor = world.buyer("seller-direct", signed_in=False)
    for number in range(3):
        visitor.say(f"i'd like to contact {maker['nickname']}")
        shown = visitor.say(f"Is it waterproof? I ask for the {number + 1}. time")
        assert "Shall I send it?" in shown.text
        assert "Sent to" in visitor.press("Yes, send it").text
    refused = visitor.say(f"i'd like to contact {maker['nickname']}")
    assert "sign in" in refused.text
    letter, *more = written(world, maker)
    assert len(more) == 2
    assert (letter["buyer_id"], letter["order_number"]) == (None, None)

    world.sweep()
    mail = letters(world, maker["email"])[0]
    assert press(mail.link, "Yes, it is.").status == 200
    assert '"Yes, it is."' in visitor.waits_for(is_answer).text


@pytest.mark.req("R0.23")
@pytest.mark.parametrize("wish", ["my orders", "contact the seller of {}", "where is {}"])
def test_orders_and_their_sellers_need_signing_in(world, wish):
    maker = seller()
    order = world.order(world.buyer("seller-direct"), seller=maker)
    visitor = world.buyer("seller-direct", signed_in=False)
    refused = visitor.say(wish.format(order.number))
    assert "https://seller-direct.example/sign-in" in refused.text
    assert maker["nickname"] not in refused.text
    visitor.say(ASKS)
    visitor.say("yes")
    assert not written(world, maker)
    assert not outbox(world, order)


@pytest.mark.req("R1.7")
@pytest.mark.req("R1.6")
def test_a_doubt_before_buying_is_for_the_supplier_live_only_while_they_are_there(world):
    away = seller(chat_url="https://chat.example/away")
    there = seller(online=True, chat_url="https://chat.example/there")
    visitor = world.buyer("supplier-consent", signed_in=False)
    product = offers(world, "supplier-consent", there)
    told = visitor.say(f"before i buy, is the {product['name']} waterproof?")
    assert "read the description carefully" in told.text
    assert "Chat now! They are online: https://chat.example/there" in told.text
    assert "Contact Now" in told.buttons

    product = offers(world, "supplier-consent", away)
    told = visitor.say(f"before i buy, is the {product['name']} waterproof?")
    assert "description" not in told.text  # once
    assert "Chat now" not in told.text
    assert "https://chat.example/away" not in told.text
    visitor.press("Contact Now")
    visitor.say("Is it waterproof?")
    visitor.press("Yes, send it")
    [letter] = written(world, away)
    assert letter["text"] == "Is it waterproof?"
    stored = world.sql("SELECT online FROM sellers WHERE seller_id LIKE :s", s=f"%{away['id']}")
    assert not stored[0]["online"]


def test_did_they_answer_is_told_with_their_words(world):
    buyer, maker = world.buyer("seller-direct"), seller()
    order = world.order(buyer, seller=maker)
    buyer.say(f"write to the seller of {order.number}")
    buyer.say(ASKS)
    buyer.say("yes")
    assert "no answer" in buyer.say("did they answer?").text
    world.sweep()
    press(letters(world, maker["email"])[0].link, "Of course.")
    assert '"Of course."' in buyer.say("did they answer?").text


def test_cards_are_hidden_in_letters_both_ways(world):
    buyer, maker = world.buyer("seller-direct"), seller()
    world.order(buyer, seller=maker, lines=[line()])
    buyer.say("contact the seller")
    shown = buyer.say("Please charge 4111 1111 1111 1111 again")
    assert "4111" not in shown.text
    buyer.say("yes")
    world.sweep()
    [mail] = letters(world, maker["email"])
    assert "4111" not in mail.text
    press(mail.link, "Is it 5555 5555 5555 4444?")
    assert "5555" not in buyer.waits_for(is_answer).text
    assert not [row for row in written(world, maker) if "5555" in row["text"]]


def test_letters_of_an_order_are_about_nothing_else(world):
    buyer, maker = world.buyer("seller-direct"), seller(nickname="Red Oak Weavers")
    order = world.order(buyer, seller=maker)
    buyer.say("write to Red Oak Weavers")
    buyer.say(ASKS)
    buyer.say("yes")
    assert about(world, "seller_messages", order)[0]["text"] == ASKS

"""Help articles in conversation: the answer, its source, whether it helped, what is next."""

from urllib.request import urlopen

import pytest

from tests.conversation.records import about, left

ASKED = {  # requirement: storefront, what is asked, the article, what it must say
    "size": (
        "status-gated", "how do i choose the right size", "choose-size-colour-model",
        ["listed on the Item Description page of every product", "Size, colour and model"],
    ),
    "buying": (
        "status-gated", "how does buy now work", "placing-an-order",
        ["Buy Now takes you straight to the payment page", "Shopping Cart", "1. ", "4. "],
    ),
    "addresses": (
        "status-gated", "how can i save more than one address", "shipping-addresses",
        ["several addresses in My Shipping Addresses", "the default"],
    ),
    "at payment": (
        "status-gated", "can i choose the address on the payment page", "address-at-payment",
        ["at the top of the payment page", "started an order"],
    ),
}  # fmt: skip


def searches(world, buyer):
    return world.sql(
        "SELECT * FROM article_searches WHERE conversation_id = :c ORDER BY at",
        c=buyer.client.conversation_id,
    )


def asked(world, row):
    """Ask as a row of ASKED says, and check the answer, its block and what is stored."""
    storefront, question, article, says = ASKED[row]
    buyer = world.buyer(storefront)
    told = buyer.say(question)
    (block,) = told.blocks("article")
    assert block["article_id"] == article
    for part in says:
        assert part in block["fallback"]
    assert "Was this useful?" in block["fallback"]
    (search,) = searches(world, buyer)
    assert (search["article_id"], search["question"]) == (article, question)
    assert search["helpful"] is None
    return buyer, block


@pytest.mark.req("R2.1")
def test_size_colour_and_model_are_checked_on_the_description_page(world):
    asked(world, "size")


@pytest.mark.req("R2.2")
def test_buying_goes_by_buy_now_or_by_the_cart(world):
    asked(world, "buying")


@pytest.mark.req("R2.3")
def test_several_addresses_are_kept_and_one_is_the_default(world):
    asked(world, "addresses")


@pytest.mark.req("R2.4")
def test_the_address_can_be_set_at_the_top_of_the_payment_page(world):
    asked(world, "at payment")


@pytest.mark.req("R2.16")
def test_an_article_names_its_path_and_takes_a_comment(world):
    buyer, block = asked(world, "buying")
    assert block["category"] == "SHIPPING › Service › Placing orders"  # noqa: RUF001
    assert "(SHIPPING › Service › Placing orders)" in block["fallback"]  # noqa: RUF001
    assert "this article" in buyer.press("Leave a comment").text
    assert "Thank you" in buyer.say("please show a picture of the cart").text
    (search,) = searches(world, buyer)
    assert search["comment"] == "please show a picture of the cart"


@pytest.mark.req("R3.3")
@pytest.mark.req("R3.22")
def test_an_answer_comes_with_a_working_link_its_source_and_its_date(world):
    buyer = world.buyer("helpdesk")
    told = buyer.say("how do returns work here")
    assert told.responses == ["utter_article"]
    (block,) = told.blocks("article")
    assert "start in the tools of your account" in block["answer"]
    assert "Source: Helpdesk help, updated November 5, 2026" in block["fallback"]
    assert block["url"] in block["fallback"]
    with urlopen(block["url"].replace(world.settings.base_url, world.plan.address)) as page:
        html = page.read().decode()
    assert block["title"] in html
    assert "Updated 05 November 2026" in html
    (search,) = searches(world, buyer)
    assert (search["article_id"], search["intent"]) == ("returns-helpdesk", "how_to")
    assert search["score"] > 0.5


@pytest.mark.req("R3.19")
@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("how do i find my old orders on the site", "orders"),
        ("which payment methods do you accept", "payments"),
        ("what is your return policy", "returns"),
        ("where can i read more about a product", "product"),
    ],
)
def test_questions_on_orders_payments_returns_and_products_have_an_article(question, topic, world):
    buyer = world.buyer("helpdesk")
    (block,) = buyer.say(question).blocks("article")
    stored = world.sql(
        "SELECT topic FROM articles WHERE storefront = 'helpdesk' AND article_id = :a",
        a=block["article_id"],
    )
    assert [row["topic"] for row in stored] == [topic]
    assert "/help/helpdesk/" in block["url"]


@pytest.mark.req("R3.20")
@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("my account is locked", "account_access"),
        ("my card was declined", "payment_issues"),
        ("the page does not load", "common_errors"),
    ],
)
def test_trouble_is_met_with_steps_and_the_question_whether_they_helped(question, topic, world):
    buyer = world.buyer("helpdesk")
    (block,) = buyer.say(question).blocks("article")
    assert len(block["steps"]) >= 3
    assert block["fallback"].endswith("Did that solve it?")
    (search,) = searches(world, buyer)
    stored = world.sql(
        "SELECT topic FROM articles WHERE storefront = 'helpdesk' AND article_id = :a",
        a=search["article_id"],
    )
    assert [row["topic"] for row in stored] == [topic]
    buyer.say("yes")
    assert bool(searches(world, buyer)[0]["helpful"])


@pytest.mark.req("R3.21")
@pytest.mark.parametrize(
    ("question", "topic", "offer"),
    [
        ("how does an exchange work", "exchanges", "Exchange it"),
        ("is there an article about cancellations", "cancellations", "Cancel an order"),
        ("how does tracking work", "tracking", "Track the parcel"),
    ],
)
def test_steps_for_exchanges_cancellations_and_tracking_can_be_done_in_chat(
    question, topic, offer, world
):
    buyer = world.buyer("helpdesk")
    order = world.order(buyer)
    told = buyer.say(question)
    (block,) = told.blocks("article")
    assert len(block["steps"]) >= 3
    assert offer in told.buttons
    (search,) = searches(world, buyer)
    assert topic[:6] in search["article_id"]
    buyer.press(offer)
    assert buyer.heard.responses[0] != "utter_article"
    assert not left(world, order)  # nothing is done before a yes
    assert not about(world, "order_requests", order)


@pytest.mark.req("R4.15")
def test_the_cooling_off_rule_is_told_only_when_asked_and_as_a_general_rule(world):
    buyer = world.buyer("group-buy")
    told = buyer.say("is there a cooling-off period")
    (block,) = told.blocks("article")
    assert "As a general rule" in block["answer"]
    assert "does not apply to online mail-order" in block["answer"]
    assert "no legal advice" in block["answer"]
    assert searches(world, buyer)[0]["intent"] == "cooling_off"
    other = world.buyer("group-buy")
    assert "cooling" not in other.say("what is your return policy").text
    elsewhere = world.buyer("status-gated")
    said = elsewhere.say("is there a cooling-off period").text
    assert "states no rule" in said
    assert "general rule" not in said


def test_what_did_not_help_leads_to_the_next_article_and_then_to_a_person(world):
    buyer = world.buyer("helpdesk")
    first = buyer.say("how do returns work here").blocks("article")[0]["article_id"]
    buyer.press("No")
    (second,) = buyer.heard.blocks("article")
    assert second["article_id"] != first
    assert "A person can look at it" in buyer.say("no").text
    told = buyer.say("yes").text
    assert "case" in told
    rows = searches(world, buyer)
    assert [bool(row["helpful"]) for row in rows] == [False, False]
    cases = world.sql(
        "SELECT * FROM cases WHERE conversation_id = :c", c=buyer.client.conversation_id
    )
    assert len(cases) == 1


def test_a_question_without_an_article_is_written_down_and_a_person_is_offered(world):
    buyer = world.buyer("helpdesk")
    told = buyer.say("how do notifications work")
    assert "I have no article about that" in told.text
    (search,) = searches(world, buyer)
    assert search["article_id"] is None


@pytest.mark.req("R1.6")
def test_the_tip_to_read_the_description_comes_once_after_a_wrong_choice(world):
    buyer = world.buyer("supplier-consent")
    first, second = world.order(buyer), world.order(buyer)
    buyer.say(f"please cancel {first.number}, i ordered the wrong size")
    told = buyer.say("yes")
    assert told.responses == ["utter_request_sent", "utter_tip_read_description"]
    assert "read the description carefully" in told.text
    assert [row["state"] for row in about(world, "order_requests", first)] == ["sent"]
    buyer.say(f"cancel {second.number} too, wrong colour")
    assert "utter_tip_read_description" not in buyer.say("yes").responses
    assert len(about(world, "order_requests", second)) == 1
    third = world.buyer("supplier-consent")
    order = world.order(third)
    third.say(f"cancel {order.number}, found it cheaper")
    assert "utter_tip_read_description" not in third.say("yes").responses


@pytest.mark.req("R1.6")
def test_the_tip_comes_before_ordering_too(world):
    buyer = world.buyer("supplier-consent")
    told = buyer.say("i have a question before i buy")
    assert "utter_tip_read_description" in told.responses

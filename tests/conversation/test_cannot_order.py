"""Why can't I order? The goods, what was bought lately, and the letters of an address."""

import json
from datetime import timedelta

import pytest

from aftersale.store.products_import import import_products
from tests.conversation.world import letters_only, line

STOREFRONT = "status-gated"


@pytest.fixture
def buyer(world):
    return world.buyer(STOREFRONT)


def product(world, **changes):
    """Put a product with a name of its own on sale."""
    key = letters_only(6).upper()
    entry = {
        "storefront": STOREFRONT,
        "sku": f"LAMP-{key}",
        "name": f"Harbour lamp {key}",
        "active": True,
        "stock": 5,
        **changes,
    }
    import_products(world.engine, [json.dumps(entry).encode()], storefronts=[STOREFRONT])
    return entry


def stored(world, entry):
    (row,) = world.sql("SELECT active, stock FROM products WHERE sku = :s", s=entry["sku"])
    return bool(row["active"]), row["stock"]


@pytest.mark.req("R2.5")
def test_a_product_that_was_taken_down_is_said_to_be(world, buyer):
    entry = product(world, active=False, stock=0)
    asked = buyer.say("why can't i order this?").text
    assert "Which product is it" in asked
    told = buyer.say(entry["sku"]).text
    assert f"{entry['name']} was taken down" in told
    assert "not enough" not in told
    assert stored(world, entry) == (False, 0)


@pytest.mark.req("R2.5")
def test_a_product_of_which_there_is_not_enough_is_said_to_be(world, buyer):
    entry = product(world, stock=0)
    buyer.say("i can't order this product")
    told = buyer.say(entry["name"]).text
    assert f"not enough stock of {entry['name']}" in told
    assert "taken down" not in told
    assert stored(world, entry) == (True, 0)


@pytest.mark.req("R2.5")
def test_fewer_than_wanted_is_not_enough(world, buyer):
    entry = product(world, stock=2)
    buyer.say("the checkout does not let me order")
    told = buyer.say(f"4 pieces of {entry['sku']}").text
    assert f"not enough stock of {entry['name']} for 4: 2 can be ordered" in told


@pytest.mark.req("R2.6")
def test_the_same_goods_bought_again_and_again_is_said_softly(world, buyer):
    entry = product(world)
    placed = (world.now - timedelta(hours=3)).isoformat()
    for _ in range(3):
        world.order(buyer, placed_at=placed, lines=[line(sku=entry["sku"], name=entry["name"])])
    buyer.say("why can't i buy this")
    heard = buyer.say(entry["sku"])
    told = heard.text.replace(entry["sku"], "").replace(entry["name"], "")
    assert "again and again in a short time" in told
    assert "no reproach" in told
    assert not any(sign in told for sign in ("3", "24", "three", "limit"))
    assert "person" in buyer.press("Ask a person").text
    cases = world.sql(
        "SELECT * FROM cases WHERE conversation_id = :c", c=buyer.client.conversation_id
    )
    assert len(cases) == 1


@pytest.mark.req("R2.6")
def test_bought_less_often_or_longer_ago_is_no_cause(world, buyer):
    entry = product(world)
    for hours in (1, 2, 25, 26):
        placed = (world.now - timedelta(hours=hours)).isoformat()
        world.order(buyer, placed_at=placed, lines=[line(sku=entry["sku"], name=entry["name"])])
    buyer.say("why can't i buy this")
    told = buyer.say(entry["sku"]).text
    assert "I find no cause here" in told
    assert "again and again" not in told


@pytest.mark.req("R2.7")
def test_the_field_with_other_letters_is_named_and_written_anew(world, buyer):
    address = {"name": "Ada Lee", "street": "Stra\u00dfe der Br\u00fccke 5", "city": "Bremen"}
    order = world.order(buyer, address=address)
    told = buyer.say("why does it refuse my address").text
    assert "these parts have others: street" in told
    assert "Strasse der Brucke 5" in told
    assert "Ada Lee" not in told
    assert world.stored(STOREFRONT, order.number).address == address


@pytest.mark.req("R2.7")
def test_a_typed_address_is_looked_at_too(world, buyer):
    world.order(buyer, address={"name": "Ada Lee", "city": "Bremen"})
    asked = buyer.say("it doesn't accept my address").text
    assert "type the address" in asked
    told = buyer.say(
        "name: Ada Lee, street: \u0443\u043b. \u041b\u0435\u043d\u0438\u043d\u0430 5, city: Bremen"
    ).text
    assert "these parts have others: street" in told
    assert "ul. Lenina 5" in told


def test_nothing_found_is_said_and_a_person_is_offered(world, buyer):
    entry = product(world)
    buyer.say("i can't order this product")
    heard = buyer.say(entry["name"])
    assert "I find no cause here" in heard.text
    assert "Talk to a person" in heard.buttons


def test_an_unknown_product_is_asked_for_again_and_then_a_person_is_offered(world, buyer):
    buyer.say("i can't order this product")
    for _ in range(2):
        told = buyer.say("the purple elephant of tomorrow").text
        assert "can't find a product of that name" in told
    assert "open a case" in buyer.say("the purple elephant of tomorrow").text.lower()


def test_another_buyers_purchases_and_address_are_no_cause(world, buyer):
    entry = product(world)
    other = world.buyer(STOREFRONT)
    for _ in range(3):
        world.order(other, lines=[line(sku=entry["sku"])], placed_at=world.now.isoformat())
    buyer.say("why can't i buy this")
    assert "I find no cause here" in buyer.say(entry["sku"]).text


def test_a_storefront_without_such_rules_borrows_none(world):
    buyer = world.buyer("seller-direct")
    world.order(buyer, address={"street": "Stra\u00dfe 5"})
    told = buyer.say("why does it refuse my address").text
    assert "states no rule" in told


@pytest.mark.parametrize(
    ("state", "said"),
    [({"active": False}, "was taken down"), ({"stock": 0}, "not enough stock")],
)
def test_a_question_before_buying_is_told_the_same(state, said, world, buyer):
    entry = product(world, **state)
    told = buyer.say(f"is the {entry['name']} in stock?").text
    assert said in told
    assert entry["name"] in told

"""The shop's word about an order reaches the store through the use case, parties included."""

from dataclasses import replace

import pytest

from aftersale.adapters.shop_word import ShopWord
from aftersale.domain.orders import OrderState
from aftersale.errors import ImportInvalid
from aftersale.services.shop_events import ShopEvents
from aftersale.services.wiring import Wiring
from tests.integration.gateway.world import NOW, OTHER_SHOP, SHOP


def _entry(**changes):
    money = {"minor": 1999, "currency": "USD"}
    return {
        "storefront": SHOP, "number": "8123 4567 8901", "state": "open", "currency": "USD",
        "source_version": 1, "placed_at": "2026-03-01T10:00:00+00:00", "total": money,
        "buyer": {"subject": "ann", "email": "ann@example.com", "first_name": "Ann"},
        "lines": [
            {"line_id": "1", "sku": "S", "name": "Shoes", "quantity": 1, "price": money}
        ],
        "payment": {"method": "card", "state": "paid", "paid_at": "2026-03-01T10:05:00+00:00"},
    } | changes  # fmt: skip


@pytest.fixture
def word(world):
    uow = world.services.uow
    wiring = Wiring(
        uow=uow, policies=world.services.policies, voice=world.services.voice,
        new_id=lambda: "id", base_url="",
    )  # fmt: skip
    return ShopWord(uow=uow, events=ShopEvents(wiring))


async def test_a_new_order_comes_with_its_buyer_and_an_older_word_changes_nothing(world, word):
    assert word.take(SHOP, _entry(), NOW)
    assert word.take(SHOP, _entry(state="completed", source_version=2), NOW)
    assert not word.take(SHOP, _entry(source_version=1), NOW)
    with world.services.uow() as uow:
        order = uow.orders.find(SHOP, "812345678901")
        buyer = uow.parties.buyer_by_subject(SHOP, "ann")
    assert order.state is OrderState.COMPLETED
    assert buyer == replace(buyer, buyer_id=order.buyer_id)


@pytest.mark.parametrize("changes", [{"storefront": OTHER_SHOP}, {"state": "odd"}, {"lines": []}])
async def test_a_word_of_another_shape_or_shop_is_refused(word, changes):
    with pytest.raises(ImportInvalid):
        word.take(SHOP, _entry(**changes), NOW)

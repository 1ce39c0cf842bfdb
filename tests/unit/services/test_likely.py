import pytest

from aftersale.domain.cases import IssueType
from aftersale.domain.fulfilment import FulfilmentState, Shipment
from aftersale.services.find_order import Found, FoundKind
from aftersale.services.likely import arrived_first, likely_first
from tests.unit.services.world import NOW, S3, World


def one(number, state=None):
    parcels = ()
    if state is not None:
        parcels = (Shipment("p", ("1",), state, shipped_at=NOW),)
    return World(S3).order(number, shipments=parcels)


FOUND = Found(
    FoundKind.SEVERAL,
    candidates=(
        one("paid"),
        one("under way", FulfilmentState.SHIPPED),
        one("arrived", FulfilmentState.DELIVERED),
        one("fetched", FulfilmentState.PICKED_UP),
    ),
)
ALIKE = ["paid", "under way", "arrived", "fetched"]


@pytest.mark.parametrize(
    ("issue", "numbers"),
    [
        (IssueType.DAMAGED, ["arrived", "fetched", "paid", "under way"]),
        (IssueType.WRONG_ITEM, ["arrived", "fetched", "paid", "under way"]),
        (IssueType.NOT_RECEIVED, ["under way", "paid", "arrived", "fetched"]),
        (IssueType.PAYMENT, ALIKE),
        (None, ALIKE),
    ],
)
def test_the_orders_that_an_issue_can_be_about_come_first(issue, numbers):
    assert [order.number for order in likely_first(FOUND, issue).candidates] == numbers


def test_only_what_has_arrived_can_be_sent_back():
    assert [order.number for order in arrived_first(FOUND).candidates][:2] == [
        "arrived",
        "fetched",
    ]

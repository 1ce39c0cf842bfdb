"""Mail that came back, silence and stock-outs: what is asked, filed, counted and offered."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseOwner, CaseType
from aftersale.domain.payments import PaymentState
from aftersale.domain.requests import OutboxKind
from aftersale.domain.sellers import FlagReason, SellerEventKind
from aftersale.services.call import OrderHint
from aftersale.services.report_bounce import ASKS, DRAFT, BounceSaid, ReportBounce
from aftersale.services.seller_counts import count_stockout
from aftersale.services.seller_trouble import SellerTrouble
from tests.unit.services.world import NOW, S0, S1, S2, S3, S4, World

PASTED = "MAILER-DAEMON: Undelivered Mail Returned to Sender. 550 5.1.1 no such user here" * 2


class Desk:
    """A buyer who reports, turn by turn, as the form does."""

    def __init__(self, storefront=S0, **order):
        self.w = World(storefront, **order)
        self.form = ReportBounce(self.w.wiring)
        self.draft, self.asked = {}, None

    def say(self, text, *, intent="mail_bounced", buyer="ann", number=None):
        said = BounceSaid(intent, text, OrderHint(number=number, text=text), asked=self.asked)
        reply = self.form.step(self.w.call(buyer=buyer), said, self.draft)
        self.asked, self.draft = reply.slots.get(ASKS), reply.slots.get(DRAFT, {})
        return reply

    def report(self):
        for text in ("my mail bounced", "yesterday", "550 unknown user", "When does it ship?"):
            self.say(text)
        return self.say("yes", intent="affirm")


def test_everything_is_asked_in_turn_and_shown_before_it_is_filed():
    desk = Desk()
    told = [desk.say(text).response for text in ("my mail bounced", "yesterday", "550", "When?")]
    assert told == [
        "utter_bounce_when",
        "utter_bounce_text",
        "utter_bounce_wish",
        "utter_bounce_confirm",
    ]
    assert not desk.w.store.tables.cases
    assert desk.say("yes", intent="affirm").response == "utter_bounce_reported"
    case = desk.w.only("cases")
    assert (case.type, case.owner) == (CaseType.SELLER_UNREACHABLE, CaseOwner.PLATFORM)
    assert desk.w.only("bounces").case_number == case.number


def test_what_is_pasted_at_once_is_not_asked_for():
    desk = Desk()
    desk.say(PASTED)
    assert desk.say("yesterday").response == "utter_bounce_wish"


CAME_BACK = "What now?\n\nMy mail to Mill@seller.example came back: 550 5.1.1 no such mailbox here"


def with_another_seller(**changes):
    desk = Desk()
    tables = desk.w.store.tables
    known = {"seller_id": "sel2", "nickname": "Red Mill", "email": "mill@seller.example"}
    tables.sellers["sel2"] = replace(tables.sellers["sel"], **known | changes)
    desk.w.put(desk.w.order("M-2", seller_id="sel2"))
    return desk


def test_an_address_in_what_came_back_says_whose_mail_it_was():
    desk = with_another_seller()
    asked = desk.say(CAME_BACK)
    assert (asked.response, asked.variables["seller"]) == ("utter_bounce_when", "Red Mill")
    assert asked.variables["number"] == "M-2"
    assert desk.say("yesterday").response == "utter_bounce_wish"


@pytest.mark.parametrize(
    ("changes", "buyer"),
    [({"email": "other@seller.example"}, "ann"), ({"email": None}, "ann"), ({}, "bob")],
)
def test_an_address_of_nobody_the_buyer_bought_from_says_nothing(changes, buyer):
    asked = with_another_seller(**changes).say(CAME_BACK, buyer=buyer)
    assert asked.variables.get("seller") is None


def test_of_two_orders_of_that_seller_the_buyer_says_which():
    desk = with_another_seller()
    desk.w.put(desk.w.order("M-3", seller_id="sel2"))
    assert desk.say(CAME_BACK).response != "utter_bounce_when"


@pytest.mark.parametrize("intent", ["cannot_provide", "skip", "deny"])
def test_who_has_no_text_goes_on_without(intent):
    desk = Desk()
    desk.say("my mail bounced")
    desk.say("yesterday")
    assert desk.say("i don't have it", intent=intent).response == "utter_bounce_wish"


def test_a_second_yes_says_the_same_number():
    desk = Desk()
    number = desk.report().variables["case_number"]
    again = desk.w.yes()
    assert (again.response, again.variables["case_number"]) == ("utter_already_case", number)
    assert len(desk.w.store.tables.bounces) == 1


def test_a_report_is_no_proof_and_our_own_letter_is_tried():
    desk = Desk()
    desk.report()
    assert desk.w.store.tables.sellers["sel"].reachable
    [row] = desk.w.outbox()
    assert row.payload["to"] == "barn@seller.example"
    assert "When does it ship?" in row.payload["text"]


def test_who_knows_the_case_cannot_answer_for_the_seller():
    desk = Desk()
    desk.report()
    tables = desk.w.store.tables
    (letter,) = [row.payload for row in tables.outbox.values() if row.kind is OutboxKind.MAIL]
    assert desk.w.only("cases").number not in letter["message_id"]


def test_a_no_reports_nothing():
    desk = Desk()
    for text in ("my mail bounced", "yesterday", "550", "When?"):
        desk.say(text)
    assert desk.say("no", intent="deny").response == "utter_declined"
    assert not desk.w.store.tables.bounces


@pytest.mark.parametrize("storefront", [S1, S2, S3, S4])
def test_where_nothing_is_stated_nothing_is_promised(storefront):
    assert Desk(storefront).say("my mail bounced").response == "utter_bounce_unstated"


def test_a_stranger_reports_no_order():
    reply = Desk().say("my mail bounced", buyer=None)
    assert reply.response == "utter_cancel_not_verified"


def trouble(w):
    return SellerTrouble(w.wiring)


@pytest.mark.parametrize(
    ("storefront", "ways"),
    [
        (S0, ["contact_seller", "mail_bounced"]),
        (S1, ["contact_seller"]),
        (S2, ["contact_seller"]),
    ],
)
def test_silence_has_ways_on(storefront, ways):
    w = World(storefront)
    reply = trouble(w).unreachable(w.call(), w.hint())
    assert reply.response == "utter_seller_unreachable"
    offered = [each["intent"] for each in reply.variables["choices"]]
    assert [way for way in offered if way != "ask_reimbursement"] == ways
    assert reply.variables["attempts"] is None


def test_what_was_tried_is_counted():
    desk = Desk()
    desk.w.propose()
    desk.w.yes()
    desk.w.later(days=2, hours=1)
    reply = trouble(desk.w).unreachable(desk.w.call(), desk.w.hint())
    assert (reply.variables["attempts"], reply.variables["waited"]) == (1, 2)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (PaymentState.PAID, "waiting"),
        (PaymentState.REFUNDED, "returned"),
        (PaymentState.AWAITING, "unpaid"),
    ],
)
def test_of_a_stock_out_the_state_of_the_money_is_told(state, said):
    w = World(S0, paid=state)
    reply = trouble(w).out_of_stock(w.call(), w.hint())
    lines = ("returned", "under_way", "unpaid", "waiting")
    assert [name for name in lines if reply.variables[name]] == [said]


def test_a_stock_out_counts_once_an_order_and_flags_the_third():
    w = World(S0)
    for _ in range(2):
        trouble(w).out_of_stock(w.call(), w.hint())
    [event] = w.store.tables.seller_events.values()
    assert event.kind is SellerEventKind.STOCKOUT
    for number in ("SD-2", "SD-3"):
        assert not w.store.tables.seller_flags
        w.put(w.order(number))
        trouble(w).out_of_stock(w.call(), OrderHint(number=number))
    [flag] = w.store.tables.seller_flags.values()
    assert (flag.reason, flag.times) == (FlagReason.STOCKOUTS, 3)
    assert w.store.tables.audit[-1].action == "seller.flagged"


def test_stock_outs_of_long_ago_flag_nobody():
    w = World(S0)
    for number, days in (("SD-1", 90), ("SD-2", 60), ("SD-3", 0)):
        order = w.put(w.order(number))
        with w.store() as uow:
            count_stockout(w.wiring, uow, order, now=NOW - timedelta(days=days))
            uow.commit()
    assert len(w.store.tables.seller_events) == 3
    assert not w.store.tables.seller_flags


@pytest.mark.parametrize("storefront", [S1, S2, S4])
def test_where_frequent_is_not_stated_nobody_is_flagged(storefront):
    w = World(storefront)
    for number in ("N-1001", "N-1002", "N-1003", "N-1004"):
        order = w.put(w.order(number))
        with w.store() as uow:
            assert count_stockout(w.wiring, uow, order, now=NOW)
            uow.commit()
    assert not w.store.tables.seller_flags


def test_a_refusal_and_silence_about_a_request_count():
    w = World(S1)
    w.propose()
    w.yes()
    link = w.outbox()[0].payload["link"].rpartition("/")[2]
    w.supplier.answer(link, agree=False, now=w.now)
    [event] = w.store.tables.seller_events.values()
    assert event.kind is SellerEventKind.REFUSAL

    w = World(S1)
    w.propose()
    w.yes()
    w.sweep.run(w.now + timedelta(days=30))
    [event] = w.store.tables.seller_events.values()
    assert event.kind is SellerEventKind.SILENCE

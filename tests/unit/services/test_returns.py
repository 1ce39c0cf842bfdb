"""Giving something back: what is asked, what is shown, what a yes submits, per storefront."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseOwner, CaseType, CaseVerdict, Evidence, Resolution
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.money import Money
from aftersale.domain.orders import OrderLine, OrderState, ReturnClass
from aftersale.domain.parties import RestockingFee
from aftersale.services.call import OrderHint
from aftersale.services.problem_draft import Said
from aftersale.services.returns import Returns
from tests.unit.services.world import S0, S1, S2, S3, S4, World

GOODS = FulfilmentState.DELIVERED
REASON = "it is a size too small for me"


class Talk:
    """A buyer in the form: each message goes where the last answer asked."""

    def __init__(self, world):
        self.world, self.returns, self.slots = world, Returns(world.wiring), {}

    def start(self, intent="return_item", text="i want to return it", **hint):
        return self._step(Said(intent, text, OrderHint(**hint), starts=True), {})

    def say(self, text=None, intent="inform_reason", **more):
        asked = self.slots.get("requested_slot")
        return self._step(Said(intent, text, asked=asked, **more), self.slots["return_draft"])

    def yes(self):
        return self.world.cancel.confirm(self.world.call())

    def _step(self, said, draft):
        self.reply = self.returns.step(self.world.call(), said, draft)
        self.slots = self.reply.slots
        return self.reply

    @property
    def asks(self):
        return self.slots.get("requested_slot")

    @property
    def summary(self):
        return next(
            b["variables"] for b in self.reply.variables["blocks"] if b["type"] == "notice"
        )


def arrived(storefront, *, lines=1, return_class=ReturnClass.STANDARD, **more):
    world = World(storefront, goods=GOODS, **more)
    order = world.order(goods=GOODS, **more)
    known = [replace(order.lines[0], return_class=return_class)]
    known += [
        OrderLine(str(n), f"SKU-{n}", f"Red hat {n}", 1, Money(900, "USD"), fulfilment=GOODS)
        for n in range(2, lines + 1)
    ]
    world.put(replace(order, lines=tuple(known)))
    return world, Talk(world)


def cases(world):
    return list(world.store.tables.cases.values())


def test_a_return_is_submitted_for_review_with_everything_that_was_shown():
    world, talk = arrived(S3)
    assert talk.start().response == "utter_return_ask_text"
    assert talk.say(REASON).response == "utter_return_ask_resolution"
    shown = talk.say("a replacement please", "inform_resolution", resolution="replacement")
    assert shown.response == "utter_return_review"
    assert talk.asks == "return_confirmed"
    assert talk.summary["goods"] == ["Blue shoes"]
    assert talk.summary["description"] == REASON
    assert talk.summary["resolution"] == {"$say": "resolution_replacement"}
    assert talk.summary["destination"] is None
    assert not cases(world)

    told = talk.yes()
    (case,) = cases(world)
    assert told.response == "utter_return_filed_agent"
    assert told.variables["case_number"] == case.number
    assert (case.type, case.owner) == (CaseType.RETURN_REQUEST, CaseOwner.AGENT)
    assert (case.description, case.line_ids) == (REASON, ("1",))
    assert (case.resolution, case.evidence) == (Resolution.REPLACEMENT, Evidence.NOT_ASKED)
    assert case.verdict is None


def test_a_short_reason_is_asked_for_once_more_and_then_taken():
    _world, talk = arrived(S4)
    talk.start()
    assert talk.say("too small").response == "utter_return_ask_text_more"
    assert talk.say("yes").response == "utter_return_ask_defective"
    assert talk.slots["return_draft"]["text"] == "too small yes"


def test_which_lines_are_asked_first_and_one_of_two_is_submitted():
    world, talk = arrived(S3, lines=2)
    asked = talk.start()
    assert asked.response == "utter_return_ask_lines"
    (block,) = asked.variables["blocks"]
    assert [row["line_id"] for row in block["lines"]] == ["1", "2"]
    assert talk.say("hmm").slots["missed"]
    talk.say("the red hat")
    talk.say(REASON)
    talk.say("no preference")
    assert talk.summary["goods"] == ["Red hat 2"]
    talk.yes()
    (case,) = cases(world)
    assert (case.line_ids, case.resolution) == (("2",), Resolution.NONE)


def test_all_of_it_is_an_answer_to_which_lines():
    _world, talk = arrived(S3, lines=3)
    talk.start()
    talk.say("all of it")
    assert talk.slots["return_draft"]["lines"] == ["1", "2", "3"]


def test_only_what_arrived_is_offered_for_return():
    world, talk = arrived(S3, lines=2)
    order = world.stored()
    on_the_way = replace(order.lines[1], fulfilment=FulfilmentState.SHIPPED)
    world.put(replace(order, lines=(order.lines[0], on_the_way)))
    assert talk.start().response == "utter_return_ask_text"
    assert talk.slots["return_draft"]["lines"] == ["1"]


CONDITIONS = [
    (["yes"], "return_review", {"defective": True, "opened": None, "as_listed": None}),
    (["no", "yes"], "return_opened_limited", {"defective": False, "opened": True}),
    (
        ["no", "no", "yes"],
        "return_preference_limited",
        {"defective": False, "opened": False, "as_listed": True},
    ),
    (["no", "no", "no"], "return_review", {"as_listed": False}),
    (["it's broken", "no"], "return_review", {"defective": True}),
]


@pytest.mark.parametrize(("answers", "code", "known"), CONDITIONS)
def test_the_condition_is_asked_only_as_far_as_it_matters(answers, code, known):
    world, talk = arrived(S4)
    talk.start()
    talk.say(REASON)
    for answer in answers:
        talk.say(answer)
    if talk.asks == "return_evidence":
        talk.say(None, "skip")
    assert talk.asks == "return_resolution"
    draft = talk.slots["return_draft"]
    assert {name: draft[name] for name in known} == known
    assert talk.say("a refund", resolution="refund").response == f"utter_{code}"
    talk.yes()
    (case,) = cases(world)
    assert (case.subject, case.owner) == (code, CaseOwner.PLATFORM)
    told = [entry.text for entry in world.store.tables.entries if "desk_return" in entry.text]
    assert len(told) == 1


def test_where_the_condition_changes_nothing_it_is_not_asked():
    _world, talk = arrived(S3)
    talk.start()
    assert talk.say(REASON).response == "utter_return_ask_resolution"


def test_not_sure_is_no_answer_about_the_condition():
    _world, talk = arrived(S4)
    talk.start()
    talk.say(REASON)
    assert talk.say("i'm not sure").slots["missed"]
    assert talk.asks == "return_defective"


@pytest.mark.parametrize("kind", [k for k in ReturnClass if k is not ReturnClass.STANDARD])
def test_restricted_goods_get_the_reason_of_their_class_and_can_be_contested(kind):
    world, talk = arrived(S4, return_class=kind)
    talk.start()
    talk.say(REASON)
    assert talk.asks == "return_defective"
    talk.say("no")
    shown = talk.say("whatever")
    assert shown.response == "utter_return_class_limited"
    assert shown.variables["class_reason"] == [{"$say": f"return_class_{kind.value}"}]
    assert talk.yes().response == "utter_return_filed_platform"
    assert cases(world)[0].subject == "return_class_limited"


def test_a_fault_lifts_the_limit_and_photos_are_asked_for():
    _world, talk = arrived(S4, return_class=ReturnClass.HYGIENE)
    talk.start()
    talk.say(REASON)
    assert talk.say("yes").response == "utter_return_ask_photos"
    talk.say("i can't take any", "cannot_provide")
    assert talk.say("no preference").response == "utter_return_review"
    assert talk.summary["no_photos"] == {"$say": "problem_photos_cannot"}


def late(by):
    """A world in which the parcel arrived seven days and `by` ago."""
    world, talk = arrived(S4)
    order = world.stored()
    parcel = replace(order.shipments[0], delivered_at=world.now - timedelta(days=7) - by)
    placed = world.now - timedelta(days=20)
    earlier = replace(parcel, shipped_at=placed + timedelta(days=1))
    paid = replace(order.payment, paid_at=placed)
    world.put(replace(order, shipments=(earlier,), placed_at=placed, payment=paid))
    talk.start()
    talk.say(REASON)
    talk.say("yes")
    talk.say(None, "skip")
    return world, talk


@pytest.mark.parametrize(
    ("by", "code"), [(-1, "return_review"), (0, "return_review"), (1, "return_late")]
)
def test_after_seven_days_it_is_still_accepted_and_said_to_be_late(by, code):
    world, talk = late(timedelta(seconds=by))
    shown = talk.say("a refund", resolution="refund")
    assert shown.response == f"utter_{code}"
    assert bool(shown.variables["ideal"]) is (code == "return_late")
    assert talk.yes().response == "utter_return_filed_platform"
    assert len(cases(world)) == 1


def test_where_the_money_would_go_is_shown_masked_and_only_for_money():
    _world, talk = late(timedelta(0))
    talk.say("a refund", resolution="refund")
    assert talk.summary["destination"] == "Visa ending 4242"
    talk.say("a replacement", resolution="replacement")
    assert talk.summary["destination"] is None
    assert talk.summary["unstated"] == {"$say": "return_replacement_unstated"}


def test_the_seller_gets_the_request_and_their_terms_are_shown_first():
    world, talk = arrived(S0)
    talk.start()
    talk.say(REASON)
    shown = talk.say("a refund", resolution="refund")
    assert shown.response == "utter_return_seller_terms"
    assert shown.variables["fee_percent"] == "10"
    assert shown.variables["returns_policy_url"] == "https://s.example/returns"
    assert not world.store.tables.outbox
    assert talk.yes().response == "utter_return_filed_seller"
    (case,) = cases(world)
    assert case.owner is CaseOwner.SELLER
    assert len(world.store.tables.outbox) == 1
    assert len(world.store.tables.contacts) == 1


def test_an_unknown_fee_is_said_to_be_possible():
    world, talk = arrived(S0)
    sellers = world.store.tables.sellers
    sellers["sel"] = replace(sellers["sel"], restocking_fee=RestockingFee())
    talk.start()
    talk.say(REASON)
    assert talk.say("no preference").variables["fee_unknown"] == {"$say": "return_fee_unknown"}


def test_a_seller_who_cannot_be_reached_is_a_persons_to_reach():
    world, talk = arrived(S0)
    sellers = world.store.tables.sellers
    sellers["sel"] = replace(sellers["sel"], email_valid=False)
    talk.start()
    talk.say(REASON)
    talk.say("no preference")
    talk.yes()
    assert cases(world)[0].owner is CaseOwner.AGENT
    assert not world.store.tables.outbox


@pytest.mark.parametrize("storefront", [S1, S2])
def test_where_nothing_is_stated_it_is_said_and_the_seller_is_offered(storefront):
    world, talk = arrived(storefront)
    shown = talk.start()
    assert shown.response == "utter_return_not_stated_contact"
    assert talk.asks == "return_confirmed"
    assert not cases(world)
    assert talk.yes().response == "utter_contact_sent"
    (letter,) = world.store.tables.outbox.values()
    assert "i want to return it" in letter.payload["text"]


def test_a_letter_without_words_of_the_buyer_still_says_what_it_is_about():
    world, talk = arrived(S2)
    talk.start(text=None)
    talk.yes()
    (letter,) = world.store.tables.outbox.values()
    assert "issue_give_back" in letter.payload["text"]


STATED = [
    ({"goods": FulfilmentState.NONE}, "utter_return_not_arrived"),
    ({"goods": FulfilmentState.SHIPPED}, "utter_return_not_arrived"),
    ({"state": OrderState.CANCELLING}, "utter_return_cancelled"),
]


@pytest.mark.parametrize(("order", "response"), STATED)
def test_what_has_not_arrived_is_not_returned(order, response):
    world = World(S3, **order)
    talk = Talk(world)
    reply = talk.start("request_refund", "i want my money back")
    assert (reply.response, reply.done) == (response, True)
    assert talk.asks is None
    assert not cases(world)


def test_the_same_line_is_submitted_once():
    world, talk = arrived(S3)
    for text in (None, REASON, "no preference"):
        talk.say(text) if text else talk.start()
    talk.yes()
    again = talk.start()
    assert again.response == "utter_return_already"
    assert again.variables["case_number"] == cases(world)[0].number


def test_another_line_of_the_order_is_another_request():
    world, talk = arrived(S3, lines=2)
    for line in ("first", "second"):
        talk.start()
        talk.say(line)
        talk.say(REASON)
        talk.say("no preference")
        talk.yes()
    assert [case.line_ids for case in cases(world)] == [("1",), ("2",)]


def test_a_decided_request_may_be_asked_again():
    world, talk = arrived(S3)
    talk.start()
    talk.say(REASON)
    talk.say("no preference")
    talk.yes()
    (case,) = cases(world)
    decided = replace(case, state="decided", verdict=CaseVerdict.DECLINED, decided_by="kim")
    world.store.tables.cases[case.number] = decided
    assert talk.start().response == "utter_return_ask_text"


def test_a_yes_after_the_goods_changed_shows_it_again():
    world, talk = arrived(S4)
    talk.start()
    talk.say(REASON)
    talk.say("yes")
    talk.say(None, "skip")
    talk.say("no preference")
    order = world.stored()
    world.put(replace(order, payment=replace(order.payment, display="Visa ending 1111")))
    told = talk.yes()
    assert told.response == "utter_return_review"
    assert told.variables["shown_again"] == "changed"
    assert not cases(world)


def test_nothing_in_a_slot_is_trusted():
    world, talk = arrived(S4)
    order = world.number
    draft = {"asked_more": "x", "order": 7, "lines": "1", "text": 3, "opened": "no"}
    said = Said("inform_reason", "hello", OrderHint(number=order), starts=True)
    assert talk.returns.step(world.call(), said, draft).response == "utter_return_ask_text"

"""Agents act by the bot's policy: shown, confirmed, done once; against it only by override."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseType, CaseVerdict, Role
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import OrderState
from aftersale.domain.payments import PaymentState
from aftersale.errors import (
    NotAllowed,
    NotFound,
    NotPossible,
    OverrideNeeded,
    PartyToCase,
    TermsChanged,
)
from aftersale.services.case_life.desk import CaseDesk
from tests.unit.services.acting import AGENT, REVIEWER, SUPERVISOR, WHY, DeskWorld
from tests.unit.services.waiting import OVER
from tests.unit.services.world import NOW, S0, S1, S2, S3, S4

OPEN_CAMPAIGN = OVER | {"campaign_ends_at": NOW + timedelta(days=2)}
SHIPPED, DELIVERED = FulfilmentState.SHIPPED, FulfilmentState.DELIVERED
HELD = PaymentState.AUTHORISED


def step(weighed):
    return weighed.by_rules and weighed.by_rules["deed"]


# storefront, order, ask: what a plain yes does, what an override does, who may, what bars it
TABLE = [
    (S2, {}, "cancel", "cancel", None, None, None),
    (S1, {}, "cancel", "request_cancel", "cancel", "supervisor", None),
    (S0, {}, "cancel", "contact_seller", "cancel", "supervisor", None),
    (S3, {}, "cancel", "open_case", "cancel", "reviewer", None),
    (S4, {}, "cancel", "open_case", "cancel", "reviewer", None),
    (S2, {"goods": SHIPPED}, "cancel", "contact_seller", None, None, "goods_gone"),
    (S2, {"state": OrderState.COMPLETED}, "cancel", "open_case", None, None, "order_completed"),
    (S2, {"state": OrderState.CANCELLING}, "cancel", None, None, None, "order_cancelling"),
    (S2, {}, "refund", None, "refund", "supervisor", None),
    (S3, {"goods": DELIVERED}, "refund", "request_return", "refund", "reviewer", None),
    (S0, {"goods": DELIVERED}, "refund", "request_return", None, None, "seller_pays_back"),
    (S2, {"paid": PaymentState.AWAITING}, "refund", None, None, None, "nothing_paid"),
    (S2, {"paid": PaymentState.REFUNDED}, "refund", None, None, None, "already_refunded"),
    (S2, {"paid": HELD}, "refund", None, None, None, "hold_only"),
    (S2, {}, "release", None, None, None, "no_hold"),
    (S4, OPEN_CAMPAIGN, "release", "cancel", None, None, None),
    (S4, OVER, "release", "open_case", "cancel", "reviewer", None),
    (S1, {}, "hold", "ask_hold", None, None, None),
    (S1, {"goods": SHIPPED}, "hold", None, None, None, "goods_gone"),
    (S3, {"goods": DELIVERED}, "return", "request_return", None, None, None),
    (S3, {"goods": DELIVERED}, "replacement", "request_return", None, None, None),
    (S3, {}, "return", None, "request_return", "supervisor", None),
    (S2, {}, "contact_seller", "contact_seller", None, None, None),
]


@pytest.mark.parametrize(("storefront", "order", "ask", "plain", "forced", "role", "bar"), TABLE)
def test_what_a_confirmation_would_do(storefront, order, ask, plain, forced, role, bar):
    weighed = DeskWorld(storefront, **order).ask(ask).weighed
    override = weighed.by_override and weighed.by_override["deed"]
    who = weighed.override and weighed.override.role.value
    assert (step(weighed), override, who, weighed.barred) == (plain, forced, role, bar)


def test_a_confirmation_cancels_once_and_says_who_did_it():
    w = DeskWorld(S2)
    shown = w.ask("cancel", reason="They called.")
    done = w.confirm(shown)
    assert (
        w.confirm(shown) == done == w.confirm(shown, user=SUPERVISOR)
    )  # a second tab, a colleague
    (request,) = w.store.tables.requests.values()
    (effect,) = w.store.tables.outbox.values()
    assert request.idempotency_key == effect.idempotency_key == shown.proposal.proposal_id
    assert (request.actor, w.stored().state) == ("platform", OrderState.CANCELLING)
    (row,) = w.trail("order.acted")
    assert (row.actor, row.after["did"]) == ("agent:ada", "cancel")
    assert w.told() == ["utter_cancel_done_refund"]
    w.run_relay()
    assert w.stored().state is OrderState.CANCELLED
    (refund,) = w.store.tables.refunds.values()
    assert refund.amount == w.stored().total


def test_a_proposal_alone_changes_nothing():
    w = DeskWorld(S2)
    before = w.effects()
    w.ask("cancel")
    assert (w.effects(), w.told()) == (before, [])


def test_changed_terms_are_refused_with_the_reason():
    w = DeskWorld(S2)
    shown, before = w.ask("cancel"), w.effects()
    w.ship()
    with pytest.raises(TermsChanged, match="have left"):
        w.confirm(shown)
    assert w.effects() == before


def test_what_was_shown_too_long_ago_is_shown_again():
    w = DeskWorld(S2)
    shown = w.ask("cancel")
    w.later(minutes=16)
    with pytest.raises(TermsChanged, match="a while ago"):
        w.confirm(shown)


def test_two_agents_who_were_shown_the_same_have_one_effect():
    w = DeskWorld(S2)
    first, second = w.ask("cancel"), w.ask("cancel", user=REVIEWER)
    w.confirm(first)
    before = w.effects()
    with pytest.raises(TermsChanged, match="on its way"):
        w.confirm(second, user=REVIEWER)
    assert w.effects() == before


@pytest.mark.parametrize("amount", [None, 700])
def test_two_refunds_that_were_shown_together_are_one(amount):
    w = DeskWorld(S2)
    asked = {"user": SUPERVISOR, "amount_minor": amount}
    first, second = w.ask("refund", **asked), w.ask("refund", **asked)
    w.confirm(first, user=SUPERVISOR, override=WHY)
    with pytest.raises(TermsChanged):
        w.confirm(second, user=SUPERVISOR, override=WHY)
    (refund,) = w.store.tables.refunds.values()
    assert refund.amount.minor == (amount or 1999)


def test_a_rule_is_set_aside_by_the_role_with_a_reason_and_both_are_written():
    w = DeskWorld(S1)
    shown = w.ask("cancel")
    assert shown.weighed.override.code == "consent_needed"
    with pytest.raises(NotAllowed, match="supervisor"):
        w.confirm(shown, user=REVIEWER, override=WHY)
    with pytest.raises(OverrideNeeded):
        w.confirm(shown, user=SUPERVISOR, override="ok")
    assert w.effects()[:2] == (0, 0)
    done = w.confirm(shown, user=SUPERVISOR, override=WHY)
    assert (done.override_reason, done.done_by) == (WHY, "sue")
    (row,) = w.trail("order.overridden")
    assert row.after["override"] == {
        "rule": "supplier_consents",
        "code": "consent_needed",
        "reason": WHY,
    }
    assert (row.actor, w.stored().state) == ("agent:sue", OrderState.CANCELLING)


def test_what_the_rules_leave_to_a_person_is_a_reviewers():
    w = DeskWorld(S3)
    with pytest.raises(NotAllowed, match="reviewer"):
        w.act("cancel", override=WHY)
    w.act("cancel", user=REVIEWER, override=WHY)
    assert w.stored().state is OrderState.CANCELLING


IMPOSSIBLE = {
    "the order is cancelled": (S2, {"state": OrderState.CANCELLED}, "cancel", {}),
    "the goods are gone": (S2, {"goods": SHIPPED}, "cancel", {}),
    "more than was paid": (S2, {}, "refund", {"amount_minor": 2000}),
    "less than nothing": (S2, {}, "refund", {"amount_minor": -5}),
    "it went back": (S2, {"paid": PaymentState.REFUNDED}, "refund", {}),
    "somebody else's line": (S2, {}, "refund", {"line_ids": ("9",)}),
    "the seller has it": (S0, {"goods": DELIVERED}, "refund", {}),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_nobody_sets_aside_what_is_no_rule(what):
    storefront, order, ask, more = IMPOSSIBLE[what]
    w = DeskWorld(storefront, **order)
    shown = w.ask(ask, user=SUPERVISOR, **more)
    assert shown.weighed.by_override is None
    before = w.effects()
    with pytest.raises(NotPossible):
        w.confirm(shown, user=SUPERVISOR, override=WHY)
    assert w.effects() == before


@pytest.mark.parametrize("who", ["ann", "ANN@x.example", "barn@seller.example", "Blue Barn"])
def test_nobody_acts_on_an_order_they_take_part_in(who):
    w = DeskWorld(S2)
    user = replace(SUPERVISOR, user=who)
    shown = w.ask("cancel", user=user)
    assert shown.weighed.never == "party_to_order"
    for proposal in (shown, w.ask("cancel")):  # nor what a colleague was shown
        with pytest.raises(PartyToCase):
            w.confirm(proposal, user=user, override=WHY)
    assert w.stored().state is OrderState.OPEN


def test_another_storefronts_order_is_not_there():
    w = DeskWorld(S2)
    stranger = replace(AGENT, storefronts=(S3,))
    with pytest.raises(NotFound):
        w.ask("cancel", user=stranger)
    shown = w.ask("cancel")
    with pytest.raises(NotFound):
        w.confirm(shown, user=stranger)


def test_a_line_is_cancelled_alone_and_its_money_alone_goes_back():
    w = DeskWorld(S2).two_lines()
    shown = w.ask("cancel", line_ids=("2",))
    assert shown.weighed.by_rules["money"]["amount_minor"] == 1001
    w.confirm(shown)
    assert w.told() == ["utter_lines_cancel_done_refund"]
    w.run_relay()
    assert [line.cancelled for line in w.stored().lines] == [False, True]
    assert w.stored().state is OrderState.OPEN
    assert [refund.amount.minor for refund in w.store.tables.refunds.values()] == [1001]
    assert "utter_told_lines_cancelled_refund" in w.told()
    w.act("cancel", user=REVIEWER, override=WHY)  # of what is refunded in part a person decides
    w.run_relay()
    amounts = [refund.amount.minor for refund in w.store.tables.refunds.values()]
    assert (sorted(amounts), w.stored().state) == ([1001, 1999], OrderState.CANCELLED)


def test_money_for_one_line_goes_back_once_and_the_order_stays():
    w = DeskWorld(S3, goods=DELIVERED).two_lines()
    w.act("refund", user=REVIEWER, override=WHY, line_ids=("2",))
    assert w.told() == ["utter_told_refund_begun"]
    again = w.ask("refund", user=REVIEWER, line_ids=("2",))
    assert (again.weighed.barred, again.weighed.by_override) == ("already_refunded", None)
    w.run_relay()
    assert w.payments.done
    assert w.stored().state is OrderState.OPEN
    assert w.stored().payment.state is PaymentState.PART_REFUNDED


def test_a_hold_of_a_cancelled_order_is_released_by_a_supervisor():
    w = DeskWorld(S4, **OVER, state=OrderState.CANCELLED)
    w.change(lines=tuple(replace(line, cancelled=True) for line in w.stored().lines))
    w.act("release", user=SUPERVISOR, override=WHY)
    assert w.told() == ["utter_told_release_begun"]
    w.run_relay()
    assert w.stored().payment.state is PaymentState.VOIDED


def test_money_without_a_known_payment_is_a_case_for_a_person():
    w = DeskWorld(S3, goods=DELIVERED)
    w.change(payment=replace(w.stored().payment, provider_ref=None))
    shown = w.ask("refund", user=REVIEWER)
    assert shown.weighed.by_override["money"]["by_hand"] is True
    done = w.confirm(shown, user=REVIEWER, override=WHY)
    assert w.told() == ["utter_told_refund_by_hand"]
    (case,) = w.store.tables.cases.values()
    assert (case.type, case.number) == (CaseType.REFUND_REQUEST, done.result["case_number"])


def test_what_an_agent_files_is_said_to_be_theirs_and_carried_out_when_accepted():
    w = DeskWorld(S3)
    number = w.act("cancel", reason="They wrote by post.").result["case_number"]
    (entry,) = w.store.tables.entries
    assert (entry.author, entry.role) == ("agent:ada", Role.PLATFORM)
    deciding = CaseDesk(w.wiring).deciding
    deciding.decide(number, CaseVerdict.ACCEPTED, "rules_cover_it", user="rio", now=w.now)
    assert w.stored().state is OrderState.CANCELLING


def test_the_buyer_is_told_where_they_are_even_when_they_never_wrote():
    w = DeskWorld(S2)
    w.store.tables.conversations.clear()
    w.act("cancel")
    (talk,) = w.store.tables.conversations.values()
    assert (talk.buyer_id, talk.verified_until) == ("ann", None)
    assert w.told() == ["utter_cancel_done_refund"]


def test_a_conversation_of_somebody_else_is_never_told():
    w = DeskWorld(S2)
    w.store.tables.conversations["conv"] = w.conversation("conv", "bob")
    w.act("cancel")
    assert [event.conversation_id for event in w.store.tables.events] != ["conv"]


def test_without_an_override_nothing_happens_that_the_policy_denies():
    allowed = {"cancel": {"do_now"}, "refund": set(), "release": {"do_now"}}
    for storefront in (S0, S1, S2, S3, S4):
        for goods in FulfilmentState:
            for paid in PaymentState:
                for ask, outcomes in allowed.items():
                    w = DeskWorld(storefront, goods=goods, paid=paid)
                    shown = w.ask(ask)
                    if shown.weighed.by_rules is None:
                        continue
                    w.confirm(shown)
                    moved = w.stored().state is not OrderState.OPEN or w.store.tables.refunds
                    assert not moved or shown.decision["outcome"] in outcomes

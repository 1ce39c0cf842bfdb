"""The wording itself: complete, kept by what the use cases give, and true to the storefronts."""

import re
from pathlib import Path

import pytest
import yaml

from aftersale.adapters.voice_choices import offered
from aftersale.domain.channels import Channel
from aftersale.domain.requests import CommandKind
from aftersale.policy.codes import REASON_CODES, response_of, responses_of
from aftersale.policy.decision import Ask
from aftersale.services.responses import CHOICES, RESPONSES
from aftersale.services.responses.core import CANCEL_CODES
from tests.unit.voice.conftest import HOUSE

DOMAIN = yaml.safe_load((Path(__file__).parents[3] / "domain.yml").read_text("utf-8"))
LONGEST = 420  # characters of a reply before its variables are put in; letters may be longer
HOLD_REPLIES = (
    "utter_cancel_hold_release",
    "utter_cancel_status_allows_release",
    "utter_cancel_done_release",
    "utter_told_cancelled_release",
    "utter_told_release_confirmed",
    "utter_release_pending",
    "utter_release_confirmed",
    "utter_release_refused",
    "utter_authorisation_held",
    "utter_authorisation_held_open_end",
    "utter_authorisation_released",
    "utter_refund_hold_only",
    "utter_cancel_campaign_over",
    "payment_authorised",
    "payment_voided",
)
NEVER = re.compile(
    r"connect(ing)? you|your fault|you should have|guarantee|will be approved|is approved", re.I
)


def every(wording):
    return [(name, each) for name, known in wording.responses.items() for each in known]


def texts(wording, name):
    return [each.text for each in wording.responses[name]]


@pytest.mark.parametrize("name", RESPONSES)
def test_every_response_of_a_use_case_has_wording(wording, name):
    assert name in wording


@pytest.mark.parametrize("ask", Ask)
def test_every_decision_of_the_policy_has_wording(wording, ask):
    assert responses_of(ask) <= set(wording.responses)


def test_every_reason_code_of_the_policy_has_wording(wording):
    worded = {response for ask in Ask for response in responses_of(ask)}
    said = {code: {response_of(ask, code) for ask in Ask} & worded for code in REASON_CODES}
    assert [code for code, responses in said.items() if not responses] == []


@pytest.mark.parametrize("intent", DOMAIN["intents"])
def test_every_wish_can_be_a_button(wording, intent):
    answers = {"goodbye", "greet", "how_are_you", "compliment", "inform_reason", "nlu_fallback"}
    answers |= {"other_order", "out_of_scope", "repeat", "thank"}
    answers |= {"inform_code", "inform_email", "inform_resolution"}
    assert intent in answers or f"choice_{intent}" in wording


@pytest.mark.parametrize("intent", CHOICES)
def test_every_choice_of_a_use_case_is_an_intent_with_a_title(wording, intent):
    assert intent in DOMAIN["intents"]
    assert f"choice_{intent}" in wording


def test_placeholders_are_what_the_use_case_gives(wording):
    for name, variation in every(wording):
        if name in RESPONSES:
            assert variation.placeholders <= {*RESPONSES[name], *HOUSE}, name


def test_responses_without_a_use_case_need_house_words_only(wording):
    given = {"utter_trouble_case": {"case_number"}, "utter_text": {"text"}}
    given |= {f"utter_ask_again_{kind}": {"number", "seller"} for kind in CommandKind}
    for name, variation in every(wording):
        if name.startswith("utter_") and name not in RESPONSES:
            assert variation.placeholders <= {*HOUSE, *given.get(name, ())}, name


@pytest.mark.parametrize("kind", sorted(set(CommandKind) - {CommandKind.REMIND}))
def test_every_offer_can_be_asked_again(wording, kind):
    assert f"utter_ask_again_{kind}" in wording  # a reminder needs no yes


def test_every_response_can_be_said_to_everyone(wording):
    for name, known in wording.responses.items():
        plain = [each for each in known if each.storefront is None]
        assert any(each.channel is None for each in plain), name


def test_channels_of_variations_exist(wording):
    assert {each.channel for _, each in every(wording)} - {None} <= set(Channel)


def test_conditions_name_storefronts_that_exist(wording):
    keys = {"seller-direct", "supplier-consent", "status-gated", "helpdesk", "group-buy"}
    assert {each.storefront for _, each in every(wording)} - {None} <= keys


def test_buttons_lead_to_intents_that_exist(wording):
    for name, variation in every(wording):
        for offer in variation.offers:
            assert offered(offer).intent in DOMAIN["intents"], name


def test_nothing_asks_two_questions(wording):
    for name, variation in every(wording):
        assert variation.text.count("?") <= 1, name


def test_replies_are_short(wording):
    for name, variation in every(wording):
        if not name.startswith("mail_"):
            assert len(variation.text) <= LONGEST, (name, len(variation.text))


def test_nothing_blames_promises_or_pretends(wording):
    for name, variation in every(wording):
        said = variation.text.replace("that's not your fault", "")
        assert not NEVER.search(said), name


@pytest.mark.parametrize("topic", ["problem", "return", "reimburse", "dispute", "escalate"])
def test_no_request_is_ever_called_granted_or_an_intervention(wording, topic):
    granted = re.compile(r"(?i)\bapproved?\b|will be (?:reimbursed|refunded|replaced)|\binterven")
    said = [n for n in wording.responses if n.startswith((f"utter_{topic}_", "notice_return"))]
    assert len(said) > 1
    for name in said:
        assert not any(granted.search(text) for text in texts(wording, name)), name


@pytest.mark.parametrize("code", [c for c in CANCEL_CODES if c.startswith("seller_decides")])
def test_seller_direct_never_says_cancelled(wording, code):
    for text in texts(wording, f"utter_cancel_{code}"):
        assert "cancelled" not in text.lower()
        assert "only {seller}" in text.lower() or "{seller} decides" in text


def test_seller_direct_hopes_and_does_not_promise(wording):
    (text,) = texts(wording, "utter_cancel_seller_decides")
    assert "should be able" in text
    assert "can't promise" in text


@pytest.mark.parametrize("name", HOLD_REPLIES)
def test_hold_is_never_called_a_refund(wording, name):
    for text in texts(wording, name):
        assert "refund" not in text.lower()


@pytest.mark.parametrize("name", ["utter_cancel_hold_release", "utter_cancel_done_release"])
def test_hold_says_no_charge_where_possible_and_some_days(wording, name):
    for text in texts(wording, name):
        for words in ("o charge was taken", "released where possible", "your bank may show it"):
            assert words.lower() in text.lower()


@pytest.mark.parametrize("name", [n for n in RESPONSES if n.startswith("utter_case_opened")])
def test_case_is_submitted_for_review_never_approved(wording, name):
    for text in texts(wording, name):
        assert "submitted for review" in text
        assert "approved" not in text


def test_refund_of_group_buy_may_be_eligible(wording):
    assert "may be eligible to request" in texts(wording, "utter_cancel_paid_review")[0]


def test_shop_without_a_rule_says_so(wording):
    for name in ("utter_cancel_not_stated", "utter_cancel_not_stated_contact"):
        assert "no stated rule" in texts(wording, name)[0]


def test_greeting_says_it_is_automated_and_offers_both_ways(wording):
    for text in texts(wording, "utter_greet"):
        assert "automated assistant" in text
        assert "order" in text
        assert "before you buy" in text


def test_questions_are_followed_by_a_yes_and_a_no(wording):
    for code in CANCEL_CODES:
        for variation in wording.responses[f"utter_cancel_{code}"]:
            if "?" in variation.text:
                intents = {offered(offer).intent for offer in variation.offers}
                assert {"affirm", "deny"} <= intents, code

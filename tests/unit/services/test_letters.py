"""Letters to sellers: composed, sent once, answered by page or mail, and what comes back."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseOwner, CaseState, CaseType, Role
from aftersale.domain.conversations import Author
from aftersale.domain.requests import LinkPurpose
from aftersale.domain.sellers import Direction, Product, SellerEventKind
from aftersale.errors import LinkGone, NotFound
from aftersale.gateway.screen import screen
from aftersale.policy.knobs import BeforeBuying, ContactKnobs
from aftersale.services.bounces import Bounces
from aftersale.services.call import OrderHint
from aftersale.services.compose import ASKS, DRAFT, ComposeLetter, LetterSaid, dictated
from aftersale.services.inbound_mail import is_letter
from aftersale.services.letters import LINK_REMOVED
from aftersale.services.seller_answers import AnswerTaken, SellerAnswers
from tests.unit.services.world import NOW, S0, S1, S2, S3, World

CARD = "4111 1111 1111 1111"


def said(text, *, asked=None, intent="contact_seller", number=None, **more):
    hint = OrderHint(number=number, words=more.pop("words", None), text=text)
    return LetterSaid(intent, text, hint, asked=asked, **more)


class Desk:
    """A buyer who writes, turn by turn, as the form does."""

    def __init__(self, storefront=S0, **order):
        self.w = World(storefront, **order)
        self.compose = ComposeLetter(self.w.wiring)
        self.answers = SellerAnswers(self.w.wiring, screen)
        self.bounces = Bounces(self.w.wiring)
        self.draft, self.asked = {}, None

    def say(self, text, *, buyer="ann", intent="contact_seller", **more):
        message = said(text, asked=self.asked, intent=intent, **more)
        reply = self.compose.step(self.w.call(buyer=buyer), message, self.draft)
        self.asked, self.draft = reply.slots.get(ASKS), reply.slots.get(DRAFT, {})
        return reply

    def send(self, text="When will it ship, please?", **more):
        self.say("write to the seller", number=more.pop("number", self.w.number), **more)
        self.say(text, **more)
        return self.say("yes", intent="affirm", **more)

    @property
    def letter(self):
        [letter] = [m for m in self.messages if m.direction is Direction.TO_SELLER]
        return letter

    @property
    def messages(self):
        return list(self.w.store.tables.seller_messages.values())

    @property
    def mail(self):
        return self.w.store.tables.outbox[self.letter.message_id].payload

    @property
    def token(self):
        return self.mail["link"].rpartition("/")[2]

    @property
    def told(self):
        return [(e.author, e.body["response"]) for e in self.w.store.tables.events]


@pytest.fixture
def desk():
    return Desk()


def test_the_text_is_asked_shown_word_for_word_and_sent_after_a_yes(desk):
    asked = desk.say("write to the seller", number=desk.w.number)
    assert (asked.response, desk.asked) == ("utter_letter_text", "letter_text")
    shown = desk.say("When will it ship, please?")
    assert shown.response == "utter_letter_confirm"
    assert shown.variables["words"] == "When will it ship, please?"
    assert not desk.messages
    sent = desk.say("yes", intent="affirm")
    assert (sent.response, desk.asked) == ("utter_letter_sent", None)
    assert desk.letter.text == "When will it ship, please?"
    assert desk.letter.order_number == desk.w.number
    assert desk.w.number in desk.mail["text"]
    assert desk.w.store.tables.contacts[0]["message_id"] == desk.letter.message_id


def test_what_was_dictated_is_not_asked_again(desk):
    shown = desk.say("tell the seller that the box was crushed", number=desk.w.number)
    assert shown.variables["words"] == "the box was crushed"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ask them if they can gift wrap it please", "if they can gift wrap it please"),
        ("let the supplier know that I am away until Monday", "I am away until Monday"),
        ("please write to the seller for me", None),
        ("can you message the seller about my order", None),
        ("tell the seller", None),
    ],
)
def test_only_words_that_say_something_are_a_letter(text, words):
    assert dictated(text) == words


def test_another_text_at_the_question_replaces_the_first(desk):
    desk.say("write to the seller", number=desk.w.number)
    desk.say("When will it ship?")
    again = desk.say("When will it ship, and how?", intent="nlu_fallback")
    assert again.variables["words"] == "When will it ship, and how?"
    desk.say("yes", intent="affirm")
    assert desk.letter.text == "When will it ship, and how?"


def test_a_no_sends_nothing(desk):
    desk.say("write to the seller", number=desk.w.number)
    desk.say("When will it ship?")
    assert desk.say("no", intent="deny").response == "utter_letter_not_sent"
    assert not desk.messages


def test_a_doubtful_yes_is_shown_again(desk):
    desk.say("write to the seller", number=desk.w.number)
    desk.say("When will it ship?")
    again = desk.say("ok maybe", intent="affirm", doubts=True)
    assert (again.response, desk.asked) == ("utter_letter_confirm", "letter_confirmed")
    assert not desk.messages


def test_a_second_yes_sends_no_second_letter(desk):
    desk.send()
    again = desk.w.yes()
    assert again.response == "utter_letter_already"
    assert len(desk.messages) == 1


@pytest.mark.parametrize(
    ("storefront", "response"),
    [(S0, "utter_letter_text_before"), (S1, "utter_letter_text_before")],
)
def test_a_visitor_writes_to_a_seller_by_name(storefront, response):
    desk = Desk(storefront)
    asked = desk.say("contact blue barn", buyer=None)
    assert asked.response == response
    desk.say("Is it big?", buyer=None)
    desk.say("yes", intent="affirm", buyer=None)
    assert (desk.letter.buyer_id, desk.letter.order_number) == (None, None)
    assert "ann" not in desk.mail["text"].lower()


@pytest.mark.parametrize("storefront", [S0, S2, S3])
def test_a_visitor_gets_no_order_and_is_asked_to_sign_in(storefront):
    desk = Desk(storefront)
    assert desk.say("write", buyer=None, number=desk.w.number).response == (
        "utter_cancel_not_verified"
    )


def test_where_the_storefront_is_silent_nobody_is_written_to_before_buying():
    reply = Desk(S2).say("contact blue barn", buyer="bob")
    assert reply.response == "utter_letter_before_unstated"


def test_the_knob_says_who_may_write_before_buying():
    desk = Desk(S0)
    policy = desk.w.wiring.policies[S0]
    knobs = ContactKnobs(before_buying=BeforeBuying.SIGNED_IN)
    desk.w.wiring.policies[S0] = replace(policy, contact=knobs)
    assert desk.say("contact blue barn", buyer=None).response == "utter_cancel_not_verified"
    assert desk.say("contact blue barn", buyer="bob").response == "utter_letter_text_before"


def test_from_a_product_one_signs_in_and_by_name_one_does_not(desk):
    vase = Product(S0, "VASE-1", "Tall vase", "sel", "https://x.example/vase")
    desk.w.store.tables.products[S0, "VASE-1"] = vase
    refused = desk.say("ask the seller of the vase", words="vase", buyer=None)
    assert refused.response == "utter_letter_product_sign_in"
    asked = desk.say("ask the seller of the vase", words="vase", buyer="bob")
    assert asked.variables["items"] == ["Tall vase"]
    desk.say("Is it blue?", buyer="bob")
    desk.say("yes", intent="affirm", buyer="bob")
    assert (desk.letter.sku, desk.letter.order_number) == ("VASE-1", None)
    assert "Tall vase" in desk.mail["text"]


def test_visitors_write_a_few_letters_an_hour(desk):
    for _ in range(3):
        desk.say("contact blue barn", buyer=None)
        desk.say("Is it big?", buyer=None)
        assert desk.say("yes", intent="affirm", buyer=None).response == "utter_letter_sent_before"
    assert desk.say("contact blue barn", buyer=None).response == "utter_letter_too_many"
    desk.w.later(hours=1, minutes=1)
    assert desk.say("contact blue barn", buyer=None).response == "utter_letter_text_before"


def test_the_page_shows_little_and_changes_nothing(desk):
    desk.send()
    page = desk.answers.view(desk.token, now=NOW)
    assert (page.first_name, page.items) == ("Ann", ("Blue shoes",))
    assert "High Road" not in str(page)
    assert "x.example" not in str(page)
    assert len(desk.messages) == 1


def test_an_answer_on_the_page_reaches_the_buyer_once(desk):
    desk.send()
    now = NOW + timedelta(hours=2)
    assert desk.answers.answer(desk.token, "Tomorrow.", now=now) is AnswerTaken.TOLD
    assert desk.told == [(Author.SELLER, "utter_told_seller_answer")]
    assert desk.answers.answer(desk.token, "Tomorrow.", now=now) is AnswerTaken.TOLD
    with pytest.raises(LinkGone):
        desk.answers.answer(desk.token, "Never.", now=now)
    assert len(desk.told) == 1
    [event] = desk.w.store.tables.seller_events.values()
    assert (event.kind, event.seconds) == (SellerEventKind.ANSWER, 7200)
    assert desk.w.store.tables.contacts[0]["outcome"] == "answered"


def test_answers_by_mail_are_messages_each_of_them(desk):
    desk.send()
    token = desk.mail["reply_token"]
    assert desk.answers.by_mail(token, "Tomorrow.", NOW)
    assert is_letter(desk.w.wiring.uow, ["another", desk.letter.message_id])
    assert not is_letter(desk.w.wiring.uow, ["another"])
    assert desk.answers.by_thread(desk.letter.message_id, "Or Friday.", NOW)
    assert len(desk.told) == 2
    assert len(desk.w.store.tables.seller_events) == 1  # the first answer counts


@pytest.mark.parametrize("token", ["", "nothing", "0" * 32])
def test_mail_to_no_letter_is_nobodys(desk, token):
    desk.send()
    assert not desk.answers.by_mail(token, "Hello", NOW)
    assert not desk.answers.by_thread(token, "Hello", NOW)
    assert not desk.bounces.bounced(token, NOW)
    assert desk.told == []


def test_what_a_seller_writes_is_masked_before_it_is_kept(desk):
    desk.send()
    desk.answers.answer(desk.token, f"Pay to {CARD}, order {desk.w.number}", now=NOW)
    answer = desk.messages[-1]
    assert "4111" not in answer.text
    assert desk.w.number in answer.text


def test_an_answer_to_somebody_elses_conversation_is_kept_and_not_told(desk):
    desk.send()
    tables = desk.w.store.tables
    tables.conversations["conv"] = replace(tables.conversations["conv"], buyer_id="bob")
    assert desk.answers.answer(desk.token, "Tomorrow.", now=NOW) is AnswerTaken.KEPT
    assert desk.told == []


def test_a_link_that_is_over_or_of_another_kind_opens_nothing(desk):
    desk.send()
    for at in (NOW + timedelta(days=15),):
        with pytest.raises(LinkGone):
            desk.answers.view(desk.token, now=at)
    links = desk.w.store.tables.links
    for key, link in links.items():
        links[key] = replace(link, purpose=LinkPurpose.ANSWER_HOLD)
    with pytest.raises(LinkGone):
        desk.answers.view(desk.token, now=NOW)


def test_what_leaves_keeps_neither_link_nor_reply_address(desk):
    desk.send()
    relay = desk.w.relay()
    relay.run(NOW, jitter=lambda: 0.0)
    kept = desk.mail
    assert kept["link"] is None
    assert kept["reply_token"] is None
    assert LINK_REMOVED in kept["text"]


def test_an_agreement_by_mail_is_a_message_and_cancels_nothing():
    desk = Desk(S1)
    desk.w.propose()
    desk.w.yes()
    desk.w.later(minutes=5)
    assert desk.answers.by_mail(desk.mail["reply_token"], "I agree to cancel.", desk.w.now)
    assert desk.w.stored().state.value == "open"
    [request] = desk.w.store.tables.requests.values()
    assert request.state.value == "sent"
    assert desk.told == [(Author.SELLER, "utter_told_seller_answer")]


def test_a_letter_that_came_back_is_a_case_once_and_the_address_counts_no_more(desk):
    desk.send()
    token = desk.mail["reply_token"]
    assert desk.bounces.bounced(token, NOW)
    assert desk.bounces.bounced(token, NOW)
    [case] = desk.w.store.tables.cases.values()
    assert (case.type, case.owner) == (CaseType.SELLER_UNREACHABLE, CaseOwner.PLATFORM)
    assert desk.told == [(Author.SYSTEM, "utter_told_letter_bounced")]
    assert not desk.w.store.tables.sellers["sel"].reachable
    assert desk.w.store.tables.contacts[0]["outcome"] == "bounced"
    assert len(desk.w.store.tables.bounces) == 1
    assert desk.w.propose().response == "utter_cancel_contact_no_seller"


def test_what_a_person_learns_reaches_the_buyer_and_the_case(desk):
    desk.send()
    desk.bounces.bounced(desk.mail["reply_token"], NOW)
    [case] = desk.w.store.tables.cases.values()
    taken = desk.answers.by_person(case.number, "It ships on Monday.", user="kim", now=NOW)
    assert taken is AnswerTaken.TOLD
    assert desk.told[-2:] == [
        (Author.SELLER, "utter_told_outreach_answer"),
        (Author.SYSTEM, "utter_told_case_settles"),
    ]
    [entry] = [each for each in desk.w.store.tables.entries if each.role is Role.SELLER]
    assert (entry.role, entry.author, entry.text) == (
        Role.SELLER,
        "agent:kim",
        "It ships on Monday.",
    )
    assert desk.w.store.tables.cases[case.number].state is CaseState.WAITING_FOR_BUYER


def test_a_case_without_outreach_takes_no_answer(desk):
    with pytest.raises(NotFound):
        desk.answers.by_person("C-000001", "Hello", user="kim", now=NOW)


def test_every_letter_of_an_order_is_one_thread(desk):
    desk.send()
    first = desk.letter
    desk.w.later(days=1)
    desk.send("And now?")
    second = desk.messages[-1]
    assert second.thread_id == first.thread_id == first.message_id
    assert desk.w.store.tables.outbox[second.message_id].payload["thread"] == first.message_id


def test_links_are_no_words_of_the_letter(desk):
    desk.send("See https://x.example/s/abc {first_name}")
    assert re.search(r"\{first_name\}", desk.letter.text)

"""What a seller answers about a case that is theirs first: in its thread, once, told and shown."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.cases import CaseOwner, CaseState, CaseType, Role
from aftersale.domain.conversations import Author
from aftersale.domain.sellers import Direction
from aftersale.gateway.screen import screen
from aftersale.services.bounces import Bounces
from aftersale.services.case_life.showing import ShowCase
from aftersale.services.seller_answers import AnswerTaken, SellerAnswers
from tests.unit.services.problem_talk import STORY, Talk, arrived, through
from tests.unit.services.world import S0, S1

WORDS = "I send a new pair on Monday."


@pytest.fixture
def talk():
    """A problem that was filed: its case is the seller's first, with a letter about it."""
    talk = Talk(S0, **arrived())
    talk.photo("p1")
    through(talk, ("damaged_item", None), ("x", STORY), ("skip", None))
    talk.yes()
    return talk


@pytest.fixture
def answers(talk):
    return SellerAnswers(talk.world.wiring, screen)


def case_of(talk):
    [case] = [c for c in talk.cases if c.type is CaseType.PROBLEM]
    return case


def letters(talk):
    messages = talk.world.store.tables.seller_messages.values()
    return [each for each in messages if each.direction is Direction.TO_SELLER]


def thread(talk, case=None):
    number = (case or case_of(talk)).number
    return [e for e in talk.world.store.tables.entries if e.case_number == number]


def token(talk):
    return talk.mails[0].payload["link"].rpartition("/")[2]


def on_the_page(talk, answers, now):
    return answers.answer(token(talk), WORDS, now=now)


def by_mail(talk, answers, now):
    return answers.by_mail(talk.mails[0].payload["reply_token"], WORDS, now, key="k1")


def in_the_thread(talk, answers, now):
    return answers.by_thread(letters(talk)[0].message_id, WORDS, now, key="k1")


def by_a_person(talk, answers, now):
    return answers.by_person(case_of(talk).number, WORDS, user="kim", now=now)


@pytest.mark.parametrize(
    ("way", "author"),
    [
        (on_the_page, "seller:sel"),
        (by_mail, "seller:sel"),
        (in_the_thread, "seller:sel"),
        (by_a_person, "agent:kim"),
    ],
)
def test_an_answer_lands_in_the_case_and_in_the_conversation(talk, answers, way, author):
    now = talk.world.now + timedelta(hours=2)
    assert way(talk, answers, now)
    entry = thread(talk)[-1]
    assert (entry.role, entry.author, entry.text, entry.at) == (Role.SELLER, author, WORDS, now)
    event = talk.world.store.tables.events[-1]
    assert (event.author, event.body["response"]) == (Author.SELLER, "utter_told_seller_answer")
    assert case_of(talk).state is CaseState.OPEN  # an answer decides nothing
    audited = [a.action for a in talk.world.store.tables.audit if a.actor == author]
    assert audited == ["case.first_line_answered"]


@pytest.mark.parametrize("way", [on_the_page, by_mail, in_the_thread])
def test_the_same_message_twice_is_one_answer(talk, answers, way):
    for _ in range(2):
        assert way(talk, answers, talk.world.now)
    assert [e.text for e in thread(talk)] == [STORY, WORDS]
    assert len(talk.world.told()) == 1


def test_two_mails_of_the_same_words_are_two_messages(talk, answers):
    reply_token = talk.mails[0].payload["reply_token"]
    for key in ("k1", "k2"):
        assert answers.by_mail(reply_token, "Yes.", talk.world.now, key=key)
    assert [e.text for e in thread(talk)] == [STORY, "Yes.", "Yes."]


def status(talk, number=None):
    return ShowCase(talk.world.wiring).status(talk.world.call(), number)


def test_the_status_of_the_case_names_who_wrote_when_and_what(talk, answers):
    before = status(talk).variables
    assert (before["who"], before["answered"], before["answer"]) == (None, None, None)
    by_mail(talk, answers, talk.world.now)
    after = status(talk).variables
    assert (after["who"], after["answer"]) == ("Blue Barn", WORDS)
    assert after["answered"] == {"$date": talk.world.now.isoformat()}
    assert after["seller"] == "Blue Barn"  # it is still theirs


def written_again(talk, **more):
    """A later letter of the same thread, which names no case of its own."""
    first = letters(talk)[0]
    at = more.pop("at", first.at + timedelta(hours=1))
    later = replace(first, message_id="later", case_number=None, reply_hash=None, at=at)
    talk.world.store.tables.seller_messages["later"] = replace(later, **more)


CASES = {
    "it is open": ({}, {}, 2),
    "it is decided": ({"state": CaseState.DECIDED}, {}, 1),
    "the platform has it": ({"owner": CaseOwner.PLATFORM}, {}, 1),
    "the letter was before the case": ({}, {"at": timedelta(hours=-1)}, 1),
    "the letter is of another thread": ({}, {"thread_id": "other"}, 1),
}


@pytest.mark.parametrize("name", CASES)
def test_an_answer_to_a_later_letter_belongs_to_the_case_while_the_seller_has_it(
    talk, answers, name
):
    changes, letter, entries = CASES[name]
    case = case_of(talk)
    talk.world.store.tables.cases[case.number] = replace(case, **changes)
    if "at" in letter:
        letter = {"at": letters(talk)[0].at + letter["at"]}
    written_again(talk, **letter)
    assert answers.by_thread("later", WORDS, talk.world.now, key="k1")
    assert len(thread(talk)) == entries
    assert talk.world.told() == ["utter_told_seller_answer"]


def test_an_answer_about_a_decided_case_is_kept_in_it(talk, answers):
    case = case_of(talk)
    talk.world.store.tables.cases[case.number] = replace(case, state=CaseState.DECIDED)
    by_mail(talk, answers, talk.world.now)
    assert thread(talk)[-1].text == WORDS
    assert case_of(talk).state is CaseState.DECIDED


def test_an_answer_about_an_order_without_a_case_makes_none():
    talk = Talk(S1)
    talk.world.write(talk.world.call(), talk.world.hint(), reason_text="Hello?", as_yes=False)
    talk.world.yes()
    answers = SellerAnswers(talk.world.wiring, screen)
    assert answers.by_mail(talk.mails[0].payload["reply_token"], WORDS, talk.world.now, key="k")
    assert not talk.cases
    assert not talk.world.store.tables.entries
    [answer] = [m for m in talk.world.store.tables.seller_messages.values() if m.text == WORDS]
    assert answer.case_number is None


def test_a_letter_about_a_case_that_came_back_is_noted_there_and_the_platform_goes_on(talk):
    assert Bounces(talk.world.wiring).bounced(talk.mails[0].payload["reply_token"], talk.world.now)
    [reach] = [c for c in talk.cases if c.type is CaseType.SELLER_UNREACHABLE]
    note = json.loads(thread(talk)[-1].text)
    assert note == {"response": "note_letter_bounced", "case_number": reach.number}
    assert talk.world.told() == ["utter_told_letter_bounced"]


def test_a_second_look_on_the_page_after_the_answer_is_no_answer(talk, answers):
    assert on_the_page(talk, answers, talk.world.now) is AnswerTaken.TOLD
    assert [e.role for e in thread(talk)] == [Role.BUYER, Role.SELLER]


def test_the_page_shows_the_photos_of_its_own_case_and_no_others(talk, answers):
    talk.photo("p2")  # sent later, and given to no case
    assert [one.attachment_id for one in answers.view(token(talk), now=talk.world.now).photos] == [
        "p1"
    ]
    assert '"photos": 1' in talk.mails[0].payload["text"]


@pytest.mark.parametrize(
    "changes",
    [
        {"state": CaseState.DECIDED},
        {"state": CaseState.CLOSED},
        {"type": CaseType.SELLER_UNREACHABLE},
    ],
    ids=["decided", "closed", "about mail that came back"],
)
def test_photos_are_shown_only_while_the_matter_is_open_and_the_sellers(talk, answers, changes):
    case = case_of(talk)
    talk.world.store.tables.cases[case.number] = replace(case, **changes)
    assert answers.view(token(talk), now=talk.world.now).photos == ()

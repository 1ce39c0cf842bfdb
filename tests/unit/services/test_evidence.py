"""Photos outside a form: whose they are, and what is asked about them."""

import pytest

from aftersale.domain.cases import Attachment, CaseState
from aftersale.services.evidence import SentEvidence, Shown
from tests.unit.services.cases import CaseWorld
from tests.unit.services.world import S3, World


def sent(w, *, purpose="evidence", conversation="conv"):
    number = len(w.store.tables.attachments) + 1
    photo = Attachment(
        f"a{number}", w.storefront, conversation, "image/jpeg", 9, "00", "x", w.now, purpose
    )
    w.store.tables.attachments[photo.attachment_id] = photo
    return photo.attachment_id


def heard(w, text=None, *, asks=False):
    return SentEvidence(w.wiring).heard(w.call(), Shown(text, asks))


def offered(reply):
    return [choice["intent"] for choice in reply.variables["choices"]]


@pytest.mark.parametrize(
    ("asks", "response"), [(True, "utter_photo_how"), (False, "utter_photo_none")]
)
def test_without_a_photo_nobody_is_thanked(asks, response):
    assert heard(World(S3), "photo attached", asks=asks).response == response


def test_a_photo_of_another_conversation_is_not_here():
    w = World(S3)
    sent(w, conversation="another")
    assert heard(w).response == "utter_photo_none"


def test_what_a_photo_shows_is_asked_with_the_usual_matters():
    w = World(S3)
    sent(w)
    reply = heard(w)
    assert (reply.response, reply.variables["files"]) == ("utter_photo_about", 1)
    assert offered(reply)[0] == "damaged_item"
    sent(w, purpose="payment_proof")
    assert offered(heard(w))[0] == "payment_proof"


def test_an_open_case_is_offered_and_nothing_is_given_to_it_unasked():
    w = CaseWorld()
    sent(w)
    reply = heard(w)
    assert reply.variables["choices"][0]["entities"] == {"case_number": w.number_of_case}
    assert w.store.tables.attachments["a1"].case_number is None


def test_of_several_cases_it_is_asked_which():
    w = CaseWorld()
    w.file(key="two")
    sent(w)
    assert heard(w).variables["choices"][0]["entities"] == {}


def test_a_case_that_waits_for_the_buyer_gets_the_photo():
    w = CaseWorld()
    w.ask("Can you send a photo?")
    sent(w)
    assert heard(w).response == "utter_case_added_answer"
    assert w.store.tables.attachments["a1"].case_number == w.number_of_case
    assert w.case_now.state is not CaseState.WAITING_FOR_BUYER


def test_a_case_of_somebody_else_gets_nothing():
    w = CaseWorld(case={"buyer": "bob", "conversation": "other"})
    w.ask("Can you send a photo?")
    sent(w)
    assert heard(w).response == "utter_photo_about"
    assert "add_to_case" not in offered(heard(w))

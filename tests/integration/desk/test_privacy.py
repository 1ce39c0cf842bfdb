"""What of buyers' words is kept nowhere, and what must still be seen of a chat."""

import pytest

from aftersale.domain.cases import Attachment
from aftersale.domain.conversations import Owner
from aftersale.domain.desk import Role
from aftersale.domain.fulfilment import FulfilmentState
from tests.integration.desk.shop import HELPDESK, Shop
from tests.integration.desk.talks import ELSEWHERE, FAR, HERE, log, talk
from tests.integration.desk.test_cases import filed

CARD = "4111 1111 1111 1111"
MINE = {"owner": Owner.HUMAN, "agent": "ann"}


@pytest.fixture
def shop(desk):
    made = Shop(desk, HELPDESK)
    made.order(goods=FulfilmentState.DELIVERED)
    made.talk()
    return made


@pytest.mark.parametrize("path", ["/orders", "/cases", "/inbox"])
async def test_a_search_is_written_down_without_its_words(desk, shop, path):
    agent = desk.person()
    for words in ("mia@buyers.example", "MIA@buyers.example ", "somebody else"):
        assert (await agent.get(path, q=words)).status == 200
    rows = shop.rows("audit", action="search", actor="agent:ann")
    assert len(rows) == 2
    assert "mia" not in str(rows).lower()
    assert "somebody" not in str(rows)


async def test_searches_of_different_things_are_written_each(desk, shop):
    agent = desk.person()
    for path in ("/orders", "/cases", "/inbox"):
        await agent.get(path, q="mia")
    assert len(shop.rows("audit", action="search", actor="agent:ann")) == 3


async def test_no_note_and_no_outcome_keeps_a_card_number(desk):
    ann = desk.person(HERE)
    talk(desk, **MINE)
    noted = await ann.post("/conversations/c1/notes", {"text": f"Paid with {CARD}."})
    assert noted.body["text"] == "Paid with [card number hidden]."
    sent = {"version": 1, "outcome": f"Refunded to {CARD}.", "note": f"It was {CARD}."}
    assert (await ann.post("/conversations/c1/return", sent)).status == 200
    page = (await ann.get("/conversations/c1")).body
    assert "4111" not in str(page)
    assert len(page["notes"]) == 2
    told = str([event.body for event in log(desk)])
    assert "Refunded to [card number hidden]." in told
    assert "4111" not in told


def evidence(shop, case_number, attachment_id="photo-1"):
    """Keep a photo of the talk, as evidence of a case or of none."""
    desk = shop.desk
    folder = desk.settings.data_dir / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    stored_as = f"{attachment_id.replace('-', '')}.jpg"
    (folder / stored_as).write_bytes(b"picture")
    kept = Attachment(
        attachment_id, shop.storefront, "talk", "image/jpeg", 7, "0" * 64, stored_as, desk.now
    )
    with desk.services.uow() as uow:
        uow.attachments.add(kept)
        if case_number:
            uow.attachments.bind([attachment_id], case_number)
        uow.commit()
    return f"/conversations/talk/attachments/{attachment_id}"


async def test_no_word_of_a_case_keeps_a_card_number(desk, shop):
    number, agent, rita = filed(shop), desk.person(), desk.person(Role.REVIEWER)
    words = f"Paid with {CARD}."
    sent = {"text": words}
    assert (await agent.post(f"/cases/{number}/note", sent)).status == 201
    assert (await agent.post(f"/cases/{number}/request-info", sent)).status == 200
    no = {"verdict": "declined", "code": "own_words", "text": words}
    assert (await rita.post(f"/cases/{number}/decide", no)).status == 200
    assert (await agent.post(f"/cases/{number}/escalate", sent)).status == 200
    page = (await agent.get(f"/cases/{number}")).body
    assert "4111" not in str(page)
    assert str(page).count("Paid with [card number hidden].") >= 4
    kept = [shop.rows(name) for name in ("cases", "events", "case_entries", "case_notes", "audit")]
    assert "4111" not in str(kept)


async def test_what_shows_an_open_case_is_seen_after_its_chat_was_deleted(desk, shop):
    number = filed(shop)
    of_case, loose = evidence(shop, number), evidence(shop, None, "photo-2")
    agent, far = desk.person(), desk.person(FAR)
    assert (await agent.get(loose)).status == 200
    with desk.services.uow() as uow:
        conversation = uow.conversations.get("talk")
    desk.services.chat.forget.delete(conversation, desk.now)
    seen = await agent.get(of_case)
    assert (seen.status, seen.body) == (200, b"picture")
    assert (await agent.get(loose)).status == 404
    assert (await far.get(of_case)).status == 404
    assert FAR.storefronts == (ELSEWHERE,)
    assert "case.read" in desk.trail(f"case:{number}")

"""R3.28: what must not be typed into the chat goes through a link that works once."""

import re
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from aftersale.adapters.seal import FernetSeal
from tests.conversation.letters import Page
from tests.conversation.world import World

IBAN = "DE02 1203 0000 0000 2020 51"
LINK = re.compile(r"http\S+/secure/\S+")


def ask(link: str, text: str | None = None) -> Page:
    """Open the page, or send its form."""
    form = None if text is None else urlencode({"text": text}).encode()
    try:
        with urlopen(Request(link, form)) as answer:
            return Page(answer.status, answer.read().decode())
    except HTTPError as refused:
        return Page(refused.code, refused.read().decode())


def link_in(heard) -> str:
    (link,) = LINK.findall(heard.text)
    return link


def notes(world: World, buyer):
    return world.sql(
        "SELECT * FROM secure_notes WHERE conversation_id = :c ORDER BY created_at",
        c=buyer.client.conversation_id,
    )


def said(world: World, buyer) -> str:
    """Everything the log of the conversation and its cases hold."""
    rows = world.sql(
        "SELECT body FROM events WHERE conversation_id = :c", c=buyer.client.conversation_id
    ) + world.sql(
        "SELECT e.text AS body FROM case_entries e JOIN cases c ON c.number = e.case_number "
        "WHERE c.conversation_id = :c",
        c=buyer.client.conversation_id,
    )
    return "\n".join(str(row["body"]) for row in rows)


@pytest.mark.req("R3.28")
def test_a_one_time_link_takes_what_must_not_be_typed_here(world):
    buyer = world.buyer("helpdesk")
    heard = buyer.say("i need to send you my bank details safely")
    assert heard.responses == ["utter_secure_link"]
    assert "3:30" in heard.text  # half an hour from now
    link = link_in(heard)
    looked = [ask(link) for _ in range(2)]  # looking changes nothing
    assert {page.status for page in looked} == {200}
    assert notes(world, buyer)[0]["received_at"] is None

    taken = ask(link, f"My account is {IBAN}")
    assert taken.status == 200
    told = buyer.waits_for(lambda heard: "utter_told_secure_received" in heard.responses)
    (note,) = notes(world, buyer)
    assert note["case_number"] in told.text
    assert note["case_number"] in taken.text
    opened = FernetSeal(world.settings.seal_secret).open(note["sealed"])
    assert opened == f"My account is {IBAN}"
    (row,) = world.sql("SELECT * FROM one_time_links WHERE subject_id = :s", s=note["note_id"])
    assert (row["purpose"], row["used_at"] is not None) == ("secure_data", True)
    assert link.rpartition("/")[2] not in str(row)
    assert IBAN not in said(world, buyer) + str(note)

    again = ask(link, "something else")
    assert (again.status, ask(link).status) == (410, 410)
    assert len(notes(world, buyer)) == 1
    assert FernetSeal(world.settings.seal_secret).open(notes(world, buyer)[0]["sealed"]) == opened


@pytest.mark.req("R3.28")
def test_the_link_is_over_after_half_an_hour_and_nothing_is_kept(world):
    buyer = world.buyer("helpdesk")
    link = link_in(buyer.say("secure link please"))
    world.later(minutes=31)
    assert ask(link).status == 410
    assert ask(link, IBAN).status == 410
    assert notes(world, buyer)[0]["sealed"] is None


def test_it_is_offered_where_a_card_number_was_hidden_and_takes_none_either(world):
    buyer = world.buyer("helpdesk")
    buyer.say("my card is 4111 1111 1111 1111")
    link = link_in(buyer.press("Send it safely"))
    page = ask(link, "card 4111 1111 1111 1111 please")
    assert "taken out" in page.text
    opened = FernetSeal(world.settings.seal_secret).open(notes(world, buyer)[0]["sealed"])
    assert "1111" not in opened


def test_it_goes_to_the_case_that_is_open_already(world):
    buyer = world.buyer("helpdesk")
    heard = buyer.say("i want to talk to a person")
    number = re.search(r"C-\w{4}-\w{4}", heard.text)
    assert number, heard.text
    ask(link_in(buyer.say("secure link please")), IBAN)
    assert [note["case_number"] for note in notes(world, buyer)] == [number.group()]


def test_a_made_up_link_opens_nothing_and_an_empty_form_keeps_the_link(world):
    buyer = world.buyer("helpdesk")
    link = link_in(buyer.say("secure link please"))
    assert ask(f"{link}x").status == 410
    assert ask(f"{link[:-43]}{'A' * 43}", IBAN).status == 410
    assert ask(link, "  ").status == 422
    assert ask(link, "x" * 4001).status == 422
    assert ask(link, IBAN).status == 200

"""What agents see of messengers: where a buyer writes, what arrives there, what cannot be sent."""

from dataclasses import replace
from datetime import timedelta

import pytest
import yaml

from aftersale.domain.capabilities import CAPABILITIES
from aftersale.domain.channels import Channel, LinkLevel, SendState
from aftersale.domain.conversations import Author, Closed, Owner
from aftersale.domain.parties import Buyer
from tests.integration.desk.messengers import change, link, messenger, noted
from tests.integration.desk.talks import (
    BUYER,
    ELSEWHERE,
    HERE,
    SHOP,
    buyer,
    say,
    send_due,
    talk,
)
from tests.integration.desk.test_writing import upload

ANSWER = {"client_msg_id": "12345678", "text": "It is on its way."}


@pytest.fixture
def ann(desk):
    return desk.person(HERE)


async def shown(person, own="c1"):
    reply = await person.get(f"/conversations/{own}")
    assert reply.status == 200, reply.body
    return reply.body


async def test_lines_say_where_a_conversation_is_held_and_are_narrowed_by_it(desk, ann):
    messenger(desk, "c1", Channel.WHATSAPP)
    messenger(desk, "c2", Channel.EMAIL, owner=Owner.BOT)  # nobody asked for a person
    talk(desk, "c3")

    async def found(**query):
        items = (await ann.get("/inbox", view="all", **query)).body["items"]
        return {item["conversation_id"]: item["channel"] for item in items}

    assert await found() == {"c1": "whatsapp", "c2": "email", "c3": "chat"}
    assert await found(channel="whatsapp") == {"c1": "whatsapp"}
    assert await found(channel="email") == {"c2": "email"}
    assert await found(channel="chat") == {"c3": "chat"}
    assert await found(channel="pigeon") == {}


async def test_our_own_chat_has_no_thread_and_tells_of_no_deliveries(desk, ann):
    talk(desk)
    body = await shown(ann)
    assert (body["conversation"]["channel"], body["thread"], body["deliveries"]) == (
        "chat",
        None,
        [],
    )


@pytest.mark.parametrize(
    ("channel", "window"),
    [
        (Channel.WHATSAPP, "2026-11-21T12:00:00Z"),
        (Channel.TELEGRAM, None),
        (Channel.EMAIL, None),
        (Channel.MATRIX, None),
    ],
)
async def test_a_conversation_says_what_its_messenger_takes(desk, ann, channel, window):
    messenger(desk, channel=channel, topic="Broken kettle")
    told = (await shown(ann))["thread"]
    can = CAPABILITIES[channel]
    assert (told["channel"], told["account"]) == (channel.value, f"shop-{channel}")
    assert (told["reachable"], told["window_until"], told["level"]) == (True, window, None)
    assert (told["topic"], told["mail_to"], told["asked_at"]) == ("Broken kettle", None, None)
    assert told["asks"] is False  # there is no such account here
    assert (told["takes"]["text"], told["takes"]["files"]) == (can.longest_text, can.sends_files)


@pytest.fixture
def number(knobs, tmp_path, monkeypatch, template):
    """Our number on WhatsApp, which may have a template."""
    monkeypatch.setenv("A_SECRET", "x" * 32)
    secrets = dict.fromkeys(("access_token", "app_secret", "verify_token"), "env:A_SECRET")
    about = {"name": "shop-whatsapp", "channel": "whatsapp", "storefront": SHOP}
    asking = {"template": template} if template else {}
    path = tmp_path / "channels.yml"
    account = about | secrets | asking | {"phone_number_id": "1"}
    path.write_text(yaml.safe_dump({"accounts": [account]}))
    knobs["AFTERSALE_CHANNELS_FILE"] = str(path)


@pytest.mark.parametrize("template", [None, "we_answered"])
async def test_a_buyer_is_asked_to_write_where_there_are_words_for_it(number, desk, ann, template):
    messenger(desk)
    assert (await shown(ann))["thread"]["asks"] is bool(template)


async def test_who_never_wrote_opened_no_window(desk, ann):
    messenger(desk, heard_at=None, created_at=desk.now - timedelta(minutes=1))
    assert (await shown(ann))["thread"]["window_until"] == "2026-11-20T11:59:00Z"


async def test_a_link_counts_as_long_as_it_holds(desk, ann):
    buyer(desk)
    messenger(desk)
    link(desk, until=timedelta(minutes=10), level=LinkLevel.SHOP)
    assert (await shown(ann))["thread"]["level"] == "shop"
    desk.pass_time(minutes=11)
    assert (await shown(ann))["thread"]["level"] is None


async def test_who_cannot_be_reached_there_gets_mail_where_there_is_an_address(desk, ann):
    buyer(desk)
    messenger(desk, "c1", unreachable_at=desk.now)
    messenger(desk, "c2", unreachable_at=desk.now, buyer_id=BUYER.buyer_id)
    first, second = (await shown(ann))["thread"], (await shown(ann, "c2"))["thread"]
    assert (first["reachable"], first["mail_to"]) == (False, None)
    assert (second["reachable"], second["mail_to"]) == (False, "a•••@example.com")


async def test_a_mailbox_that_takes_nothing_is_not_what_mail_goes_to_instead(desk, ann):
    buyer(desk)
    messenger(
        desk,
        channel=Channel.EMAIL,
        buyer_id=BUYER.buyer_id,
        address="Alex@example.com#begun",
        sender="Alex@example.com",
        unreachable_at=desk.now,
    )
    assert (await shown(ann))["thread"]["mail_to"] is None


async def test_a_chat_that_holds_another_conversation_by_now_reaches_nobody_here(desk, ann):
    messenger(desk)
    say(desk, "c1", "", author=Author.BOT, blocks=[])
    noted(desk, 2, "withdrawn")
    talk(desk, "c2", channel="whatsapp")
    change(desk, conversation_id="c2", noted_seq=0)
    body = await shown(ann)
    assert (body["thread"]["account"], body["thread"]["reachable"]) == (None, False)
    assert body["deliveries"] == [{"seq": 2, "state": "withdrawn", "why": None}]
    assert (await shown(ann, "c2"))["thread"]["account"] == "shop-whatsapp"


def by_bot(desk, *, of="c1"):
    return say(desk, of, "", author=Author.BOT, blocks=[{"type": "text", "fallback": "hi"}])


STATES = ("pending", "held", "sent", "delivered", "read", "failed", "unknown", "withdrawn")


@pytest.mark.parametrize("state", STATES)
async def test_a_message_says_how_far_it_got_in_the_log_and_beside_it(desk, ann, state):
    messenger(desk)
    noted(desk, by_bot(desk), state)
    why = "refused" if state == "failed" else None
    assert (await shown(ann))["deliveries"] == [{"seq": 2, "state": state, "why": why}]
    events = (await ann.get("/conversations/c1/events")).body["events"]
    assert [event.get("delivery") for event in events] == [None, {"state": state, "why": why}]


async def test_an_edge_of_the_log_is_no_edge_of_what_arrived(desk, ann):
    messenger(desk)
    for _ in range(5):
        noted(desk, by_bot(desk), "sent")
    for query in ({"since": 3}, {"before": 6, "limit": 2}):
        events = (await ann.get("/conversations/c1/events", **query)).body["events"]
        assert {event["delivery"]["state"] for event in events} == {"sent"}


async def test_what_is_not_written_down_as_a_send_yet_is_on_its_way(desk, ann):
    messenger(desk, noted=1)
    seqs = [by_bot(desk), say(desk, "c1", "hello?"), by_bot(desk)]
    told = {each["seq"]: each["state"] for each in (await shown(ann))["deliveries"]}
    assert told == {seqs[0]: "pending", seqs[2]: "pending"}


async def test_what_became_no_send_says_nothing(desk, ann):
    messenger(desk)
    by_bot(desk)
    change(desk, noted_seq=2)
    assert (await shown(ann))["deliveries"] == []


async def test_a_failure_is_told_in_words_and_never_by_the_code_of_the_provider(desk, ann):
    messenger(desk)
    noted(desk, by_bot(desk), "failed", code="131026")
    change(desk, unreachable_at=desk.now)
    reply = await ann.get("/conversations/c1")
    assert reply.body["deliveries"] == [{"seq": 2, "state": "failed", "why": "unreachable"}]
    assert "131026" not in str(reply.body)


async def test_one_mail_carries_the_messages_of_a_turn(desk, ann):
    messenger(desk, channel=Channel.EMAIL)
    first, second = by_bot(desk), by_bot(desk)
    noted(desk, second, "sent")
    third = by_bot(desk)
    told = {each["seq"]: each["state"] for each in (await shown(ann))["deliveries"]}
    assert told == {first: "sent", second: "sent", third: "pending"}


async def test_the_word_that_asks_a_buyer_to_write_is_no_delivery_of_what_waits(desk, ann):
    messenger(desk, heard_at=desk.now - timedelta(hours=30))
    seq = by_bot(desk)
    noted(desk, seq, "held")
    noted(desk, seq, "delivered", part=9, is_template=True)
    body = await shown(ann)
    assert body["deliveries"] == [{"seq": seq, "state": "held", "why": None}]
    assert body["thread"]["asked_at"] == "2026-11-20T12:00:00Z"
    # They wrote: whatever is held next asks anew.
    change(desk, heard_at=desk.now)
    assert (await shown(ann))["thread"]["asked_at"] is None


async def test_a_message_leaves_for_the_messenger_only_when_it_leaves_the_desk(desk, ann):
    messenger(desk, owner=Owner.HUMAN, agent="ann")

    def behind():
        with desk.services.uow() as uow:
            return [each.thread_id for each in uow.channels.behind(limit=9)]

    assert (await ann.post("/conversations/c1/messages", ANSWER)).status == 202
    assert behind() == []
    (waiting,) = (await shown(ann))["waiting"]
    path = f"/conversations/c1/messages/{waiting['message_id']}"
    assert (await ann.delete(path)).status == 204
    desk.pass_time(seconds=6)
    assert send_due(desk) == []
    assert behind() == []
    await ann.post("/conversations/c1/messages", ANSWER | {"client_msg_id": "87654321"})
    desk.pass_time(seconds=6)
    send_due(desk)
    assert behind() == ["t-c1"]
    assert (await shown(ann))["deliveries"] == [{"seq": 2, "state": "pending", "why": None}]


@pytest.fixture
def narrow(monkeypatch):
    """A messenger that takes little."""

    def made(**limits):
        can = replace(CAPABILITIES[Channel.MATRIX], **limits)
        monkeypatch.setitem(CAPABILITIES, Channel.MATRIX, can)

    return made


async def test_what_a_messenger_cannot_take_is_refused_before_it_leaves(desk, ann, narrow):
    messenger(desk, channel=Channel.MATRIX, owner=Owner.HUMAN, agent="ann")
    sent = (await upload(ann)).body["attachment_id"]
    photos = {"client_msg_id": "87654321", "attachment_ids": [sent]}
    for limits, written, code, detail in (
        ({"longest_text": 10}, ANSWER, "message_too_large", "Matrix takes 10 characters at most."),
        ({"largest_photo": 10}, photos, "upload_too_large", "Matrix takes files of 0 MB at most."),
        ({"sends_files": False}, photos, "upload_too_large", "Matrix takes no files."),
    ):
        narrow(**limits)
        reply = await ann.post("/conversations/c1/messages", written)
        assert (reply.body["code"], reply.body["detail"]) == (code, detail)
    assert (await shown(ann))["waiting"] == []


async def test_what_the_same_buyer_says_elsewhere_is_shown_and_nobody_elses(desk, ann):
    buyer(desk)
    buyer(desk, Buyer("b2", SHOP, "mia", "mia@example.com", "Mia"))
    own = {"buyer_id": BUYER.buyer_id}
    talk(desk, "c1", **own)
    messenger(desk, "c2", Channel.TELEGRAM, **own)
    say(desk, "c2", "The kettle leaks")
    messenger(desk, "c3", Channel.WHATSAPP, buyer_id="b2")
    messenger(desk, "c4", Channel.WHATSAPP)
    talk(desk, "c5", storefront=ELSEWHERE, **own)
    talk(desk, "c6", closed_at=desk.now, closed_as=Closed.DELETED, **own)
    (other,) = (await ann.get("/conversations/c1/context")).body["others"]
    assert (other["conversation_id"], other["channel"]) == ("c2", "telegram")
    assert other["last"]["text"] == "The kettle leaks"
    assert "conversation.read" in desk.trail("conversation:c2")
    # A chat of a stranger is nobody's, however many strangers there are.
    assert (await ann.get("/conversations/c4/context")).body["others"] == []


def test_every_state_of_a_send_is_one_that_agents_are_told():
    assert {each.value for each in SendState} - {"sending"} == set(STATES)

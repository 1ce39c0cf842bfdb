"""What the desk's pages get, as JSON. Pure: what is confidential is masked here or not there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aftersale.domain.conversations import Author, Conversation, Event
from aftersale.domain.desk import DeskUser
from aftersale.domain.desk_talk import AgentMessage, Mention, Note
from aftersale.domain.handoffs import Handoff
from aftersale.domain.parties import Buyer
from aftersale.gateway.desk.entry import API
from aftersale.gateway.sessions import instant
from aftersale.services.conversations import identity_of
from aftersale.services.desk.delivered import Delivery
from aftersale.services.desk.reading import Shown
from aftersale.services.ports_inbox import CaseLine, Counts, InboxRow

LAST_WORDS = 160  # letters of the newest message that a list shows
Json = dict[str, Any]


def instant_or_none(at: datetime | None) -> str | None:
    """Return a time as RFC 3339 in UTC, if there is one."""
    return None if at is None else instant(at)


def row_json(row: InboxRow, viewers: Sequence[str], now: datetime) -> Json:
    """Return one line of the inbox."""
    conversation, handoff = row.conversation, row.handoff
    return {
        "conversation_id": conversation.conversation_id,
        "storefront": conversation.storefront,
        "owner": conversation.owner.value,
        "owner_version": conversation.owner_version,
        "handoff": handoff_json(handoff, {}) if handoff else None,
        "buyer": {"name": row.buyer_name, "verified": _is_verified(conversation, now)},
        "language": handoff.language if handoff else conversation.locale,
        "channel": conversation.channel,
        "order": _order_of(handoff, conversation),
        "promise_due_at": instant_or_none(row.promise_due_at),
        "last": last_words(row.last),
        "unread": row.unread,
        "viewers": list(viewers),
    }


def case_row_json(line: CaseLine) -> Json:
    """Return one open case as a line of the inbox."""
    case = line.case
    return {
        "conversation_id": case.conversation_id,
        "storefront": case.storefront,
        "case": {
            "number": case.number,
            "type": case.type.value,
            "owner": case.owner.value,
            "state": case.state.value,
            "subject": case.subject,
            "created_at": instant(case.created_at),
            "due_at": instant_or_none(line.due_at),
        },
        "buyer": {"name": line.buyer_name, "verified": case.buyer_id is not None},
        "channel": case.channel,
        "order": {"number": case.order_number} if case.order_number else None,
    }


def counts_json(counts: Counts) -> Json:
    """Return how much is in each list."""
    return {
        "queue": counts.queue,
        "mine": counts.mine,
        "all": counts.all,
        "cases": counts.cases,
        "overdue": counts.overdue,
        "approvals": counts.approvals,
    }


def handoff_json(handoff: Handoff, names: Mapping[str, str]) -> Json:
    """Return a handoff; `names` are of agents, by user."""
    agent = handoff.agent
    return {
        "id": handoff.handoff_id,
        "reason": handoff.reason.value,
        "state": handoff.state.value,
        "asked_at": instant(handoff.asked_at),
        "claim_by": instant_or_none(handoff.claim_by),
        "claimed_at": instant_or_none(handoff.claimed_at),
        "ended_at": instant_or_none(handoff.ended_at),
        "ended_as": handoff.ended_as.value if handoff.ended_as else None,
        "agent": {"user": agent, "name": names.get(agent, agent)} if agent else None,
        "team": handoff.team,
        "snoozed_until": instant_or_none(handoff.snoozed_until),
        "case_number": handoff.case_number,
        "order_number": handoff.order_number,
        "words": handoff.words,
        "disposition": handoff.disposition,
        "outcome": handoff.outcome,
        "transfers": handoff.transfers,
    }


def conversation_json(conversation: Conversation, buyer: Buyer | None, now: datetime) -> Json:
    """Return the row of a conversation."""
    verified = _is_verified(conversation, now)
    return {
        "conversation_id": conversation.conversation_id,
        "storefront": conversation.storefront,
        "owner": conversation.owner.value,
        "owner_version": conversation.owner_version,
        "channel": conversation.channel,
        "language": conversation.locale,
        "timezone": conversation.timezone,
        "created_at": instant(conversation.created_at),
        "closed_at": instant_or_none(conversation.closed_at),
        "closed_as": conversation.closed_as.value if conversation.closed_as else None,
        "buyer": {
            "id": conversation.buyer_id,
            "name": buyer.first_name if buyer else None,
            "verified": verified,
        },
    }


def shown_json(shown: Shown, viewers: Sequence[Json], who: DeskUser, now: datetime) -> Json:
    """Return a conversation with all that stands beside its log."""
    conversation = conversation_json(shown.conversation, shown.buyer, now)
    marks = {"read_by_buyer": shown.read_by_buyer, "read_by_desk": shown.read_by_desk}
    names, block = shown.names, shown.block
    return {
        "conversation": conversation | marks,
        "handoff": handoff_json(shown.handoff, names) if shown.handoff else None,
        "handoffs": [handoff_json(each, names) for each in shown.earlier],
        "notes": [note_json(note) for note in shown.notes],
        # What colleagues are about to send is their own until it leaves.
        "waiting": [message_json(each) for each in shown.not_sent if each.user == who.user],
        "viewers": list(viewers),
        "deliveries": [{"seq": each.seq} | delivery_json(each) for each in shown.deliveries],
        "blocked": None
        if block is None
        else {
            "reason": block.reason,
            "until": instant_or_none(block.until),
            "by": block.by,
            "at": instant(block.at),
        },
    }


def delivery_json(delivery: Delivery) -> Json:
    """Return how far a message got; never the messenger's own code."""
    return {"state": delivery.state.value, "why": delivery.why.value if delivery.why else None}


def message_json(message: AgentMessage) -> Json:
    """Return a message of an agent that has not left."""
    return {
        "message_id": message.message_id,
        "client_msg_id": message.client_msg_id,
        "user": message.user,
        "name": message.name,
        "text": message.text,
        "attachment_ids": list(message.attachment_ids),
        "state": message.state.value,
        "send_at": instant(message.send_at),
    }


def note_json(note: Note) -> Json:
    """Return a note."""
    return {
        "note_id": note.note_id,
        "user": note.user,
        "name": note.name,
        "text": note.text,
        "at": instant(note.at),
    }


def mention_json(mention: Mention) -> Json:
    """Return where somebody was named."""
    note = mention.note
    return {
        "note_id": note.note_id,
        "conversation_id": note.conversation_id,
        "by": note.name,
        "text": note.text,
        "at": instant(note.at),
        "seen": mention.seen_at is not None,
    }


def event_json(event: Event, delivery: Delivery | None = None) -> Json:
    """Return an event as the buyer's stream gives it; photos have addresses of the desk.

    Messages of ours in a messenger say how far they got.
    """
    body = event.body | ({"delivery": delivery_json(delivery)} if delivery else {})
    if any(block["type"] == "photo" for block in body.get("blocks", ())):
        body = body | {"blocks": [_linked(block, event) for block in body["blocks"]]}
    return body | {
        "seq": event.seq,
        "type": event.type.value,
        "at": instant(event.at),
        "author": event.author.value,
    }


def _linked(block: Json, event: Event) -> Json:
    if block["type"] != "photo":
        return block
    address = f"{API}/conversations/{event.conversation_id}/attachments/{block['attachment_id']}"
    return block | {"url": address}


def _is_verified(conversation: Conversation, now: datetime) -> bool:
    return identity_of(conversation, now).buyer_id is not None


def _order_of(handoff: Handoff | None, conversation: Conversation) -> Json | None:
    if handoff and handoff.order_number:
        return {
            "number": handoff.order_number,
            "value_minor": handoff.order_value_minor,
            "currency": handoff.currency,
        }
    number = conversation.guest_order
    return {"number": number, "value_minor": None, "currency": None} if number else None


def last_words(event: Event | None) -> Json | None:
    """Return the beginning of the newest message, as lists show it."""
    if event is None:
        return None
    said = [event.body.get("text"), *(b.get("fallback") for b in event.body.get("blocks", ()))]
    # Of the bot's answers the words alone: what follows are buttons and cards in words.
    text = next((each for each in said if each), "")
    if event.author is Author.BUYER:
        text = " ".join(each for each in said if each)
    return {"text": text[:LAST_WORDS], "author": event.author.value, "at": instant(event.at)}

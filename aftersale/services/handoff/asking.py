"""A person is wanted: into the queue when somebody is there, else a numbered case with a date."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftersale.domain.cases import Case, CaseType
from aftersale.domain.conversations import Author, Conversation, Owner
from aftersale.domain.handoffs import Handoff, HandoffEnd, HandoffReason, HandoffState
from aftersale.domain.orders import Order
from aftersale.domain.ownership import OwnerMove
from aftersale.services.cases import case_reply
from aftersale.services.handoff.filing import person_case
from aftersale.services.handoff.leaving import BACK
from aftersale.services.handoff.moving import owned_by
from aftersale.services.handoff.room import Room, Standing, standing
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice, time
from aftersale.services.saying import say
from aftersale.services.wiring import Wiring

_TROUBLE = {"type": "notice", "response": "notice_person_trouble"}
# Where it is known why nobody came, the case is announced with it.
_TOLD_AS = {Room.CLOSED: "closed", Room.FULL: "full"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Why a person is wanted and what about; `text` is what a case would open with."""

    reason: HandoffReason
    order: Order | None = None
    text: str = ""
    by: str = "bot"
    case_number: str | None = None  # of a case that stands for it already


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of it. A queue was announced in the log already; a case is still to be told."""

    handoff: Handoff
    reply: Reply
    queued: bool


def ask_for_person(
    wiring: Wiring, uow: UnitOfWork, conversation: Conversation, wanted: Wanted, *, now: datetime
) -> Asked:
    """Promise what there is, inside the caller's transaction; the bot owns the conversation.

    With somebody there the conversation is in the queue then, and the buyer was told their place:
    here, because the replies of a running turn are dropped once the owner moved. Otherwise the bot
    keeps it, a numbered case stands for it, and `reply` names the case.
    """
    policy = wiring.policy(conversation.storefront)
    there = standing(uow, policy, now)
    if there.room is Room.FREE:
        return _queued(wiring, uow, conversation, wanted, there=there, now=now)
    return _missed(wiring, uow, conversation, wanted, there=there, now=now)


def _queued(
    wiring: Wiring,
    uow: UnitOfWork,
    conversation: Conversation,
    wanted: Wanted,
    *,
    there: Standing,
    now: datetime,
) -> Asked:
    within = wiring.policy(conversation.storefront).live.claim_within
    handoff = replace(written(wiring, uow, conversation, wanted, now=now), claim_by=now + within)
    taken_up(uow, conversation, now)
    place = uow.handoffs.waiting_before(handoff) + 1
    uow.handoffs.add(replace(handoff, place_told=place))
    told = {"agent": None, "position": place}
    after = owned_by(
        uow, conversation.conversation_id, OwnerMove.ASK, by=wanted.by, now=now, told=told
    )
    reply = _announced(wanted, there, place)
    say(
        uow,
        wiring.voice,
        after,
        response=reply.response,
        variables=reply.variables,
        author=Author.SYSTEM,
        now=now,
    )
    return Asked(handoff, reply, queued=True)


def _announced(wanted: Wanted, there: Standing, place: int) -> Reply:
    variables = {"place": place, "until": time(there.until), "choices": [choice(BACK)]}
    return Reply("utter_person_queue", variables | _why(wanted))


def _why(wanted: Wanted) -> dict[str, Any]:
    """Return what is said first when the buyer did not ask for a person."""
    return {"blocks": [_TROUBLE] if wanted.reason is HandoffReason.TROUBLE else []}


def _missed(
    wiring: Wiring,
    uow: UnitOfWork,
    conversation: Conversation,
    wanted: Wanted,
    *,
    there: Standing,
    now: datetime,
) -> Asked:
    handoff = written(wiring, uow, conversation, wanted, now=now)
    case = person_case(
        wiring, uow, conversation, text=wanted.text or handoff.words, order=wanted.order, now=now
    )
    missed = replace(handoff, state=HandoffState.MISSED, ended_at=now, case_number=case.number)
    if there.room is not Room.NONE:
        taken_up(uow, conversation, now)
        uow.handoffs.add(missed)
    return Asked(missed, _told(case, wanted, there), queued=False)


def _told(case: Case, wanted: Wanted, there: Standing) -> Reply:
    reply = case_reply(case, person=True)
    variables = {**reply.variables, **_why(wanted)}
    named = _TOLD_AS.get(there.room)
    if named is None or case.type is not CaseType.PERSON_WANTED:
        return replace(reply, variables=variables)
    response = reply.response.replace("utter_person_case", f"utter_person_{named}")
    if there.room is Room.CLOSED:
        variables["opens_at"] = time(there.opens_at)
    return Reply(response, variables)


def taken_up(uow: UnitOfWork, conversation: Conversation, now: datetime) -> None:
    """End what was missed before: this wish takes its place."""
    last = uow.handoffs.last_of(conversation.conversation_id)
    if last is not None and last.state is HandoffState.MISSED:
        ended = replace(
            last, state=HandoffState.ENDED, ended_at=now, ended_as=HandoffEnd.ASKED_AGAIN
        )
        uow.handoffs.save(ended)


def written(
    wiring: Wiring, uow: UnitOfWork, conversation: Conversation, wanted: Wanted, *, now: datetime
) -> Handoff:
    """Return a new handoff of the conversation, with what is known of it; not yet stored."""
    order = wanted.order
    return Handoff(
        handoff_id=wiring.new_id(),
        conversation_id=conversation.conversation_id,
        storefront=conversation.storefront,
        reason=wanted.reason,
        state=HandoffState.WAITING,
        asked_at=now,
        language=conversation.locale.partition("-")[0].lower(),
        channel=conversation.channel,
        words=last_words(uow, conversation.conversation_id),
        case_number=wanted.case_number,
        order_number=order.number if order else None,
        order_value_minor=order.total.minor if order else None,
        currency=order.total.currency if order else None,
    )


def last_words(uow: UnitOfWork, conversation_id: str) -> str:
    """Return what the buyer wrote last, as the log has it: masked."""
    said = uow.conversations.recent_messages(conversation_id, limit=12)
    own = [str(event.body.get("text") or "") for event in said if event.author is Author.BUYER]
    return next((text for text in reversed(own) if text), "")


def may_ask(conversation: Conversation) -> bool:
    """Tell whether a person may still be asked for: nobody else has it, and it is not over."""
    return conversation.owner in {Owner.BOT, Owner.OFFLINE} and not conversation.is_over

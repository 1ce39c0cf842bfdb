"""Carries out what an agent confirmed, inside their transaction, by the effects of the bot.

Whatever leaves carries the proposal's id as its idempotency key.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aftersale.domain.acting import AgentDeed, Proposal
from aftersale.domain.conversations import Identity
from aftersale.domain.orders import Order
from aftersale.domain.requests import AuditEntry, CommandKind
from aftersale.services.call import Call
from aftersale.services.deciding import Judgement, keep
from aftersale.services.deed import Deed
from aftersale.services.desk.as_command import command_of
from aftersale.services.desk.talks import talk_about
from aftersale.services.desk.weighing import Weighed, lines_meant, with_money
from aftersale.services.effects import carry_out
from aftersale.services.ports import UnitOfWork
from aftersale.services.refunds import money_back
from aftersale.services.reply import Reply
from aftersale.services.returning.filing import file_return
from aftersale.services.telling import tell, tell_reply
from aftersale.services.wiring import Wiring

_MONEY_ALONE = {
    "utter_told_cancelled_refund": "utter_told_refund_begun",
    "utter_told_cancelled_release": "utter_told_release_begun",
    "utter_told_cancelled_manual": "utter_told_refund_by_hand",
}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A confirmation on its way: what is done, by whom, and whether a rule is set aside."""

    proposal: Proposal
    weighed: Weighed
    deed: AgentDeed
    user: str
    now: datetime
    reason: str | None = None  # why the rule is set aside; None: none is

    @property
    def judgement(self) -> Judgement:
        """The judgement that the effect is told by."""
        judgement = self.weighed.judgement
        return with_money(judgement, self.weighed.asked) if self.reason else judgement


def do(wiring: Wiring, uow: UnitOfWork, confirmed: Confirmed) -> dict[str, Any]:
    """Do it once, write down who did it by which rule, tell the buyer; return what came of it."""
    order = confirmed.weighed.judgement.order
    named = confirmed.proposal.conversation_id
    where = talk_about(wiring, uow, order, named, now=confirmed.now)
    whose = Identity(order.storefront, order.buyer_id)
    call = Call(where.conversation_id, "", whose, confirmed.now)
    decision_id = keep(wiring, uow, call, confirmed.weighed.judgement)
    uow.ledger.audit(_written(confirmed, call, decision_id))
    if confirmed.deed in {AgentDeed.REFUND, AgentDeed.RELEASE}:
        reply = _money(wiring, uow, call, confirmed)
    else:
        reply = _deed(wiring, uow, call, confirmed, decision_id=decision_id)
    return {
        "deed": confirmed.deed.value,
        "override": bool(confirmed.reason),
        "decision_id": decision_id,
        "conversation_id": call.conversation_id,
        "case_number": reply.variables.get("case_number"),
    }


def _deed(
    wiring: Wiring, uow: UnitOfWork, call: Call, confirmed: Confirmed, *, decision_id: str
) -> Reply:
    """Run the very effect that a buyer's yes has."""
    proposal, judgement = confirmed.proposal, confirmed.judgement
    command = command_of(proposal, call.conversation_id, CommandKind(confirmed.deed.value))
    command = replace(command, decision_id=decision_id)
    deed = Deed(call, command, judgement, agent=confirmed.user)
    if confirmed.deed is AgentDeed.REQUEST_RETURN:
        key, by = proposal.proposal_id, deed.by
        reply = file_return(wiring, uow, call, judgement, key=key, by=by)
    else:
        reply = carry_out(wiring, uow, deed)
    where = call.conversation_id
    tell_reply(wiring, uow, judgement.order, reply, conversation_id=where, now=call.now)
    return reply


def _money(wiring: Wiring, uow: UnitOfWork, call: Call, confirmed: Confirmed) -> Reply:
    """Ask the provider for the money alone, or file it for whoever sends it by hand."""
    order, asked = confirmed.weighed.judgement.order, confirmed.weighed.asked
    payload = {
        "storefront": order.storefront,
        "number": order.number,
        "line_ids": list(lines_meant(uow, asked, order, confirmed.deed)),
        "amount_minor": asked.amount_minor,
        "request_id": confirmed.proposal.proposal_id,
        "conversation_id": call.conversation_id,
        "money": confirmed.deed.value,
    }
    response, more = money_back(wiring, uow, order, payload, now=call.now)
    said = _MONEY_ALONE[response]
    where = call.conversation_id
    tell(wiring, uow, order, said, conversation_id=where, now=call.now, more=more)
    return Reply(said, more)


def _written(confirmed: Confirmed, call: Call, decision_id: str) -> AuditEntry:
    """Return the row that names who did it; a rule that was set aside stands beside the reason."""
    order, override = confirmed.weighed.judgement.order, confirmed.weighed.override
    aside = {}
    if confirmed.reason and override:
        aside = {"rule": override.rule, "code": override.code, "reason": confirmed.reason}
    return AuditEntry(
        at=call.now,
        actor=f"agent:{confirmed.user}",
        action="order.overridden" if aside else "order.acted",
        subject=subject_of(order),
        after={
            "proposal_id": confirmed.proposal.proposal_id,
            "asked": confirmed.weighed.asked.ask.value,
            "did": confirmed.deed.value,
            "decision_id": decision_id,
            **({"override": aside} if aside else {}),
        },
        conversation_id=call.conversation_id,
    )


def subject_of(order: Order) -> str:
    """Return the name of the order in the audit."""
    return f"order:{order.storefront}/{order.number}"

"""Returns, exchanges and refunds: find the order, ask what matters, show it, submit it."""

from dataclasses import dataclass, replace
from typing import Any

from aftersale.domain.orders import Order
from aftersale.domain.requests import CommandKind
from aftersale.policy.knobs import Policy
from aftersale.services.call import Call, OrderHint
from aftersale.services.deciding import Judgement, judge
from aftersale.services.find_order import FoundKind, find, which
from aftersale.services.likely import arrived_first
from aftersale.services.offers import show
from aftersale.services.open_turn import require_open
from aftersale.services.order_card import order_card
from aftersale.services.ports import UnitOfWork
from aftersale.services.problem_draft import Said, wanted
from aftersale.services.reply import Reply
from aftersale.services.returning.asking import (
    CONFIRM,
    ORDER,
    TEXT,
    asked,
    question,
    returnable,
    take,
    with_only_line,
)
from aftersale.services.returning.draft import ReturnDraft, begun
from aftersale.services.returning.filing import already, open_request
from aftersale.services.returning.showing import propose, wish_for
from aftersale.services.wiring import Wiring


class Returns:
    """One use case for every question of the form: it takes the answer and asks what is next.

    Replies with the slots `requested_slot` and `return_draft` while something is asked, with
    `missed` when the message was no answer; without `requested_slot` the form is over.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def step(self, call: Call, said: Said, slot: dict[str, Any]) -> Reply:
        """`utter_return_*`, or the question which order; a summary waits for a yes."""
        with self._wiring.uow() as uow:
            require_open(uow, call)
            turn = _Turn(self._wiring, uow, call, said)
            reply = turn.answer(ReturnDraft.of(slot) or begun(said))
            uow.commit()
        return reply


@dataclass(frozen=True, slots=True)
class _Turn:
    """One turn of the form inside its transaction."""

    wiring: Wiring
    uow: UnitOfWork
    call: Call
    said: Said

    @property
    def policy(self) -> Policy:
        return self.wiring.policy(self.call.identity.storefront)

    @property
    def photos(self) -> int:
        return len(self.uow.attachments.loose(self.call.conversation_id))

    def answer(self, draft: ReturnDraft) -> Reply:
        """Find the order, take the answer, and ask or show what is next."""
        found = self._order(draft)
        if isinstance(found, Reply):
            return found if found.done else self._asking(found, draft, ORDER)
        order = returnable(found)
        if draft.order != found.number:
            draft = replace(draft, order=found.number, lines=())
        draft = with_only_line(draft, order)
        taken, answered = take(self.said, draft, order, self.photos)
        if not answered:
            return self._missed(draft, order)
        return self._next(self._corrected(taken), order, found)

    def _order(self, draft: ReturnDraft) -> Order | Reply:
        """Return the order, or the question for it. Only a first message and an answer name it."""
        buyer, storefront = self.call.identity.buyer_id, self.call.identity.storefront
        if draft.order and buyer:
            own = self.uow.orders.find_own(storefront, draft.order, buyer)
            if own:
                return own
        meant = self.said.starts or self.said.asked == ORDER
        found = find(self.uow, self.call, self.said.hint if meant else OrderHint())
        if found.kind is FoundKind.ONE and found.order:
            return found.order
        if self.said.asked == ORDER and self.said.intent == "deny":
            return Reply("utter_declined", {"number": None})
        reply = which(self.wiring, self.call, arrived_first(found))
        return replace(reply, done=False) if reply.response == "utter_cancel_not_found" else reply

    def _corrected(self, draft: ReturnDraft) -> ReturnDraft:
        """Return the draft with another wish that is named instead of a yes."""
        wish = wanted(self.said) if self.said.asked == CONFIRM else None
        return replace(draft, resolution=wish) if wish else draft

    def _next(self, draft: ReturnDraft, order: Order, whole: Order) -> Reply:
        ids = draft.lines or tuple(line.line_id for line in order.lines)
        judgement = self._judged(replace(draft, lines=ids), whole)
        if judgement.offer is not CommandKind.REQUEST_RETURN:
            return self._stated(draft, judgement)
        case = open_request(self.uow, whole, ids)
        if case and (draft.lines or not case.line_ids):
            return already(case)
        step = question(self.policy, draft, order, self.photos)
        if step:
            return self._asking(asked(self.policy, draft, order, step), draft, step)
        reply = propose(self.wiring, self.uow, self.call, judgement)
        again = self._asking(reply, draft, CONFIRM)
        moved = self.said.asked != CONFIRM or wanted(self.said) is not None
        return again if moved else replace(again, slots=again.slots | {"missed": True})

    def _judged(self, draft: ReturnDraft, order: Order) -> Judgement:
        wish, buyer = wish_for(draft), self.call.identity.buyer_id
        return judge(
            self.wiring,
            self.uow,
            order,
            wish,
            asking_buyer=buyer,
            now=self.call.now,
            linked=self.call.identity.linked,
        )

    def _stated(self, draft: ReturnDraft, judgement: Judgement) -> Reply:
        """Say what the state or the storefront's silence says; where it goes on is offered."""
        reply = show(self.wiring, self.uow, self.call, judgement)
        if not reply.done:
            return self._asking(reply, draft, CONFIRM)
        card = order_card(judgement.order, judgement.policy)
        return replace(reply, variables=reply.variables | {"blocks": [card]})

    def _missed(self, draft: ReturnDraft, order: Order) -> Reply:
        step = self.said.asked or TEXT
        again = self._asking(asked(self.policy, draft, order, step), draft, step)
        return replace(again, slots=again.slots | {"missed": True})

    def _asking(self, reply: Reply, draft: ReturnDraft, step: str) -> Reply:
        """Return a question with everything the form needs to go on."""
        order = {"last_order": draft.order} if draft.order else {}
        slots = {"requested_slot": step, "return_draft": draft.as_slot()}
        return replace(reply, slots=order | slots, done=False)

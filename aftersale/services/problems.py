"""What did not arrive, or arrived wrong: find the order, ask what is needed, show it, file it."""

from dataclasses import dataclass, replace
from typing import Any

from aftersale.domain.cases import Case, IssueType
from aftersale.domain.orders import Order
from aftersale.domain.requests import CommandKind
from aftersale.policy.decision import Ask, Outcome
from aftersale.policy.knobs import Policy
from aftersale.services.call import Call, OrderHint
from aftersale.services.case_life.finding import case_of_order
from aftersale.services.deciding import Judgement, Wish, judge, keep
from aftersale.services.find_order import FoundKind, find, which
from aftersale.services.launched import closed
from aftersale.services.likely import ARRIVED, likely_first
from aftersale.services.lines import lines_named
from aftersale.services.offers import show, supersede
from aftersale.services.open_turn import require_open
from aftersale.services.order_card import order_card
from aftersale.services.ports import UnitOfWork
from aftersale.services.problem_answers import ASKING, NO_NUMBER, SHORTEST, take, wish_in
from aftersale.services.problem_draft import ISSUES, Draft, Said, begun
from aftersale.services.problem_filing import open_case_about
from aftersale.services.problem_offer import propose, propose_ticket, wish_for
from aftersale.services.problem_questions import CONFIRM, asked, question, with_only_line
from aftersale.services.reply import Reply, choice
from aftersale.services.terms import alternatives, cancel_variables
from aftersale.services.wiring import Wiring

ORDER = "problem_order"
_WRITTEN = frozenset({"reimburse_wait_seller", "reimburse_may"})


class Problems:
    """One use case for every question of the form: it takes the answer and asks what is next.

    Replies with the slots `requested_slot` and `problem_draft` while something is asked, with
    `missed` when the message was no answer; without `requested_slot` the form is over.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def step(self, call: Call, said: Said, slot: dict[str, Any]) -> Reply:
        """`utter_problem_*`, or the question which order; a summary waits for a yes."""
        with self._wiring.uow() as uow:
            require_open(uow, call)
            turn = _Turn(self._wiring, uow, call, said)
            reply = turn.answer(Draft.of(slot) or begun(said))
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

    def answer(self, draft: Draft) -> Reply:
        """Find out what it is about, take the answer, and ask or show what is next."""
        draft = self._corrected(draft)
        order = self._order(draft)
        if isinstance(order, Reply):
            return self._asking(order, draft, ORDER) if not order.done else order
        if order is None and (nothing := closed(self.wiring, self.call)):
            return nothing
        if order is None:
            draft = replace(draft, order=None, no_order=True)
        else:
            draft = self._about(draft, order)
        return self._go_on(draft, order)

    def _corrected(self, draft: Draft) -> Draft:
        """Return the draft with what any message may add: another problem, the wish."""
        issue = ISSUES.get(self.said.intent)
        takes = self.said.asked in {None, ORDER, CONFIRM}
        takes = takes and not (self.said.asked and ASKING.search(self.said.text or ""))
        if issue and takes and issue is not draft.issue:
            draft = replace(draft, issue=issue, evidence=None)
        wish = wish_in(self.said) if self.said.asked else None
        return replace(draft, resolution=wish) if wish else draft

    def _order(self, draft: Draft) -> Order | Reply | None:
        """Return the order, None where the storefront does without, or the question for it."""
        if draft.no_order:
            return None
        if own := self._own(draft):
            return own
        meant = self.said.starts or self.said.asked == ORDER
        if self.said.asked == ORDER and self._has_none():
            return None if self.policy.problem.order_optional else self._declined()
        found = find(self.uow, self.call, self.said.hint if meant else OrderHint())
        if found.kind is FoundKind.ONE and found.order:
            return found.order
        reply = which(self.wiring, self.call, likely_first(found, draft.issue))
        return self._optional(reply) if self.policy.problem.order_optional else _again(reply)

    def _has_none(self) -> bool:
        said = self.said
        text = "" if said.hint.number else said.text or ""
        return said.intent in {"skip", "deny"} or bool(NO_NUMBER.search(text))

    def _declined(self) -> Reply:
        if self.said.intent == "deny":
            return Reply("utter_declined", {"number": None})
        return _again(which(self.wiring, self.call, find(self.uow, self.call, OrderHint())))

    def _optional(self, reply: Reply) -> Reply | None:
        """Ask for the order where a ticket may do without one (R3.8)."""
        blocks = reply.variables.get("blocks") or []
        unknown = reply.response == "utter_cancel_not_found"
        if not blocks and not unknown:
            return None  # nobody is verified, or there are no orders
        name = "utter_problem_order_unknown" if unknown else "utter_problem_order_optional"
        variables = {"blocks": blocks, "choices": [choice("skip")]}
        return Reply(name, variables, reply.slots, done=False)

    def _about(self, draft: Draft, order: Order) -> Draft:
        """Return the draft for this order; what arrived by the records is a discrepancy."""
        lines = [line for line in order.lines if not line.cancelled]
        arrived = bool(lines) and all(line.fulfilment in ARRIVED for line in lines)
        issue = draft.issue
        if issue is IssueType.NOT_RECEIVED and arrived:
            issue = IssueType.DELIVERY  # R3.15
        same = draft.order == order.number
        known = draft if same else replace(draft, order=order.number, lines=())
        if not known.lines and self.said.text and (self.said.starts or self.said.asked == ORDER):
            known = replace(known, lines=lines_named(order, self.said.text))
        return with_only_line(replace(known, issue=issue), order)

    def _go_on(self, draft: Draft, order: Order | None) -> Reply:
        taken, answered = draft, True
        if not self.said.is_photo:
            taken, answered = take(self.said, draft, order, self.photos)
        if not answered and wish_in(self.said) is None:
            return self._missed(draft, order)
        judgement = self._judge(order, wish_for(taken)) if order else None
        if judgement and (end := self._ended(taken, judgement)):
            return end
        step = question(self.policy, taken, order, self.photos)
        if step:
            noted = step == self.said.asked == "problem_evidence" and not self.said.starts
            reply = asked(self.policy, taken, order, step, noted=noted)
            return self._asking(reply, taken, step)
        return self._shown(taken, judgement)

    def _missed(self, draft: Draft, order: Order | None) -> Reply:
        step = self.said.asked or "problem_text"
        again = self._asking(asked(self.policy, draft, order, step), draft, step)
        return replace(again, slots=again.slots | {"missed": True})

    def _judge(self, order: Order, wish: Wish) -> Judgement:
        buyer = self.call.identity.buyer_id
        return judge(
            self.wiring,
            self.uow,
            order,
            wish,
            asking_buyer=buyer,
            now=self.call.now,
            linked=self.call.identity.linked,
        )

    def _ended(self, draft: Draft, judgement: Judgement) -> Reply | None:
        """Return the answer that needs no more questions; None when they go on."""
        if judgement.offer is not CommandKind.REPORT_PROBLEM:
            return self._stated(draft, judgement)
        if draft.issue is IssueType.NOT_RECEIVED and (reply := self._written(draft, judgement)):
            return reply
        to_seller = judgement.decision.outcome is Outcome.CONTACT_ONLY
        if to_seller and not judgement.can_write:
            return self._unreachable(judgement)
        if reply := self._belongs(judgement.order):
            return reply
        case = open_case_about(self.uow, judgement.order, draft.issue, draft.lines)
        if case is None or (self.said.asked and self.said.asked != ORDER):
            return None
        return _already(judgement.order, case)

    def _belongs(self, order: Order) -> Reply | None:
        """Ask whether photos with few words are for the case that the order has already."""
        short = self.said.text and len(self.said.text.split()) < SHORTEST + 1
        case = (
            case_of_order(self.uow, order) if self.said.starts and short and self.photos else None
        )
        if case is None:
            return None
        ways = [choice("add_to_case", case_number=case.number), choice(self.said.intent)]
        variables = {"files": self.photos, "choices": ways}
        return Reply("utter_photo_about", variables, {"last_order": order.number})

    def _stated(self, draft: Draft, judgement: Judgement) -> Reply:
        """Say what the date or the state says (R0.12), with the parcel's tracking."""
        reply = show(self.wiring, self.uow, self.call, judgement)
        if not reply.done:  # a person looks at it, after a yes
            return self._asking(reply, draft, CONFIRM)
        card = order_card(judgement.order, judgement.policy)
        return replace(reply, variables=reply.variables | {"blocks": [card]})

    def _written(self, draft: Draft, judgement: Judgement) -> Reply | None:
        """Say what follows for goods that never came once the seller was written to (R0.15)."""
        wish = Wish(Ask.REIMBURSE, issue=IssueType.NOT_RECEIVED, reason_text=draft.text)
        asked_for = self._judge(judgement.order, wish)
        if asked_for.decision.reason_code not in _WRITTEN:
            return None
        reply = show(self.wiring, self.uow, self.call, asked_for)
        return reply if reply.done else self._asking(reply, draft, CONFIRM)

    def _unreachable(self, judgement: Judgement) -> Reply:
        """Give what is left when the seller cannot be written to: a list, no dead end (R0.22)."""
        keep(self.wiring, self.uow, self.call, judgement)
        supersede(self.uow, self.call)
        variables = cancel_variables(judgement) | {"choices": alternatives(judgement)}
        number = judgement.order.number
        return Reply("utter_problem_unreachable", variables, {"last_order": number})

    def _shown(self, draft: Draft, judgement: Judgement | None) -> Reply:
        changed = self.said.asked != CONFIRM or wish_in(self.said) is not None
        changed = changed or self.said.is_photo or self.said.intent in ISSUES
        if judgement is None:
            reply = propose_ticket(self.wiring, self.uow, self.call, draft)
        else:
            reply = propose(self.wiring, self.uow, self.call, judgement)
        again = self._asking(reply, draft, CONFIRM)
        return again if changed else replace(again, slots=again.slots | {"missed": True})

    def _asking(self, reply: Reply, draft: Draft, step: str) -> Reply:
        """Return a question with everything the form needs to go on."""
        blocks = [*self._photo(), *self._before(draft), *reply.variables.get("blocks", [])]
        draft = replace(draft, tip_shown=True) if draft.order or draft.no_order else draft
        slots = {"requested_slot": step, "problem_draft": draft.as_slot()}
        order = {"last_order": draft.order} if draft.order else {}
        return replace(
            reply, variables=reply.variables | {"blocks": blocks}, slots=order | slots, done=False
        )

    def _photo(self) -> list[dict[str, Any]]:
        """Return the word about a photo that came when something else was asked."""
        kept = "notice_photo_kept" if self.photos else "notice_photo_how"
        return [{"type": "notice", "response": kept}] if self.said.is_photo else []

    def _before(self, draft: Draft) -> list[dict[str, Any]]:
        """Return what comes before the first question: instructions (R4.1), a tip (R3.13)."""
        if draft.tip_shown or not (draft.order or draft.no_order):
            return []
        knobs, before = self.policy.problem, []
        order = self._own(draft)
        if knobs.instructions_first and order and order.instructions:
            said = {"instructions": order.instructions}
            before.append({"type": "notice", "response": "notice_instructions", "variables": said})
        if knobs.complete_information:
            before.append({"type": "notice", "response": "notice_complete"})
        return before

    def _own(self, draft: Draft) -> Order | None:
        identity = self.call.identity
        if not (draft.order and identity.buyer_id):
            return None
        return self.uow.orders.find_own(identity.storefront, draft.order, identity.buyer_id)


def _again(reply: Reply) -> Reply:
    """A number that is not found is asked for again."""
    return replace(reply, done=False) if reply.response == "utter_cancel_not_found" else reply


def _already(order: Order, case: Case) -> Reply:
    """Name the case that is open about the very same."""
    choices = [choice(name, case_number=case.number) for name in ("add_to_case", "case_status")]
    variables = {"case_number": case.number, "number": order.number, "choices": choices}
    return Reply("utter_problem_already", variables, {"last_order": order.number})

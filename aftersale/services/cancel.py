"""Cancel an order: show exactly what will happen, then a yes, then it happens once."""

from dataclasses import replace

from aftersale.domain.orders import ReasonClass
from aftersale.domain.requests import CommandState, OutboxState
from aftersale.policy.decision import Ask
from aftersale.services.call import Call, OrderHint
from aftersale.services.confirm import Confirm
from aftersale.services.contested import contested
from aftersale.services.deadline import deadline_reply
from aftersale.services.deciding import Wish
from aftersale.services.ports import UnitOfWork
from aftersale.services.propose import propose
from aftersale.services.reply import Reply, choice
from aftersale.services.undo import undo
from aftersale.services.wiring import OFFER_LASTS, Wiring


class CancelOrder:
    """The way of a cancellation, and the one yes, no and undo of everything that is proposed."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._confirm = Confirm(wiring)

    def propose(
        self,
        call: Call,
        hint: OrderHint,
        *,
        reason_class: str | None = None,
        reason_text: str | None = None,
    ) -> Reply:
        """Decide and say what a yes would do: `utter_cancel_<code>`, or a question which order.

        done False means a yes is waited for (or an order is asked for, see `FindOrder.ask_which`).
        """
        wish = Wish(Ask.CANCEL, _reason_class(reason_class), reason_text)
        return propose(self._wiring, call, hint, wish)

    def confirm(self, call: Call) -> Reply:
        """Carry out what the buyer was shown last, once, or show it again when the terms moved.

        Replies `utter_cancel_done_*`, `utter_request_sent`, `utter_hold_sent`,
        `utter_contact_sent`, `utter_case_opened*`, a new proposal (done False, with a `notice`
        block and the variable `shown_again`), `utter_already_sent`, `utter_already_case`, the
        statement `utter_cancel_<code>` of what an earlier yes came to, `utter_nothing_to_confirm`
        or `utter_owner_moved`.
        """
        return self._confirm.confirm(call)

    def ask_again(self, call: Call) -> Reply:
        """Show once more what waits for a yes, after one that was none (done False)."""
        return self._confirm.ask_again(call)

    def decline(self, call: Call) -> Reply:
        """`utter_declined`: nothing was changed; `utter_declined_nothing`: a yes still stands."""
        with self._wiring.uow() as uow:
            command = uow.commands.open_for(call.conversation_id)
            if command is None:
                return _nothing_declined(uow, call)
            uow.commands.move(replace(command, state=CommandState.DECLINED))
            uow.commit()
        return Reply("utter_declined", {"number": command.order_number})

    def undo(self, call: Call, hint: OrderHint | None = None) -> Reply:
        """`utter_undo_done|request|hold|already|too_late|nothing`."""
        return contested(lambda: self._undo(call, hint or OrderHint()))

    def _undo(self, call: Call, hint: OrderHint) -> Reply:
        with self._wiring.uow() as uow:
            reply = undo(self._wiring, uow, call, hint)
            uow.commit()
        return reply

    def deadline(self, call: Call, hint: OrderHint) -> Reply:
        """`utter_deadline_*`, or the statement `utter_cancel_<code>` when there is none to give.

        Answers "until when can I cancel" and "why not"; proposes nothing: no yes is waited for.
        """
        with self._wiring.uow() as uow:
            reply = deadline_reply(self._wiring, uow, call, hint)
            uow.commit()
        return reply


def _nothing_declined(uow: UnitOfWork, call: Call) -> Reply:
    """Answer a no that meets nothing open: it takes back no earlier yes, but an undo may."""
    last = uow.commands.last_for(call.conversation_id)
    done = last.done_at if last and last.state is CommandState.DONE else None
    if last is None or done is None or done + OFFER_LASTS <= call.now:
        return Reply("utter_declined", {"number": None})
    number = last.order_number or ""
    row = uow.outbox.by_key(last.command_id)
    waits = row is not None and row.state is OutboxState.PENDING and row.not_before > call.now
    choices = [choice("undo_cancel", order_number=number)] if waits else []
    return Reply("utter_declined_nothing", {"number": number, "choices": choices})


def _reason_class(text: str | None) -> ReasonClass:
    known = {member.value for member in ReasonClass}
    return ReasonClass(text) if text in known else ReasonClass.UNKNOWN

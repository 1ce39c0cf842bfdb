"""Forgot password: by e-mail or member id, told alike whether or not there is an account.

The conversation never looks an account up. It writes down that somebody asked; the relay finds the
account, or nobody, when no one is waiting for an answer.
"""

from typing import Any

from aftersale.domain.accounts import ResetRequest
from aftersale.domain.requests import OutboxKind, OutboxRow
from aftersale.policy.knobs import PasswordReset as Way
from aftersale.services.asking_limits import WITHIN, Limits, asked_from
from aftersale.services.call import Call
from aftersale.services.identifiers import Identifier, hashed, named_in
from aftersale.services.open_turn import require_open
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.wiring import Wiring

LIMITS = Limits(about=3, conversation=5, address=60)
_SOLVED = [choice("solved_it"), choice("not_helpful")]
ACCOUNT = "reset_account"  # the slot of the form that takes the answer


class PasswordReset:
    """What the assistant does for somebody who forgot a password. It never asks for one."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def told(self, call: Call) -> Reply | None:
        """`utter_reset_password`: steps and link; None where instructions are sent from here."""
        way = self._way(call)
        if way not in {None, Way.GUIDE}:
            return None
        next_ = _SOLVED if way is Way.GUIDE else [choice("talk_to_human")]
        return Reply("utter_reset_password", self._links(call) | {"choices": next_})

    def start(self, call: Call, *, named: str | None = None) -> Reply:
        """Ask for the account, or take the one that the message named.

        Replies `utter_reset_ask` or `utter_reset_ask_email`, else what `take` replies.
        """
        return self.take(call, named) if named else self._ask(call)

    def take(self, call: Call, text: str) -> Reply:
        """Have instructions sent to the account that the text names, if there is one.

        Replies `utter_reset_sent`, `utter_reset_wait` after too many, or asks again.
        """
        by_id = self._way(call) is Way.EMAIL_OR_MEMBER_ID
        account = named_in(text, member_ids=by_id)
        if account is None:
            return self._ask(call, missed=True)
        with self._wiring.uow() as uow:
            require_open(uow, call)
            response = "utter_reset_sent" if self._note(uow, call, account) else "utter_reset_wait"
            uow.commit()
        return Reply(response, self._links(call) | {"destination": account.masked})

    def _note(self, uow: UnitOfWork, call: Call, account: Identifier) -> bool:
        """Write the wish down; False when it was asked too often."""
        asked = asked_from(uow, call, account.key(call.identity.storefront))
        if not LIMITS.allow(uow.accounts.resets_since(asked, call.now - WITHIN)):
            return False
        reset_id = hashed(f"reset\n{call.turn_id}")[:32]  # a turn that runs again asks once
        uow.accounts.add_reset(ResetRequest(reset_id, asked, call.now, account.masked))
        uow.outbox.add(
            OutboxRow(
                outbox_id=self._wiring.new_id(),
                kind=OutboxKind.PASSWORD_RESET,
                idempotency_key=f"reset:{reset_id}",
                payload={
                    "reset_id": reset_id,
                    "storefront": asked.storefront,
                    "email": account.email,
                    "member_id": account.member_id,
                },
                not_before=call.now,
                created_at=call.now,
            )
        )
        return True

    def _ask(self, call: Call, *, missed: bool = False) -> Reply:
        by_id = self._way(call) is Way.EMAIL_OR_MEMBER_ID
        response = "utter_reset_ask" if by_id else "utter_reset_ask_email"
        again = {"missed": True} if missed else {}
        return Reply(response, self._links(call), {"requested_slot": ACCOUNT, **again}, done=False)

    def _links(self, call: Call) -> dict[str, Any]:
        policy = self._wiring.policy(call.identity.storefront)
        return {
            "sign_in_url": policy.sign_in_url,
            "reset_url": policy.reset_url,
            "choices": [],
        }

    def _way(self, call: Call) -> Way | None:
        return self._wiring.policy(call.identity.storefront).password_reset

"""The tip to read the description: after the buyer cancelled what was chosen wrongly (R1.6)."""

import re

from aftersale.domain.conversations import Author
from aftersale.domain.requests import CommandKind, CommandState
from aftersale.services.call import Call
from aftersale.services.ports import UnitOfWork
from aftersale.services.pre_sale import PreSale
from aftersale.services.wiring import Wiring

CANCELLED = frozenset({CommandKind.CANCEL, CommandKind.REQUEST_CANCEL})
LOOKED_BACK = 12  # messages in which the reason may have been given
CHOSEN_WRONGLY = re.compile(
    r"(?i)\bwrong (?:\w+ )?(?:size|colou?r|model|item|one|product|thing|kind|version|number)\b"
    r"|\bordered (?:the|a) wrong\b|\b(?:too|not) (?:big|small|large|long|short|tight)\b"
)


class WrongItemTip:
    """Says whether the tip fits what was just done."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._pre_sale = PreSale(wiring)

    def after_wrong_item(self, call: Call) -> bool:
        """Whether this turn asked to cancel a wrong choice, and the tip was not given before."""
        if not self._pre_sale.tip_due(call):
            return False
        with self._wiring.uow() as uow:
            command = uow.commands.done_in_turn(call.turn_id)
            done = command is not None and command.state is CommandState.DONE
            if not done or command is None or command.kind not in CANCELLED:
                return False
            return _names_wrong_choice(uow, call)


def _names_wrong_choice(uow: UnitOfWork, call: Call) -> bool:
    said = uow.conversations.recent_messages(call.conversation_id, limit=LOOKED_BACK)
    texts = [str(event.body.get("text", "")) for event in said if event.author is Author.BUYER]
    return any(CHOSEN_WRONGLY.search(text) for text in texts)

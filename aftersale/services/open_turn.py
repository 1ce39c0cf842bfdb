"""Guards whatever a turn changes: nothing may change for a buyer who was told that it failed."""

from aftersale.domain.conversations import Owner
from aftersale.errors import TurnNotOpen
from aftersale.services.call import Call
from aftersale.services.ports import UnitOfWork


def require_open(uow: UnitOfWork, call: Call) -> None:
    """Keep the turn of this call from ending before the transaction does.

    Raises:
        TurnNotOpen: it was answered or given up meanwhile, another attempt holds it, or a person
            has taken the conversation.
    """
    if call.fence is None:
        return
    if not uow.conversations.hold_turn(call.turn_id, call.fence):
        raise TurnNotOpen("This turn is not open.")
    conversation = uow.conversations.get(call.conversation_id)
    if conversation is None or conversation.owner is not Owner.BOT:
        raise TurnNotOpen("This turn is not open.")

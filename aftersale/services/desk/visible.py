"""Which conversations somebody at the desk may see: those of the storefronts they work for."""

from aftersale.domain.conversations import Closed, Conversation
from aftersale.domain.desk import DeskUser
from aftersale.errors import NotFound
from aftersale.services.ports import UnitOfWork

NO_SUCH = "There is no such conversation."


def visible(uow: UnitOfWork, who: DeskUser, conversation_id: str) -> Conversation:
    """Return the conversation.

    Raises:
        NotFound: there is none, its buyer deleted it, or it is of a storefront that the person
            does not work for; which of them is not told.
    """
    conversation = uow.conversations.get(conversation_id)
    if conversation is None or not who.serves(conversation.storefront):
        raise NotFound(NO_SUCH)
    if conversation.closed_as is Closed.DELETED:
        raise NotFound(NO_SUCH)
    return conversation

"""How often anything may be asked for that sends mail to somebody: told alike to everybody."""

from dataclasses import dataclass
from datetime import timedelta

from aftersale.domain.accounts import AskedFrom, Tally
from aftersale.services.call import Call
from aftersale.services.ports import UnitOfWork

WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many within an hour: about the same thing, in one conversation, from one address."""

    about: int
    conversation: int
    address: int

    def allow(self, tally: Tally) -> bool:
        """Whether one more is within them."""
        return (
            tally.about < self.about
            and tally.conversation < self.conversation
            and tally.address < self.address
        )


def asked_from(uow: UnitOfWork, call: Call, about_key: str) -> AskedFrom:
    """Return where the wish comes from."""
    conversation = uow.conversations.get(call.conversation_id)
    return AskedFrom(
        storefront=call.identity.storefront,
        about_key=about_key,
        conversation_id=call.conversation_id,
        opened_from=conversation.opened_from if conversation else None,
    )

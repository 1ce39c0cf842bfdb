"""What every part of the work with an outside desk is made with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftersale.domain.handoffs import Handoff
from aftersale.services.outside_desk.card_tokens import LASTS, CardTokens
from aftersale.services.outside_desk.lines import ReadFile, transcript
from aftersale.services.outside_desk.words import GUEST, NOTHING_SAID, OPENED, REASONS
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_desks import Desk, DeskLink, Wanted
from aftersale.services.wiring import Wiring

ADOPTED_WITHIN = timedelta(days=1)  # a handoff older than that is nobody's at a desk set up today


@dataclass(frozen=True, slots=True)
class Outside:
    """The desk, and what it takes to talk with it."""

    wiring: Wiring
    desk: Desk
    cards: CardTokens
    own_desk: str  # address of ours, for people who may look there too
    read_file: ReadFile

    def link_to(self, conversation_id: str) -> str:
        """Return where our own desk shows the conversation."""
        return f"{self.own_desk}/desk/conversations/{conversation_id}"

    def wanted(self, uow: UnitOfWork, link: DeskLink, handoff: Handoff, now: datetime) -> Wanted:
        """Return what the desk is told when the handoff is opened there."""
        conversation = uow.conversations.get(link.conversation_id)
        buyer_id = conversation.buyer_id if conversation else None
        buyer = uow.parties.buyer(buyer_id) if buyer_id else None
        said = transcript(uow, link.conversation_id, until=link.sent_seq)
        note = OPENED.format(
            reason=REASONS[handoff.reason],
            link=self.link_to(link.conversation_id),
            said=said or NOTHING_SAID,
        )
        return Wanted(
            handoff_id=handoff.handoff_id,
            # No address: the desk must not write to the buyer past us.
            contact=f"aftersale:{buyer.buyer_id}"
            if buyer
            else f"aftersale:{link.conversation_id}",
            name=(buyer.first_name if buyer else "") or GUEST,
            attributes=self.attributes(uow, handoff, now),
            transcript=note,
        )

    def attributes(self, uow: UnitOfWork, handoff: Handoff, now: datetime) -> Mapping[str, str]:
        """Return what stands beside the conversation; the card's key lasts an hour."""
        known = {
            "storefront": handoff.storefront,
            "reason": handoff.reason.value,
            "intent": uow.desk_links.last_intent(handoff.conversation_id),
            "order": handoff.order_number,
            "case": handoff.case_number,
            "language": handoff.language,
            "link": self.link_to(handoff.conversation_id),
            "card": self.cards.token(handoff.handoff_id, now + LASTS),
        }
        return {f"aftersale_{name}": value for name, value in known.items() if value}

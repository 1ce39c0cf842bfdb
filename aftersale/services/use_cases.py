"""Every use case an action may call, in one bundle."""

from dataclasses import dataclass

from aftersale.services.cancel import CancelOrder
from aftersale.services.contact_seller import ContactSeller
from aftersale.services.evidence import SentEvidence
from aftersale.services.find_order import FindOrder
from aftersale.services.hold import AskHold
from aftersale.services.open_case import OpenCase
from aftersale.services.reminders import Reminders
from aftersale.services.secure_link import SecureLink
from aftersale.services.show_order import ShowOrder
from aftersale.services.storefront_info import StorefrontInfo
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class UseCases:
    """What `current.get().services` gives an action."""

    find_order: FindOrder
    show_order: ShowOrder
    cancel_order: CancelOrder
    contact_seller: ContactSeller
    ask_hold: AskHold
    open_case: OpenCase
    reminders: Reminders
    storefront_info: StorefrontInfo
    evidence: SentEvidence
    secure_link: SecureLink

    @classmethod
    def made_with(cls, wiring: Wiring) -> "UseCases":
        """Make every use case with the same wiring."""
        return cls(
            find_order=FindOrder(wiring),
            show_order=ShowOrder(wiring),
            cancel_order=CancelOrder(wiring),
            contact_seller=ContactSeller(wiring),
            ask_hold=AskHold(wiring),
            open_case=OpenCase(wiring),
            reminders=Reminders(wiring),
            storefront_info=StorefrontInfo(wiring),
            evidence=SentEvidence(wiring),
            secure_link=SecureLink(wiring),
        )

"""Every use case an action may call, in one bundle."""

from dataclasses import dataclass

from aftersale.services.articles import HelpArticles
from aftersale.services.cancel import CancelOrder
from aftersale.services.cannot_order import CannotOrder
from aftersale.services.case_life.adding import AddToCase
from aftersale.services.case_life.escalating import EscalateCase
from aftersale.services.case_life.intervening import AskIntervention
from aftersale.services.case_life.showing import ShowCase
from aftersale.services.case_life.waiting_time import WaitingTime
from aftersale.services.channels.link_talk import ChatLinks
from aftersale.services.compose import ComposeLetter
from aftersale.services.contact_seller import ContactSeller
from aftersale.services.evidence import SentEvidence
from aftersale.services.feedback import Feedback
from aftersale.services.find_order import FindOrder
from aftersale.services.guest_access import GuestAccess
from aftersale.services.hold import AskHold
from aftersale.services.hours import LiveHelp
from aftersale.services.open_case import OpenCase
from aftersale.services.password_reset import PasswordReset
from aftersale.services.pre_sale import PreSale
from aftersale.services.problems import Problems
from aftersale.services.promises import Promises
from aftersale.services.reimbursing import AskReimbursement
from aftersale.services.reminders import Reminders
from aftersale.services.report_bounce import ReportBounce
from aftersale.services.returns import Returns
from aftersale.services.secure_link import SecureLink
from aftersale.services.seller_trouble import SellerTrouble
from aftersale.services.show_order import ShowOrder
from aftersale.services.storefront_info import StorefrontInfo
from aftersale.services.tips import WrongItemTip
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class UseCases:
    """What `current.get().services` gives an action."""

    find_order: FindOrder
    show_order: ShowOrder
    cancel_order: CancelOrder
    contact_seller: ContactSeller
    compose: ComposeLetter
    report_bounce: ReportBounce
    seller_trouble: SellerTrouble
    pre_sale: PreSale
    ask_hold: AskHold
    open_case: OpenCase
    reminders: Reminders
    storefront_info: StorefrontInfo
    articles: HelpArticles
    feedback: Feedback
    live_help: LiveHelp
    promises: Promises
    tips: WrongItemTip
    password_reset: PasswordReset
    guests: GuestAccess
    links: ChatLinks
    cannot_order: CannotOrder
    problems: Problems
    reimbursement: AskReimbursement
    returns: Returns
    evidence: SentEvidence
    secure_link: SecureLink
    show_case: ShowCase
    add_to_case: AddToCase
    escalate_case: EscalateCase
    ask_intervention: AskIntervention
    waiting_time: WaitingTime

    @classmethod
    def made_with(cls, wiring: Wiring) -> "UseCases":
        """Make every use case with the same wiring."""
        return cls(
            find_order=FindOrder(wiring),
            show_order=ShowOrder(wiring),
            cancel_order=CancelOrder(wiring),
            contact_seller=ContactSeller(wiring),
            compose=ComposeLetter(wiring),
            report_bounce=ReportBounce(wiring),
            seller_trouble=SellerTrouble(wiring),
            pre_sale=PreSale(wiring),
            ask_hold=AskHold(wiring),
            open_case=OpenCase(wiring),
            reminders=Reminders(wiring),
            storefront_info=StorefrontInfo(wiring),
            articles=HelpArticles(wiring),
            feedback=Feedback(wiring),
            live_help=LiveHelp(wiring),
            promises=Promises(wiring),
            tips=WrongItemTip(wiring),
            password_reset=PasswordReset(wiring),
            guests=GuestAccess(wiring),
            links=ChatLinks(wiring),
            cannot_order=CannotOrder(wiring),
            problems=Problems(wiring),
            reimbursement=AskReimbursement(wiring),
            returns=Returns(wiring),
            evidence=SentEvidence(wiring),
            secure_link=SecureLink(wiring),
            show_case=ShowCase(wiring),
            add_to_case=AddToCase(wiring),
            escalate_case=EscalateCase(wiring),
            ask_intervention=AskIntervention(wiring),
            waiting_time=WaitingTime(wiring),
        )

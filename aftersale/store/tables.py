"""Every table of the database, so that importing this module fills `Base.metadata`."""

from aftersale.store.tables_accounts import AccountRow, GuestCodeRow, ResetRequestRow
from aftersale.store.tables_acting import BlockRow, CaseNoteRow, ProposalRow
from aftersale.store.tables_articles import (
    ArticleRow,
    ArticleSearchRow,
    PresenceRow,
    RatingRow,
)
from aftersale.store.tables_base import Base
from aftersale.store.tables_channels import (
    ChannelCursorRow,
    ChannelEventRow,
    ChannelLinkRow,
    ChannelSendRow,
    ChannelThreadRow,
)
from aftersale.store.tables_conversations import (
    ButtonRow,
    ConversationRow,
    EventRow,
    TicketRow,
    TurnRow,
)
from aftersale.store.tables_desk import DeskAttemptsRow, DeskSessionRow, DeskUserRow
from aftersale.store.tables_desk_links import DeskEventRow, DeskLinkRow, DeskMessageRow
from aftersale.store.tables_desk_talk import (
    AgentMessageRow,
    DeskReadRow,
    MentionRow,
    NoteRow,
)
from aftersale.store.tables_handoffs import HandoffRow
from aftersale.store.tables_mail import InboundMailRow, MailFailureRow
from aftersale.store.tables_orders import (
    BuyerRow,
    OrderLineRow,
    OrderRow,
    SellerContactRow,
    SellerRow,
    ShipmentRow,
)
from aftersale.store.tables_records import (
    AttachmentRow,
    AuditRow,
    CaseEntryRow,
    CaseRow,
    PromiseRow,
)
from aftersale.store.tables_requests import (
    CommandRow,
    DecisionRow,
    LinkRow,
    OrderRequestRow,
    OutboxEntryRow,
    RefundRow,
    RequestLineRow,
)
from aftersale.store.tables_secure import ProviderEventRow, SecureNoteRow
from aftersale.store.tables_sellers import (
    BounceReportRow,
    ProductRow,
    SellerEventRow,
    SellerFlagRow,
    SellerMessageRow,
)

__all__ = [
    "AccountRow",
    "AgentMessageRow",
    "ArticleRow",
    "ArticleSearchRow",
    "AttachmentRow",
    "AuditRow",
    "Base",
    "BlockRow",
    "BounceReportRow",
    "ButtonRow",
    "BuyerRow",
    "CaseEntryRow",
    "CaseNoteRow",
    "CaseRow",
    "ChannelCursorRow",
    "ChannelEventRow",
    "ChannelLinkRow",
    "ChannelSendRow",
    "ChannelThreadRow",
    "CommandRow",
    "ConversationRow",
    "DecisionRow",
    "DeskAttemptsRow",
    "DeskEventRow",
    "DeskLinkRow",
    "DeskMessageRow",
    "DeskReadRow",
    "DeskSessionRow",
    "DeskUserRow",
    "EventRow",
    "GuestCodeRow",
    "HandoffRow",
    "InboundMailRow",
    "LinkRow",
    "MailFailureRow",
    "MentionRow",
    "NoteRow",
    "OrderLineRow",
    "OrderRequestRow",
    "OrderRow",
    "OutboxEntryRow",
    "PresenceRow",
    "ProductRow",
    "PromiseRow",
    "ProposalRow",
    "ProviderEventRow",
    "RatingRow",
    "RefundRow",
    "RequestLineRow",
    "ResetRequestRow",
    "SecureNoteRow",
    "SellerContactRow",
    "SellerEventRow",
    "SellerFlagRow",
    "SellerMessageRow",
    "SellerRow",
    "ShipmentRow",
    "TicketRow",
    "TurnRow",
]

"""Connected chats of messengers: how they are asked for, and how strongly they count."""

import sqlalchemy as sa
from alembic import op

from aftersale.store.migrations.altering import add_checked, allow_values

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_LINKS = (
    *("answer_cancellation", "answer_hold", "answer_letter", "answer_outreach", "answer_case"),
    *("reset_password", "secure_data", "return_to_chat", "link_chat"),
)
_COMMANDS = (
    *("cancel", "request_cancel", "contact_seller", "ask_hold", "open_case", "remind"),
    *("send_letter", "report_problem", "request_return", "escalate_case", "report_bounce"),
    *("ask_reimbursement", "ask_intervention", "link_chat"),
)
_OUTBOX = (
    *("shop.cancel", "payment.refund", "payment.release", "mail"),
    *("account.password_reset", "account.guest_code", "account.link_code", "desk.sync"),
)


def upgrade() -> None:
    """Let links, offers and effects be of the new kind, and codes be for an account."""
    op.add_column("one_time_links", sa.Column("about", sa.String(), nullable=True))
    op.add_column("guest_codes", sa.Column("buyer_id", sa.String(), nullable=True))
    add_checked("guest_codes", "kind", ("guest", "link"), default="guest")
    add_checked("conversations", "linked", ("code", "shop"))
    allow_values("one_time_links", "purpose", _LINKS)
    allow_values("pending_commands", "kind", _COMMANDS)
    allow_values("outbox", "kind", _OUTBOX)

"""What a buyer is told of what people at the desk did."""

from aftersale.services.responses.core import ORDER_VARIABLES

_DONE = (*ORDER_VARIABLES, "payment", "undo_seconds", "choices")
_TOLD = (*ORDER_VARIABLES, "payment", "case_number", "choices")

RESPONSES: dict[str, tuple[str, ...]] = {
    # lines of an order are being cancelled, then they are; `items` and `amount` are theirs
    "utter_lines_cancel_done_none": _DONE,
    "utter_lines_cancel_done_release": _DONE,
    "utter_lines_cancel_done_refund": _DONE,
    "utter_lines_cancel_done_seller_refunds": _DONE,
    "utter_told_lines_cancelled": _TOLD,
    "utter_told_lines_cancelled_none": _TOLD,
    "utter_told_lines_cancelled_refund": _TOLD,
    "utter_told_lines_cancelled_manual": _TOLD,
    "utter_told_lines_cancelled_seller_refunds": _TOLD,
    # money alone
    "utter_told_refund_begun": _TOLD,
    "utter_told_refund_by_hand": _TOLD,
    "utter_told_release_begun": _TOLD,
    # an agent writes first; the same words by mail
    "utter_agent_wrote": ("agent", "text"),
}
CHOICES: tuple[str, ...] = ()

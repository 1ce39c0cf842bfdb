"""What is said to a request that is filed: a problem, a return, a dispute, a review."""

from aftersale.policy.codes import responses_of
from aftersale.policy.decision import Ask
from aftersale.services.responses.core import CANCEL_VARIABLES

# Beside those of every `utter_cancel_*`; what does not apply is None and its line is left out.
REQUEST = (
    *CANCEL_VARIABLES,
    "issue",
    "resolution",
    "description",
    "expected",
    "received",
)
_ASKS = (Ask.PROBLEM, Ask.RETURN, Ask.REIMBURSE, Ask.INTERVENE, Ask.ESCALATE)

RESPONSES: dict[str, tuple[str, ...]] = {
    **{name: REQUEST for ask in _ASKS for name in sorted(responses_of(ask))},
    "utter_approval_filed": ("case_number", "number", "ack_due_by"),  # a person confirms first
    # the words for what is wrong and what is wanted
    **{
        f"issue_{issue}": ()
        for issue in (
            "delay", "not_received", "wrong_item", "damaged", "defective", "missing", "delivery",
            "payment", "payment_proof", "pickup", "refund", "out_of_stock", "other",
        )
    },
    **{
        f"resolution_{wanted}": ()
        for wanted in ("refund", "replacement", "return", "repair", "other", "none")
    },
}  # fmt: skip

CHOICES: tuple[str, ...] = (
    "not_received", "ask_reimbursement", "mail_bounced", "ask_intervention", "escalate_case",
    "refund_status",
)  # fmt: skip

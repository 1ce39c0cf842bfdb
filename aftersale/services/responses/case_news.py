"""What is said about cases: status, information asked for, decisions, escalation."""

from aftersale.domain.cases import VERDICT_CODES
from aftersale.policy.codes import responses_of
from aftersale.policy.decision import Ask

# What does not apply is None, and its line is left out.
_CASE = (
    "case_number",
    "number",
    "leader",  # whose turn it is: one of these three
    "seller",
    "team",
    "ack_due_by",
    "asked",  # what is wanted of the buyer
    "info_due_by",
    "escalated",
    "who",  # the seller or the leader, where they wrote something about it
    "answered",
    "answer",  # what they wrote last
    "why",  # the reason of the decision in plain words
    "files",
    "disagree",  # the case number, where a different person may look at the decision
    "choices",
)
# What is told unasked may be about an order, whose variables it then gets too.
_ORDER = (
    "items", "amount", "party", "state_label", "tab", "my_orders_url", "payment",
)  # fmt: skip
_TOLD = (*_CASE, *_ORDER)
_DECIDED = (*_TOLD, "remark", "kept", "refund_amount", "hold_amount", "by_seller", "by_hand")
_VERDICTS = ("accepted", "partly", "declined")
_ESCALATE = (*_CASE, "reason", "blocks", "shown_again", "offer")
_WAITING = ("party", "ack_from", "ack_hours", "consent_hours", "choices", "blocks")


RESPONSES: dict[str, tuple[str, ...]] = {
    "utter_case_unknown": ("choices",),  # nobody's, or somebody else's: the same words
    "utter_case_none": ("choices",),
    "utter_which_case": ("choices", "case_title"),
    **{
        f"utter_case_status_{state}": _CASE
        for state in (
            "open", "acknowledged", "waiting_for_buyer", *_VERDICTS, "decided", "escalated",
            *(f"reviewed_{verdict}" for verdict in _VERDICTS), "closed",
        )
    },
    "utter_ask_case_text": _CASE,  # what shall be added?
    "utter_case_added": _CASE,
    "utter_case_added_answer": _CASE,  # it was asked for
    "utter_case_over_decided": _CASE,
    "utter_case_over_closed": _CASE,
    "utter_ask_escalation_reason": _CASE,
    **{name: _ESCALATE for name in sorted(responses_of(Ask.ESCALATE)) if "escalate" in name},
    "utter_case_escalated": _CASE,
    "utter_case_stepped_in": _CASE,
    "utter_response_time_ack": _WAITING,
    "utter_response_time_business": _WAITING,
    "utter_response_time_consent": _WAITING,
    "utter_response_time_unstated": _WAITING,
    "notice_delay_peak": ("until",),
    "notice_delay_region": ("region",),
    # told without being asked
    "utter_told_case_acknowledged": _TOLD,
    "utter_told_case_ack_late": _TOLD,
    "utter_told_case_asked": _TOLD,
    "utter_told_case_asked_again": _TOLD,
    "utter_told_case_goes_on": _TOLD,
    **{f"utter_told_case_{verdict}": _DECIDED for verdict in _VERDICTS},
    **{f"utter_told_case_reviewed_{verdict}": _DECIDED for verdict in _VERDICTS},
    "utter_told_case_escalated": _TOLD,
    "utter_told_case_closed": (*_TOLD, "remark"),
    "utter_told_case_first_line": (*_TOLD, "earliest"),
    "utter_told_case_first_line_never": (*_TOLD, "earliest"),
    "utter_told_case_first_line_answer": (*_TOLD, "words"),
    "utter_told_case_may_step_in": _TOLD,
    "utter_told_case_stands": _TOLD,
    "entry_case_stands": ("number",),  # a note for whoever decided
    # why it was decided so, inside other sentences
    **{f"verdict_{code}": () for code in VERDICT_CODES},
    **dict.fromkeys(
        ("mail_case_first_line", "mail_case_first_line_subject"),
        ("number", "items", "first_name", "issue", "link", "photos", "due", "seller", "reference"),
    ),
}  # fmt: skip

CHOICES: tuple[str, ...] = (
    "case_status", "add_to_case", "escalate_case", "ask_intervention", "refund_status",
    "open_case", "contact_seller",
)  # fmt: skip

"""What is said when something did not arrive, or arrived wrong: the problem flow."""

from aftersale.services.responses.core import ORDER_VARIABLES
from aftersale.services.responses.requests import REQUEST

_ASKED = ("number", "choices", "blocks")
_SUMMARY = (*REQUEST, "goods", "photos", "no_photos", "first")
_FILED = (*ORDER_VARIABLES, "leader", "case_number", "ack_due_by", "choices")
_OWNERS = ("seller", "leader", "platform", "agent")
KITS = ("wrong_item", "damaged", "defective", "missing", "payment_proof", "any", "noted")

RESPONSES: dict[str, tuple[str, ...]] = {
    # which order, where a ticket may do without one
    "utter_problem_order_optional": ("choices", "blocks"),
    "utter_problem_order_unknown": ("choices", "blocks"),
    # the questions
    "utter_problem_ask_lines": _ASKED,  # block line_picker
    "utter_problem_ask_item": _ASKED,  # goods in the buyer's words, where there is no order
    "utter_problem_ask_text": _ASKED,
    "utter_problem_ask_text_more": _ASKED,
    **{f"utter_problem_ask_photos_{kit}": _ASKED for kit in KITS},
    "utter_problem_ask_resolution": _ASKED,
    "utter_problem_ask_resolution_absent": _ASKED,  # there is nothing to send back
    "notice_instructions": ("instructions",),
    "notice_complete": (),
    "notice_photo_kept": (),
    "notice_photo_how": (),
    # everything that a yes sends, by who looks first (agent: a person, or a ticket)
    **{f"utter_problem_summary_{owner}": _SUMMARY for owner in _OWNERS},
    "problem_seller_comes_first": (),
    "problem_photos_cannot": (),
    "problem_photos_skipped": (),
    **{f"utter_problem_filed_{owner}": _FILED for owner in _OWNERS},
    "utter_reimburse_asked": ("case_number", "number", "ack_due_by"),
    "utter_problem_already": ("case_number", "number", "choices"),
    "utter_problem_unreachable": REQUEST,  # the seller cannot be written to: what is left
    # letters; each has a `<name>_subject` with the same variables
    **dict.fromkeys(
        ("mail_problem", "mail_problem_subject"),
        ("number", "items", "first_name", "issue", "link", "photos", "due", "seller", "reference"),
    ),
    "letter_problem": ("goods", "issue", "words", "resolution"),
    # what the order's own page says
    "utter_instructions": (*ORDER_VARIABLES, "instructions"),
    "utter_instructions_none": (*ORDER_VARIABLES, "choices"),
}

CHOICES: tuple[str, ...] = ("cannot_provide", "skip", "add_to_case", "case_status")

"""What is said about returns, exchanges, requested refunds and where the money is."""

from aftersale.services.responses.core import ORDER_VARIABLES
from aftersale.services.responses.requests import REQUEST

_ASKED = ("number", "goods", "choices", "blocks")
_SUMMARY = (
    *REQUEST,
    "class_reason",
    "ideal",  # until when it was ideally asked for, once that has passed
    "fee_unknown",
)
_FILED = (*ORDER_VARIABLES, "case_number", "ack_due_by", "choices")
_MAIL = ("number", "items", "first_name", "issue", "link", "photos", "due", "seller", "reference")
_DESTINATION = (*ORDER_VARIABLES, "payment", "choices")

RESPONSES: dict[str, tuple[str, ...]] = {
    # the questions
    "utter_return_ask_lines": _ASKED,  # block line_picker
    "utter_return_ask_text": _ASKED,
    "utter_return_ask_text_more": _ASKED,
    "utter_return_ask_defective": _ASKED,
    "utter_return_ask_opened": _ASKED,
    "utter_return_ask_as_listed": _ASKED,
    "utter_return_ask_photos": _ASKED,
    "utter_return_ask_resolution": _ASKED,
    "utter_return_ask_resolution_no_replacement": _ASKED,
    # everything that a yes submits, as a notice above the question
    "notice_return": (
        "number",
        "goods",
        "description",
        "resolution",
        "photos",
        "no_photos",
        "unstated",  # what is wished is not spoken of here
        "destination",  # masked; where money would go, if any would
    ),
    "utter_return_seller_terms": _SUMMARY,
    "utter_return_review": _SUMMARY,
    "utter_return_late": _SUMMARY,
    "utter_return_preference_limited": _SUMMARY,
    "utter_return_opened_limited": _SUMMARY,
    "utter_return_class_limited": _SUMMARY,
    **{
        f"return_class_{kind}": ()
        for kind in ("perishable", "short_shelf_life", "made_to_order", "hygiene")
    },
    "return_fee_unknown": (),
    "return_replacement_unstated": (),
    **{f"utter_return_filed_{owner}": _FILED for owner in ("seller", "agent", "platform")},
    "utter_return_already": ("case_number", "number", "choices"),
    # for whoever reviews it
    "desk_return_condition": ("defective", "opened", "as_listed"),
    "word_yes": (),
    "word_no": (),
    "letter_return": ("goods", "words", "resolution"),
    "mail_return": _MAIL,
    "mail_return_subject": _MAIL,
    "utter_refund_under_review": (*ORDER_VARIABLES, "case_number", "since", "choices"),
    # where money that comes back goes
    "utter_refund_destination": _DESTINATION,
    "utter_refund_destination_only": _DESTINATION,
    "utter_refund_destination_seller": _DESTINATION,
    "utter_refund_destination_unstated": _DESTINATION,
    "utter_refund_destination_nothing": _DESTINATION,
}

CHOICES: tuple[str, ...] = (
    "cannot_provide", "skip", "case_status", "add_to_case", "refund_status", "request_refund",
)  # fmt: skip

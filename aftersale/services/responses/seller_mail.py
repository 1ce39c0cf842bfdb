"""What is said when sellers are written to and answer, and what is written to them."""

_ORDER = ("number", "items", "amount", "party", "seller", "state_label", "tab", "my_orders_url")
_MAIL = ("number", "items", "first_name", "issue", "link", "photos", "due", "seller", "reference")
_DRAFT = ("seller", "number", "items", "first_name", "words", "choices", "blocks", "offer")
_BOUNCE = ("seller", "number", "choices")
_TRIED = ("attempts", "written", "waited", "answered")
_WAYS_ON = (*_ORDER, *_TRIED, "write", "bounced", "maybe", "choices")
_OWED = ("returned", "under_way", "since", "unpaid", "waiting")

RESPONSES: dict[str, tuple[str, ...]] = {
    # writing to a seller: whom, what, the letter word for word
    "utter_letter_whom": ("sign_in_url",),
    "utter_letter_text": ("seller", "number", "items", "written"),  # written: {"$date"} of before
    "utter_letter_text_before": ("seller", "number", "items", "written"),  # without an order
    "utter_letter_confirm": _DRAFT,
    "utter_letter_confirm_before": _DRAFT,
    "utter_letter_sent": ("seller", "number", "choices"),
    "utter_letter_sent_before": ("seller", "number", "choices"),
    "utter_letter_already": ("seller", "number", "choices"),
    "utter_letter_already_before": ("seller", "number", "choices"),
    "utter_letter_not_sent": (),
    "utter_letter_too_many": ("seller",),
    "utter_letter_no_address": ("seller", "choices"),
    "utter_letter_before_unstated": ("choices",),
    "utter_letter_product_sign_in": ("product", "seller", "sign_in_url", "choices"),
    # a question before buying
    "utter_pre_sale_question": ("choices",),
    "utter_pre_sale_seller": ("seller", "product", "product_url", "chat_url", "choices"),
    # what comes back
    "utter_told_seller_answer": (*_ORDER, "payment", "case_number", "words", "choices"),
    "utter_told_outreach_answer": (*_ORDER, "payment", "case_number", "words", "choices"),
    "utter_told_letter_bounced": (*_ORDER, "payment", "case_number", "choices"),
    "notice_seller_answered": ("seller", "sent", "answered", "words"),
    "note_outreach_bounced": (),
    "note_letter_bounced": ("case_number",),
    # mail to a seller came back
    "utter_bounce_unstated": ("choices",),
    "utter_bounce_when": _BOUNCE,
    "utter_bounce_text": _BOUNCE,
    "utter_bounce_wish": _BOUNCE,
    "utter_bounce_confirm": (*_BOUNCE, "happened", "evidence", "wish", "blocks", "offer"),
    "utter_bounce_reported": ("case_number", "seller"),
    # no answer: what was tried and what can be done; a line without its variable is left out
    "utter_seller_unreachable": _WAYS_ON,
    "utter_seller_answered": _WAYS_ON,
    # the seller cannot deliver; one of the variables says how far the refund is
    "utter_out_of_stock": (*_ORDER, "product_url", *_OWED, "choices"),
    # letters
    **{
        name: _MAIL
        for template in ("mail_letter", "mail_letter_before", "mail_outreach")
        for name in (template, f"{template}_subject")
    },
}

CHOICES: tuple[str, ...] = (
    "contact_seller",
    "mail_bounced",
    "ask_reimbursement",
    "open_case",
    "list_orders",
    "cannot_provide",
    "reorder",
    "affirm",
    "deny",
)

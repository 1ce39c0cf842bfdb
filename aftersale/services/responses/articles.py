"""What is said with help articles, opening hours and ratings."""

_ARTICLE = ("title", "choices", "blocks")
_HOURS = ("until", "opens_at", "waiting")
_CASE = ("case_number", "number", "ack_due_by")

RESPONSES: dict[str, tuple[str, ...]] = {
    # an article; it asks whether it helped, and yes or no may be typed
    "utter_article": _ARTICLE,
    "utter_article_next": _ARTICLE,  # the first one did not help
    "article_question_useful": (),  # what is asked below it
    "article_question_solved": (),
    "article_source": ("updated",),
    "article_link": ("url",),
    "utter_article_comment": ("choices",),
    # a rating: stars, then a comment; both may be skipped
    "utter_solved": (),
    "utter_solved_rate": ("choices",),
    "utter_ask_stars": ("choices",),
    "utter_ask_comment": ("choices",),
    "utter_feedback_thanks": (),
    "utter_feedback_skipped": (),
    "utter_told_rate_case": ("case_number", "choices"),
    # once, where the storefront gives this advice
    "utter_tip_read_description": (),
    # when people are there
    "utter_hours_open": _HOURS,
    "utter_hours_open_away": _HOURS,  # open, but nobody is there
    "utter_hours_closed": _HOURS,
    "utter_hours_never": _HOURS,
    "utter_hours_supplier": ("choices",),  # live chat is with the supplier
    "utter_hours_unstated": ("choices",),
}

CHOICES: tuple[str, ...] = (
    "solved_it", "not_helpful", "give_feedback", "skip", "case_status", "opening_hours",
    "talk_to_human", "restocking_fee", "seller_policy", "authorisation_question", "refund_status",
    "pre_sale_question", "cannot_order", "order_details", "unpaid_order", "reset_password",
    "guest_order", "secure_channel", "escalate_case", "order_instructions", "pickup_issue",
    "payment_proof", "ask_intervention", "mail_bounced", "exchange_item",
)  # fmt: skip

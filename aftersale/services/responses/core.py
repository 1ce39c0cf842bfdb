"""What the first slice says: cancelling, orders, sellers, cases, and what is told unasked."""

ORDER_VARIABLES = (
    "number",
    "items",
    "amount",
    "party",
    "seller",
    "state_label",
    "tab",
    "my_orders_url",
)
# Every `utter_cancel_*` gets all of these. What does not apply is None and must not be used by the
# wording of that response; `earliest` and `latest` are {"$time"}, fees are what the names say.
CANCEL_VARIABLES = (
    *ORDER_VARIABLES,
    "payment",
    "leader",
    "earliest",
    "latest",
    "written",  # {"$date"}: when the seller who decides was last written to
    "undo_seconds",
    "consent_hours",
    "fee_percent",
    "fee_flat",
    "shipping_policy_url",
    "returns_policy_url",
    "sign_in_url",
    "choices",
    "blocks",
    "shown_again",  # "changed", "expired" or "unsure", beside a notice block
    "offer",  # what a yes would do: a kind of pending command
)
_DONE = (*ORDER_VARIABLES, "payment", "undo_seconds", "choices")
_TOLD = (*ORDER_VARIABLES, "payment", "case_number", "choices")
_MAIL = ("number", "items", "first_name", "issue", "link", "photos", "due", "seller", "reference")
_MONEY_BACK = (*ORDER_VARIABLES, "payment", "since", "choices")
_TERMS = (
    *ORDER_VARIABLES, "fee_percent", "fee_flat",
    "shipping_policy_url", "returns_policy_url", "choices",
)  # fmt: skip
_CASE = ("case_number", "number", "ack_due_by")
_SHOP = (
    "name", "party", "my_orders_url", "sign_in_url", "reset_url", "privacy_url", "choices",
)  # fmt: skip

CANCEL_CODES: tuple[str, ...] = (
    # asks "shall I?" with Yes and No (done False): something waits for a yes
    "status_allows", "status_allows_release", "status_allows_none",  # money: refund, hold, nothing
    "unpaid_allowed", "hold_release",
    "consent_needed",
    "seller_decides", "seller_decides_shipped", "seller_decides_delivered",
    "seller_decides_shipped_fee_percent", "seller_decides_shipped_fee_flat",
    "seller_decides_delivered_fee_percent", "seller_decides_delivered_fee_flat",
    "seller_written",  # a letter went out before; shall I write again?
    "seller_decides_shipped_no_fee", "seller_decides_delivered_no_fee",
    "card_gate",  # possible from `earliest`; shall I ask the supplier to hold it until then?
    "shipped", "delivered",  # no, because; shall I write to the seller?
    "campaign_over", "paid_review", "started_convenience", "started_fault", "received_review",
    "launch_off", "launch_approve",
    "order_completed", "partial", "facts_contradict", "facts_missing",
    # ^ a person must look: shall I ask?
    "not_stated",  # this shop has no stated rule; shall I open a ticket?
    "not_stated_contact",  # ... shall I write to the seller?
    "hold_possible", "contact_possible", "contact_no_seller",
    # statements (done True)
    "undo_possible", "undo_too_late", "undo_nothing",  # of `policy explain` only
    "not_verified", "not_found", "link_too_weak", "read_only",
    "already_cancelled", "cancelling", "request_already_open",
    "unpaid_auto", "card_gate_no_hold", "shipped_no_seller",
    "delivered_no_seller", "hold_too_late", "hold_already_open", "hold_not_offered",
)  # fmt: skip

RESPONSES: dict[str, tuple[str, ...]] = {
    **{f"utter_cancel_{code}": CANCEL_VARIABLES for code in CANCEL_CODES},
    # shown above or below a proposal that is shown again
    "notice_terms_changed": (),
    "notice_offer_expired": (),
    "notice_unsure": (),
    # above a status: what became of what was asked
    **{
        f"notice_{kind}_{state}": ("seller", "sent", "due", "answered")
        for kind in ("cancellation", "hold")
        for state in ("sent", "agreed", "declined", "expired", "ended")
    },
    "notice_seller_written": ("seller", "sent"),
    # how to reach the seller: their own address, or where it stands
    "utter_seller_details": (*ORDER_VARIABLES, "sent", "email", "phone", "choices"),
    "utter_seller_path": (*ORDER_VARIABLES, "choices"),
    # finding an order; the picker is a block, done False
    "utter_which_order": ("choices", "blocks"),
    "utter_which_order_no_match": ("choices", "blocks"),  # nothing fits the words; here they are
    "utter_which_order_close": ("choices", "blocks"),  # no such number, but one a slip away
    "utter_no_orders": ("my_orders_url", "choices"),
    # after the yes; undo is offered while `undo_seconds` is above 0
    "utter_cancel_done_none": _DONE,  # nothing was paid or held
    "utter_cancel_done_release": _DONE,  # a hold: we ask for its release once the shop confirms
    "utter_cancel_done_refund": _DONE,  # the platform refunds to `payment` once the shop confirms
    "utter_cancel_done_seller_refunds": _DONE,
    "utter_request_sent": (*_DONE, "due"),
    "utter_hold_sent": (*_DONE, "earliest"),
    "utter_contact_sent": _DONE,
    "utter_case_opened": _CASE,
    "utter_case_opened_ack": _CASE,  # an acknowledgement (not an answer) by `ack_due_by`
    "utter_case_opened_for_order": _CASE,
    "utter_case_opened_for_order_ack": _CASE,
    "utter_reminder_set": (*ORDER_VARIABLES, "earliest"),
    "utter_reminder_already": (*ORDER_VARIABLES, "earliest"),
    "utter_reminder_not_needed": (*ORDER_VARIABLES, "choices"),
    "utter_declined": ("number",),  # nothing was changed
    "utter_declined_nothing": ("number", "choices"),  # an earlier yes still stands
    "utter_nothing_to_confirm": ("choices",),
    "utter_already_sent": ("number", "seller"),
    "utter_already_case": ("case_number",),
    "utter_undo_done": ORDER_VARIABLES,
    "utter_undo_request": ORDER_VARIABLES,
    "utter_undo_hold": ORDER_VARIABLES,
    "utter_undo_already": ORDER_VARIABLES,
    "utter_undo_too_late": (*ORDER_VARIABLES, "choices"),
    "utter_undo_nothing": (),
    "utter_owner_moved": (),  # a person has the conversation; nothing was done
    # until when
    "utter_deadline_until": CANCEL_VARIABLES,
    "utter_deadline_while": CANCEL_VARIABLES,  # while it is in `state_label`
    "utter_deadline_request": CANCEL_VARIABLES,  # possible, but somebody else has to agree
    "utter_deadline_from": CANCEL_VARIABLES,
    "utter_deadline_auto": CANCEL_VARIABLES,
    "utter_deadline_shipped": CANCEL_VARIABLES,  # too late, and why
    "utter_deadline_delivered": CANCEL_VARIABLES,
    "utter_deadline_seller": CANCEL_VARIABLES,
    "utter_deadline_review": CANCEL_VARIABLES,
    "utter_deadline_unstated": CANCEL_VARIABLES,
    # looking at orders
    "utter_status": (*ORDER_VARIABLES, "choices", "blocks"),
    "utter_order_list": ("my_orders_url", "choices", "blocks"),
    "utter_order_details": (*ORDER_VARIABLES, "choices", "blocks"),
    "utter_order_instructions": (*ORDER_VARIABLES, "instructions", "choices", "blocks"),
    "utter_delivery_expected": (*ORDER_VARIABLES, "delivery"),
    "utter_delivery_overdue": (*ORDER_VARIABLES, "delivery", "choices"),
    "utter_delivery_delivered": (*ORDER_VARIABLES, "delivery"),
    "utter_delivery_unknown": ORDER_VARIABLES,
    "utter_delivery_cancelled": ORDER_VARIABLES,
    "utter_refund_none": (*ORDER_VARIABLES, "choices"),  # no refund is under way
    "utter_refund_nothing_paid": ORDER_VARIABLES,
    "utter_refund_hold_only": (*ORDER_VARIABLES, "payment"),  # a hold, nothing was charged
    "utter_refund_waits_for_shop": ORDER_VARIABLES,
    "utter_refund_pending": _MONEY_BACK,
    "utter_refund_confirmed": _MONEY_BACK,
    "utter_refund_refused": _MONEY_BACK,
    "utter_refund_unknown": _MONEY_BACK,
    "utter_refund_reversed": _MONEY_BACK,
    "utter_refund_by_seller": (*ORDER_VARIABLES, "choices"),
    "utter_release_pending": _MONEY_BACK,
    "utter_release_confirmed": _MONEY_BACK,
    "utter_release_refused": _MONEY_BACK,
    "utter_release_unknown": _MONEY_BACK,
    "utter_release_reversed": _MONEY_BACK,
    "utter_authorisation_held": (*ORDER_VARIABLES, "payment", "expires"),
    "utter_authorisation_held_open_end": (*ORDER_VARIABLES, "payment"),
    "utter_authorisation_released": (*ORDER_VARIABLES, "payment"),
    "utter_authorisation_captured": (*ORDER_VARIABLES, "payment", "since"),
    "utter_authorisation_none": (*ORDER_VARIABLES, "payment"),
    "utter_restocking_percent": _TERMS,
    "utter_restocking_flat": _TERMS,
    "utter_restocking_unknown": _TERMS,
    "utter_restocking_unstated": _TERMS,  # the storefront says nothing about fees
    "utter_seller_policy": _TERMS,
    "utter_seller_policy_none": _TERMS,
    "utter_unpaid_paid": ORDER_VARIABLES,  # it is not unpaid
    "utter_unpaid_open": (*ORDER_VARIABLES, "choices"),  # unpaid; nothing happens by itself
    "utter_how_to_cancel": _SHOP,
    # told without being asked, into the conversation the matter belongs to
    "utter_told_cancelled_none": _TOLD,
    "utter_told_cancelled_release": _TOLD,
    "utter_told_cancelled_refund": _TOLD,
    "utter_told_cancelled_seller_refunds": _TOLD,
    "utter_told_cancelled_manual": _TOLD,  # money goes back by hand: case_number
    "utter_told_auto_cancelled": _TOLD,
    "utter_told_shop_refused": _TOLD,
    "utter_told_shop_delayed": _TOLD,
    "utter_told_shop_cancelled": _TOLD,
    "utter_told_refund_confirmed": _TOLD,
    "utter_told_release_confirmed": _TOLD,
    "utter_told_payment_refused": _TOLD,
    "utter_told_message_undelivered": _TOLD,
    "utter_told_consent_agreed": _TOLD,
    "utter_told_consent_declined": _TOLD,
    "utter_told_consent_expired": _TOLD,
    "utter_told_consent_late": _TOLD,
    "utter_told_shipped_meanwhile": _TOLD,
    "utter_told_shipped_anyway": _TOLD,  # a hold had been asked for
    "utter_told_hold_agreed": _TOLD,
    "utter_told_hold_declined": _TOLD,
    "utter_told_hold_expired": _TOLD,
    "utter_told_reminder": _TOLD,
    # letters; each has a `<name>_subject` with the same variables
    "mail_consent_request": _MAIL,
    "mail_consent_request_subject": _MAIL,
    "mail_hold_request": _MAIL,
    "mail_hold_request_subject": _MAIL,
    "mail_news": ("words", "link", "channel", "number"),
    "mail_news_subject": ("words", "link", "channel", "number"),
    "mail_contact_seller": _MAIL,
    "mail_contact_seller_subject": _MAIL,
    # what the letters and pages say the matter is
    "issue_own_words": ("words",),
    "issue_hold": (),
    "issue_contact": (),
    "issue_problem": (),
    "issue_give_back": (),
    "issue_never_came": (),
    "issue_convenience": (),
    "issue_fault": (),
    "issue_unknown": (),
    # how an order card names the payment (`payment_key`), in plain words
    **{
        f"payment_{state}": ("display",)
        for state in (
            "awaiting",
            "authorised",
            "verifying",
            "paid",
            "part_refunded",
            "refunded",
            "voided",
            "failed",
        )
    },
}

CHOICES: tuple[str, ...] = (
    "affirm", "deny", "cancel_order", "undo_cancel", "ask_hold", "remind_me", "contact_seller",
    "open_case", "track_order", "order_status", "return_item", "reorder", "damaged_item",
    "wrong_item", "inform_order", "list_orders", "sign_in_help", "not_received",
)  # fmt: skip

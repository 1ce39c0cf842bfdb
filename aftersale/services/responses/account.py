"""What is said about passwords, guests, secure links and orders that cannot be placed."""

_RESET = ("sign_in_url", "reset_url", "choices")
_CODE = ("tries_left", "choices")
_PRODUCT = ("product", "product_url", "choices")
_ORDERING = ("products", "choices")

RESPONSES: dict[str, tuple[str, ...]] = {
    # a forgotten password
    "utter_reset_password": _RESET,
    "utter_reset_ask": _RESET,
    "utter_reset_ask_email": _RESET,
    "utter_reset_sent": (*_RESET, "destination"),
    "utter_reset_wait": (*_RESET, "destination"),
    "mail_reset_password": ("first_name", "member_id", "link", "until"),
    "mail_reset_password_subject": ("first_name", "member_id", "link", "until"),
    "mail_password_changed": ("first_name", "member_id", "at"),
    "mail_password_changed_subject": ("first_name", "member_id", "at"),
    # guests
    "utter_guest_ask_number": ("choices",),
    "utter_guest_signed_in": ("choices",),
    "utter_guest_code_sent": _CODE,
    "utter_guest_ask_code": _CODE,
    "utter_guest_code_wrong": _CODE,
    "utter_guest_code_over": ("choices",),
    "utter_guest_wait": ("choices",),
    "utter_guest_verified": ("number", "until", "choices"),
    "utter_guest_no_code": ("choices",),
    "utter_email_not_needed": ("choices",),
    "mail_guest_code": ("first_name", "number", "code", "until"),
    "mail_guest_code_subject": ("first_name", "number", "code", "until"),
    # why an order is not taken
    "utter_ordering_ask_product": _ORDERING,
    "utter_ordering_which_product": _ORDERING,
    "utter_ordering_unknown_product": _ORDERING,
    "utter_ordering_ask_address": _ORDERING,
    "utter_ordering_address": ("fields", "written", "choices"),
    "utter_ordering_address_fine": ("product", "choices"),
    "utter_ordering_address_unstated": ("product", "choices"),
    "utter_ordering_repeated": ("product", "choices"),
    "utter_ordering_no_cause": ("product", "choices"),
    "utter_product_taken_down": _PRODUCT,
    "utter_product_sold_out": _PRODUCT,
    "utter_product_too_few": (*_PRODUCT, "stock", "wanted"),
}

CHOICES: tuple[str, ...] = (
    "guest_order",
    "reset_password",
    "sign_in_help",
    "talk_to_human",
    "list_orders",
    "order_status",
    "cancel_order",
    "contact_seller",
    "solved_it",
    "not_helpful",
)

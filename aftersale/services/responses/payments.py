"""What is told unasked about money that did not go back as it should."""

_ABOUT_MONEY = (
    *("number", "items", "amount", "party", "seller", "state_label", "tab", "my_orders_url"),
    *("payment", "case_number", "choices"),
)

RESPONSES: dict[str, tuple[str, ...]] = {
    "utter_told_payment_unknown": _ABOUT_MONEY,  # asked for, and no answer came
    "utter_told_payment_reversed": _ABOUT_MONEY,  # it was confirmed, and came back
}

CHOICES: tuple[str, ...] = ()

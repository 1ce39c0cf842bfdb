"""What is said about promises, launch controls and money that moves by itself."""

# Codes of promises that have words of their own; `promise_other` speaks for one that has none.
PROMISED: tuple[str, ...] = (
    "cancel_opens", "cancels_itself", "case_acknowledged", "leader_looks", "refund_asked",
    "release_asked", "remind_cancel", "reviewed", "reviewed_again", "shop_answers",
    "supplier_asked",
)  # fmt: skip
_PROMISE = ("number", "due", "made", "kept")

RESPONSES: dict[str, tuple[str, ...]] = {
    "utter_promises": ("choices", "blocks"),
    "utter_promises_none": ("choices",),
    # the rows of the block `promises`: what was promised, and how it stands
    **{f"promise_{code}": _PROMISE for code in (*PROMISED, "other")},
    "promise_of_order": _PROMISE,
    **{f"promise_is_{state}": _PROMISE for state in ("kept", "open", "overdue", "undated")},
}

CHOICES: tuple[str, ...] = ()

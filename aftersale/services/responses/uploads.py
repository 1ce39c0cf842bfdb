"""What is said about photos, and about the one-time link for what is confidential."""

RESPONSES: dict[str, tuple[str, ...]] = {
    "utter_photo_how": ("most",),  # nothing was sent yet: how to
    "utter_photo_none": ("most",),  # said to be sent, but nothing arrived
    "utter_photo_about": ("files", "choices"),  # thanks; what is it about?
    "utter_secure_link": ("link", "until"),
    "utter_told_secure_received": ("case_number", "choices"),
    # lines in the thread of a case
    "entry_photos": ("files",),
    "entry_secure_received": (),
}

CHOICES: tuple[str, ...] = (
    *("add_to_case", "defective_item", "missing_item", "payment_proof"),
    "secure_channel",
)

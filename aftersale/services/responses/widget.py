"""What the chat itself says, beside the assistant: its greeting, its hours."""

RESPONSES: dict[str, tuple[str, ...]] = {
    "widget_greeting": (),
    "widget_open": ("until",),
    "widget_closed": ("opens_at",),
    "widget_no_hours": (),
}

CHOICES: tuple[str, ...] = ()

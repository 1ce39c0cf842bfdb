"""What the chat itself says, beside the assistant: its greeting, its hours."""

RESPONSES: dict[str, tuple[str, ...]] = {
    "widget_greeting": (),
    "widget_open": ("until",),
    "widget_closed": ("opens_at",),
    "widget_no_hours": (),
    "chat_idle": (),
    "chat_deleted": (),
    "chat_keeps_records": (),
    "chat_keeps_case": ("case_number",),
    "transcript_title": (),
    **{f"transcript_by_{who}": () for who in ("buyer", "bot", "agent", "seller", "system")},
    "mail_transcript": ("words",),
    "mail_transcript_subject": (),
}

CHOICES: tuple[str, ...] = ()

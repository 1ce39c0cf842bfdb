"""What a buyer reads of a desk that somebody else runs."""

RESPONSES: dict[str, tuple[str, ...]] = {
    "utter_agent_took_back": ("agent",),
    "utter_card_beside": ("blocks",),  # for the people there
}
CHOICES: tuple[str, ...] = ()

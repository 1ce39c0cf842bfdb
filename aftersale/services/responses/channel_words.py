"""What a messenger is told where a chat window would show it."""

RESPONSES: dict[str, tuple[str, ...]] = {
    "utter_channel_agent_here": ("agent",),
    "utter_channel_agent_goes_on": ("agent",),
    "utter_channel_reopened": ("agent",),
    "utter_channel_ended": ("agent",),
    "utter_channel_next": (),  # in the queue
    "utter_channel_rate_agent": ("agent",),  # one to five, by number
    "utter_channel_rated": (),
    "channel_agent_writes": ("agent",),  # above an agent's words in a mail
    "channel_colleague": (),  # an agent without a name
}

CHOICES: tuple[str, ...] = ()

"""What is said about chats on messengers and the account in the shop."""

_CHANNEL = ("channel", "choices")
_CODE = ("tries_left", "choices")

RESPONSES: dict[str, tuple[str, ...]] = {
    # a link of the signed-in shop was opened in the chat
    "utter_link_confirm": ("who", "channel", "choices", "blocks", "offer"),
    "utter_link_gone": ("choices",),
    "utter_link_later": ("choices",),  # a person has the conversation
    "utter_link_done": ("channel", "until", "number", "choices"),
    "utter_link_moved": _CHANNEL,  # in the conversation that the chat has left
    "utter_link_already": ("channel", "until", "choices"),
    # a code to the address on file
    "utter_link_elsewhere": ("choices",),  # in our own chat
    "utter_link_by_shop": _CHANNEL,
    "utter_link_ask_address": _CHANNEL,
    "utter_link_code_sent": _CODE,
    "utter_link_ask_code": _CODE,
    "utter_link_code_wrong": _CODE,
    "utter_link_code_over": ("choices",),
    "utter_link_wait": ("choices",),
    "mail_link_code": ("first_name", "channel", "code", "until"),
    "mail_link_code_subject": ("first_name", "channel", "code", "until"),
    # which chats there are, and the end of one
    "utter_links": ("chats", "choices", "channel", "since"),  # the last two: of each button
    "utter_links_none": ("choices",),
    "utter_link_ended": _CHANNEL,
    "utter_link_ended_there": _CHANNEL,
    "utter_link_expired": _CHANNEL,
    # who asks is not known here
    "utter_link_needed": ("party", "my_orders_url", "sign_in_url", "channel", "choices"),
    "utter_link_needed_shop": ("party", "my_orders_url", "sign_in_url", "channel", "choices"),
    # names of the messengers, inside the above
    "channel_chat": (),
    "channel_whatsapp": (),
    "channel_telegram": (),
    "channel_email": (),
    "channel_matrix": (),
}

CHOICES: tuple[str, ...] = ("link_chat", "list_links", "unlink_chat")

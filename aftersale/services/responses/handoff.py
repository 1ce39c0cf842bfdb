"""What is said on the way to a person and back."""

_CASE = ("case_number", "number", "ack_due_by")
_QUEUE = ("place", "until", "choices", "blocks")

RESPONSES: dict[str, tuple[str, ...]] = {
    # by the service that moves the conversation
    "utter_person_queue": _QUEUE,
    # nobody comes now: a case stands for it
    "utter_person_case": (*_CASE, "blocks"),
    "utter_person_case_ack": (*_CASE, "blocks"),
    "utter_person_closed": (*_CASE, "opens_at", "blocks"),
    "utter_person_closed_ack": (*_CASE, "opens_at", "blocks"),
    "utter_person_full": (*_CASE, "blocks"),  # too many wait already
    "utter_person_full_ack": (*_CASE, "blocks"),
    "utter_person_missed": (*_CASE, "choices"),  # nobody came in time
    "utter_person_missed_ack": (*_CASE, "choices"),
    "utter_person_there": ("case_number", "choices"),  # somebody is there now after all
    # out of the queue, and back from a person
    "utter_person_left": (),
    "utter_person_gone": ("agent", "place", "choices"),  # the agent's line is down
    "utter_person_moved": ("place", "choices"),  # to a team
    "utter_person_returned": ("agent",),
    "utter_person_returned_outcome": ("agent", "outcome"),
    # what an agent's label says to the buyer, inside the one above
    "handoff_outcome_solved": (),
    "handoff_outcome_open": (),
    "handoff_outcome_cancelled": (),
    "utter_person_closed_chat": ("agent",),
    # something the assistant needs is down
    "notice_person_trouble": (),
}

CHOICES: tuple[str, ...] = ("talk_to_human", "never_mind", "EXTERNAL_back_to_bot")

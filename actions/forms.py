"""The forms there are, what each remembers, and how any of them ends.

A topic's form asks through one action (`actions.topic_form`): its first slot is never filled, so
the engine calls that action at every turn the form takes. Its other slots are its questions; the
engine fills the one that is asked with whatever may answer it, and the action reads the message.
"""

from typing import Any

Events = list[dict[str, Any]]

FORMS: dict[str, tuple[str, ...]] = {
    "feedback_form": ("feedback_next", "feedback_stars", "feedback_comment", "feedback_draft"),
    "cancel_form": ("order_ref", "cancel_confirmed", "reason_class", "reason_text", "shown"),
    "problem_form": (
        "problem_next",
        "problem_order",
        "problem_lines",
        "problem_text",
        "problem_evidence",
        "problem_resolution",
        "problem_confirmed",
        "problem_draft",
    ),
    "return_form": (
        "return_next",
        "return_order",
        "return_lines",
        "return_text",
        "return_defective",
        "return_opened",
        "return_as_listed",
        "return_evidence",
        "return_resolution",
        "return_confirmed",
        "return_draft",
    ),
    "letter_form": (
        "letter_next",
        "letter_order",
        "letter_text",
        "letter_confirmed",
        "letter_draft",
    ),
    "bounce_form": (
        "bounce_next",
        "bounce_order",
        "bounce_when",
        "bounce_text",
        "bounce_wish",
        "bounce_confirmed",
        "bounce_draft",
    ),
    "case_form": ("case_next", "case_words", "case_draft"),
    "reset_form": ("reset_next", "reset_account"),
    "guest_form": ("guest_next", "guest_order", "guest_code"),
    "link_form": ("link_next", "link_address", "link_code"),
    "ordering_form": ("ordering_next", "ordering_product", "ordering_address"),
}
FORM_OVER: dict[str, None] = {name: None for names in FORMS.values() for name in names}
OFFERED = ("case_offered", "case_text", "misses")  # what any real answer clears
LAPSES = frozenset({*FORM_OVER, *OFFERED})  # over when a person has had the conversation


def form_ends(form: str | None) -> Events:
    """Return the events that end the form that is going on, if one is."""
    if form is None:
        return []
    return [
        {"event": "active_loop", "timestamp": None, "name": None},
        {"event": "slot", "timestamp": None, "name": "requested_slot", "value": None},
    ]

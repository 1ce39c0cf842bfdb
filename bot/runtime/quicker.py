"""What Rasa does again and again, done once. Called at start, not at import."""

from __future__ import annotations

from typing import Any

from jsonschema.validators import validator_for
from rasa.core import processor
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

from bot.runtime.graph import PlannedGraphRunner


def apply() -> None:
    """Install all."""
    remember_event_classes()
    compile_action_schema()
    processor.DaskGraphRunner = PlannedGraphRunner  # type: ignore[misc,assignment]


def remember_event_classes() -> None:
    """Look event classes up in a table; Rasa walks the class tree for every stored event."""
    classes: dict[str, type[Event]] = {}
    for cls in all_subclasses(Event):
        classes.setdefault(cls.type_name, cls)
    walk = Event.resolve_by_type

    def resolve_by_type(type_name: str, default: type[Event] | None = None) -> type[Event] | None:
        return classes.get(type_name) or walk(type_name, default)

    Event.resolve_by_type = staticmethod(resolve_by_type)  # type: ignore[method-assign]


def compile_action_schema() -> None:
    """Prepare the schema of action answers once; Rasa checks the schema itself at each call.

    Slots, most of what actions send, are told by their shape: the schema tries twenty kinds.
    """
    schema = RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)

    def validate(_self: RemoteAction, result: Any) -> bool:
        events = result.get("events") if isinstance(result, dict) else None
        if isinstance(events, list):
            result = {**result, "events": [event for event in events if not _is_slot(event)]}
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = validate  # type: ignore[method-assign]


def _is_slot(event: Any) -> bool:
    return (
        isinstance(event, dict)
        and event.get("event") == "slot"
        and isinstance(event.get("name"), str)
        and "value" in event
        and isinstance(event.get("timestamp"), float | int | None)
    )

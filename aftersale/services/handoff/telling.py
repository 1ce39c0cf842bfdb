"""What the engine is told when a conversation comes back to the bot: what it did not witness.

While people have a conversation the engine hears nothing of it. Before its next turn it gets one
list of events: nothing that was asked waits for an answer any more, and how it came back.
"""

from collections.abc import Collection, Sequence
from typing import Any

from aftersale.domain.handoffs import Handoff, HandoffState
from aftersale.services.engine import EngineState

BACK_AGAIN = "utter_person_here"  # what the engine takes for the last thing that was said
LONGEST = 200  # letters of an outcome that the engine keeps

EngineEvent = dict[str, Any]


def events_of(
    handoffs: Sequence[Handoff], state: EngineState, lapses: Collection[str]
) -> list[EngineEvent]:
    """Return the events, oldest first; `lapses` are the slots of what may have been going on.

    A form ends wherever people were asked: what it would ask next was said to a person, or the
    yes that it waits for lapsed. `resume` is followed by `action_listen`; without that the next
    message would run the last action again.
    """
    last = handoffs[-1]
    over = {name: None for name in sorted(lapses) if name in state.slots}
    told = {"handoff_outcome": _came_to(last), "handoff_by": last.agent}
    ends = [] if state.form is None else [{"event": "active_loop", "name": None}]
    return [
        *ends,
        *(_slot(name, value) for name, value in {**over, "requested_slot": None, **told}.items()),
        _said(BACK_AGAIN),
        {"event": "resume"},
        {"event": "action", "name": "action_listen"},
    ]


def _came_to(handoff: Handoff) -> str:
    if handoff.state is HandoffState.MISSED:
        return HandoffState.MISSED.value
    return (handoff.outcome or (handoff.ended_as.value if handoff.ended_as else ""))[:LONGEST]


def _slot(name: str, value: str | None) -> EngineEvent:
    return {"event": "slot", "name": name, "value": value}


def _said(response: str) -> EngineEvent:
    return {
        "event": "bot",
        "text": None,
        "data": {"custom": {"response": response, "variables": {}}},
    }

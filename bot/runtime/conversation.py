"""What the channel does with a conversation: a turn, news, events of the app, state, erasure."""

from __future__ import annotations

from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

from bot.runtime import inputs
from bot.runtime.output import TurnOutput
from bot.runtime.steps import TROUBLE

_CERTAIN = 1.0
_NOT_UNDERSTOOD = "nlu_fallback"


async def message(agent: Agent, body: Any) -> dict[str, Any]:
    """Take one turn of the buyer."""
    return await _turn(agent, inputs.read_message(body))


async def trigger(agent: Agent, body: Any) -> dict[str, Any]:
    """Take news from the app: a turn that nobody typed."""
    return await _turn(agent, inputs.read_trigger(body))


async def append(agent: Agent, body: Any) -> dict[str, Any]:
    """Add events to a conversation without answering."""
    sender_id, given = inputs.read_append(body)
    try:
        events = deserialise_events(given)
    except (KeyError, TypeError, ValueError) as exc:
        raise inputs.InputRefused("An event lacks what its kind needs.") from exc
    async with agent.lock_store.lock(sender_id):
        tracker = await agent.processor.fetch_tracker_with_initial_session(sender_id, TurnOutput())
        tracker.update_with_events(events, agent.domain)
        await agent.tracker_store.save(tracker)
    return _state(tracker)


async def state(agent: Agent, body: Any) -> dict[str, Any]:
    """Tell what a conversation remembers; one that nobody began remembers nothing."""
    sender_id = inputs.read_state(body)
    async with agent.lock_store.lock(sender_id):
        tracker = await agent.tracker_store.retrieve(sender_id)
    if tracker is None:
        return {"slots": {}, "form": None, "events": 0, "paused": False}
    slots = {
        name: value for name, value in tracker.current_slot_values().items() if value is not None
    }
    return {"slots": slots, "form": tracker.active_loop_name, **_state(tracker)}


async def erase(agent: Agent, body: Any) -> dict[str, Any]:
    """Forget a conversation."""
    conversation_id = inputs.read_erase(body)
    async with agent.lock_store.lock(conversation_id):
        return {"erased": agent.tracker_store.erase(conversation_id)}


async def _turn(agent: Agent, incoming: inputs.Incoming) -> dict[str, Any]:
    output = TurnOutput()
    user_message = UserMessage(
        text=incoming.text,
        output_channel=output,
        sender_id=incoming.sender_id,
        parse_data=_vouched(incoming, agent.domain),
        input_channel=output.name(),
        metadata=incoming.metadata,
    )
    async with agent.lock_store.lock(incoming.sender_id):
        await agent.processor.handle_message(user_message)
        tracker = await agent.tracker_store.retrieve(incoming.sender_id)
    if not output.replies and not tracker.is_paused() and "is_external" not in incoming.metadata:
        output.replies.append({"response": TROUBLE, "variables": {}})  # silence is no answer
    return {"messages": output.replies, "parse": _understood(tracker), **_state(tracker)}


def _vouched(incoming: inputs.Incoming, domain: Domain) -> dict[str, Any] | None:
    """Parse data for a turn that needs no understanding; None lets the model read the text."""
    if incoming.intent is None and incoming.text:
        return None
    if incoming.intent is not None and incoming.intent not in domain.intents:
        raise inputs.InputRefused("The assistant knows no such intent.")
    # Nothing is left of a text such as "///": that is as good as not understood.
    name = incoming.intent or _NOT_UNDERSTOOD
    intent = {"name": name, "confidence": _CERTAIN}
    entities: list[dict[str, Any]] = [
        {"entity": entity, "value": value} for entity, value in incoming.entities.items()
    ]
    return {
        "text": incoming.text,
        "intent": intent,
        "intent_ranking": [intent],
        "entities": entities,
    }


def _understood(tracker: DialogueStateTracker) -> dict[str, Any]:
    # Not tracker.latest_message: a fallback takes the message back.
    latest = next(event for event in reversed(tracker.events) if isinstance(event, UserUttered))
    entities = [{"entity": e["entity"], "value": e["value"]} for e in latest.entities]
    return {
        "intent": latest.intent.get("name"),
        "confidence": latest.intent.get("confidence"),
        "entities": entities,
    }


def _state(tracker: DialogueStateTracker) -> dict[str, Any]:
    return {"events": len(tracker.events), "paused": tracker.is_paused()}

"""Actions of the engine itself: the start of a session, and the guard around every other one."""

from __future__ import annotations

import logging
from typing import Any

from rasa.core.actions.action import Action, ActionExecutionRejection, create_bot_utterance
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
    SESSION_START_METADATA_SLOT,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ConversationPaused,
    Event,
    FollowupAction,
    SessionStarted,
    SlotSet,
)
from rasa.shared.core.trackers import DialogueStateTracker

TROUBLE = "utter_trouble"
logger = logging.getLogger(__name__)


class CarryOver(Action):
    """Start of a session that keeps the slots as they are, and a pause.

    Rasa's own repeats every change of every slot since the first session, so that each new
    session begins longer than the one before; and it ends a pause.
    """

    def name(self) -> str:
        """Return the name Rasa knows it by."""
        return ACTION_SESSION_START_NAME

    async def run(
        self,
        output_channel: OutputChannel,  # noqa: ARG002
        nlg: NaturalLanguageGenerator,  # noqa: ARG002
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Return the first events of the new session."""
        events: list[Event] = [SessionStarted()]
        if domain.session_config.carry_over_slots:
            initial = {slot.name: slot.initial_value for slot in domain.slots}
            values = tracker.current_slot_values()
            values.pop(SESSION_START_METADATA_SLOT, None)  # of the message that begins a session
            events += [SlotSet(k, v) for k, v in values.items() if v != initial.get(k)]
        events.append(ActionExecuted(ACTION_LISTEN_NAME))
        if tracker.is_paused():
            events.append(ConversationPaused())
        return events


class Guarded(Action):
    """An action whose failure is told to the buyer. Rasa's own answer to it is silence."""

    def __init__(self, action: Action) -> None:
        self._action = action

    def name(self) -> str:
        """Return the name of the guarded action."""
        return self._action.name()

    def event_for_successful_execution(self, prediction: Any) -> ActionExecuted:
        """Return what the guarded action would log."""
        return self._action.event_for_successful_execution(prediction)

    async def run(
        self,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        """Run it; after a failure apologise and wait for the buyer."""
        try:
            return await self._action.run(output_channel, nlg, tracker, domain)
        except ActionExecutionRejection:
            raise
        except Exception:
            logger.exception("Action %s failed.", self.name())
        draft = await nlg.generate(TROUBLE, tracker, output_channel.name()) or {}
        return [create_bot_utterance(draft), FollowupAction(ACTION_LISTEN_NAME)]

"""Rasa's message processor and agent with four differences, each named in its docstring."""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import Action
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.runtime.steps import CarryOver, Guarded

SESSION_EVENTS = 80  # a session longer than this is rolled over; about sixteen exchanges


class SteadyProcessor(MessageProcessor):
    """Sessions of bounded length that a pause survives; failing actions that are told."""

    def _has_session_expired(self, tracker: DialogueStateTracker) -> bool:
        """Say when a new session begins: never while a person has the conversation."""
        if tracker.is_paused():
            return False
        if len(tracker.events) > SESSION_EVENTS and tracker.active_loop is None:
            return True
        return super()._has_session_expired(tracker)

    def _get_action(self, action_name: str) -> Action | None:
        """Return the action; the start of a session is our own."""
        if action_name == ACTION_SESSION_START_NAME:
            return CarryOver()
        return super()._get_action(action_name)

    async def _run_action(  # the five arguments are Rasa's
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        """Run `action`; its failure becomes an answer."""
        guarded = Guarded(action)
        return await super()._run_action(guarded, tracker, output_channel, nlg, prediction)


class SteadyAgent(Agent):
    """Uses `SteadyProcessor`, and the tracker store without Rasa's fail-open wrapper."""

    @staticmethod
    def _create_tracker_store(store: TrackerStore | None, domain: Domain) -> TrackerStore:
        """Return `store` itself: an outage must be an error, not an empty conversation."""
        if store is None:
            raise ValueError("The engine needs a tracker store.")
        store.domain = domain
        return store

    def load_model(self, model_path: Any, fingerprint: str | None = None) -> None:
        """Load the model from the path given, nothing else."""
        self.processor = SteadyProcessor(
            model_path=model_path,
            tracker_store=self.tracker_store,
            lock_store=self.lock_store,
            action_endpoint=self.action_endpoint,
            generator=self.nlg,
        )
        self.domain = self.processor.domain
        self._set_fingerprint(fingerprint)
        self.tracker_store.domain = self.domain

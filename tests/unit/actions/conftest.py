"""A tracker, a dispatcher that records, and use cases that answer what the test wants."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.context import ActionContext, current
from aftersale.domain.conversations import Identity
from aftersale.services.call import Call
from aftersale.services.find_order import Found, FoundKind
from aftersale.services.reply import Reply

CALL = Call("c1", "t1", Identity("status-gated", "b1"), datetime(2026, 11, 20, 12, tzinfo=UTC))


class Recorder:
    """Stands for all use cases: answers every call with one reply and remembers it."""

    def __init__(self):
        self.reply, self.calls = Reply("utter_x", {"number": "A-1"}), []
        self.named = Found(FoundKind.NONE)
        self.awaited = self.settled = None
        self.is_free = False

    def __getattr__(self, use_case):
        return SimpleNamespace() if use_case.startswith("__") else _UseCase(self, use_case)


class _UseCase:
    def __init__(self, recorder, name):
        self._recorder, self._name = recorder, name

    def __getattr__(self, method):
        def call(*args, **options):
            if method == "awaited":  # a look, which changes nothing
                return self._recorder.awaited
            if method == "settled":  # None: no case is asked about
                return self._recorder.settled
            if method == "is_free":  # a look too
                return self._recorder.is_free
            if method == "named":  # a search, which changes nothing
                return self._recorder.named
            if method in {
                "sure",
                "after_wrong_item",
                "bare",
            }:  # nothing in the help is what was meant
                return None
            self._recorder.calls.append((f"{self._name}.{method}", args[1:], options))
            assert args[0] is current.get().call
            return self._recorder.reply

        return call


def tracker(intent, *, entities=(), slots=None, form=None, text=None, events=(), ranking=()):
    return Tracker(
        sender_id="c1",
        slots={
            "order_ref": None,
            "cancel_confirmed": None,
            "reason_class": None,
            "reason_text": None,
            "last_order": None,
            "case_offered": None,
            "case_text": None,
            "misses": None,
            "shown": None,
            "requested_slot": None,
            **(slots or {}),
        },
        latest_message={
            "intent": {"name": intent},
            "entities": [{"entity": e, "value": v} for e, v in entities],
            "text": text,
            "intent_ranking": [{"name": name} for name in ranking],
        },
        events=list(events),
        paused=False,
        followup_action=None,
        active_loop={"name": form} if form else {},
        latest_action_name="action_listen",
    )


@pytest.fixture
def use_cases():
    return Recorder()


@pytest.fixture
def run(use_cases):
    """Return a function that runs an action: what it said, and the slots it set."""

    def run_it(action, *args, call=CALL, **options):
        token = current.set(ActionContext(call, use_cases))
        try:
            dispatcher = CollectingDispatcher()
            events = action().run(dispatcher, tracker(*args, **options), {})
        finally:
            current.reset(token)
        said = [(m["response"], m) for m in dispatcher.messages]
        return said, {e["name"]: e["value"] for e in events if e["event"] == "slot"}, events

    return run_it

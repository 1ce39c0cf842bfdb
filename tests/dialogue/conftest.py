"""The dialogue alone: rules, form and stories, trained without NLU, with actions that are stubs.

Runs in the engine environment, with `pytest -c tests/dialogue/pytest.ini tests/dialogue`.
"""

import asyncio
import uuid
from importlib.util import find_spec
from pathlib import Path

import pytest

collect_ignore_glob = [] if find_spec("rasa") else ["test_*.py"]
ROOT = Path(__file__).parents[2]
CONFIG = """
recipe: default.v1
language: en
assistant_id: aftersale
policies:
- name: MemoizationPolicy
  max_history: 4
- name: RulePolicy
  core_fallback_threshold: 0.4
  core_fallback_action_name: action_default_fallback
  enable_fallback_prediction: true
"""


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    from rasa.model_training import train_core

    folder = tmp_path_factory.mktemp("dialogue")
    config = folder / "config.yml"
    config.write_text(CONFIG)
    data = folder / "data"
    data.mkdir()
    for name in ("rules", "stories"):
        (data / name).symlink_to(ROOT / "data" / name)
    return train_core(
        str(ROOT / "domain.yml"), str(config), str(data), str(folder), fixed_model_name="d"
    )


@pytest.fixture(scope="session")
def agent(model):
    from rasa.core.agent import Agent

    from tests.dialogue.stub import StubActions

    return Agent.load(model, action_endpoint=StubActions())


@pytest.fixture
def conversation(agent):
    return Conversation(agent)


class Conversation:
    """One conversation with the dialogue; says intents, reads which actions ran."""

    def __init__(self, agent):
        self.agent, self.sender = agent, uuid.uuid4().hex

    def say(self, said):
        """Say `intent` or `intent entity=value`; return the names of the actions that ran."""
        return asyncio.run(self._say(said))

    async def _say(self, said):
        from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

        intent, *pairs = said.split(" ")
        entities = [dict(zip(("entity", "value"), pair.split("="), strict=True)) for pair in pairs]
        parse = {"intent": {"name": intent, "confidence": 1.0}, "entities": entities, "text": said}
        stub = self.agent.action_endpoint
        stub.calls.clear()
        channel = CollectingOutputChannel()
        await self.agent.handle_message(UserMessage(said, channel, self.sender, parse_data=parse))
        tracker = await self.agent.tracker_store.retrieve(self.sender)
        return ran(tracker.events), list(stub.calls), tracker


def ran(events):
    """Return the actions since the last user message, without listening."""
    from rasa.shared.core.events import ActionExecuted, UserUttered

    names = []
    for event in reversed(events):
        if isinstance(event, UserUttered):
            break
        if isinstance(event, ActionExecuted) and event.action_name != "action_listen":
            names.append(event.action_name)
    return names[::-1]

"""What a context shows of the dialogue's memory, and what it keeps to itself."""

from datetime import UTC, datetime

import pytest

from aftersale.domain.conversations import Conversation, Owner
from aftersale.gateway.desk.context_shape import context_json, masked_email
from aftersale.services.desk.context import Context
from aftersale.services.engine import EngineState

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TALK = Conversation("c1", "shop", Owner.QUEUED, 1, NOW, "0" * 64, NOW)
EMPTY = Context(TALK, None, (), (), (), (), (), None)


def test_what_the_dialogue_remembers_is_shown_but_for_what_opens_something():
    slots = {
        "last_order": "A-1",
        "misses": 0,
        "guest_code": "ABC-123",
        "reset_account": "alex@example.com",
        "requested_slot": "order_ref",
        "case_words": None,
    }
    shown = context_json(EMPTY, EngineState(slots, "cancel_form"), NOW)
    assert shown["slots"] == {"last_order": "A-1", "misses": 0}
    assert shown["form"] == "cancel_form"


def test_a_desk_works_without_the_engine():
    shown = context_json(EMPTY, None, NOW)
    assert (shown["slots"], shown["form"]) == ({}, None)
    assert shown["identity"]["verified"] is False


@pytest.mark.parametrize(
    ("address", "shown"),
    [("alex@example.com", "a•••@example.com"), ("x", "x•••@"), ("", "•••@")],
)
def test_an_address_is_known_to_whoever_knows_it(address, shown):
    assert masked_email(address) == shown

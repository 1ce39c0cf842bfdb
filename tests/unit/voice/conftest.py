"""The real wording with one house, and a conversation to speak to."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aftersale.adapters.voice import DomainVoice
from aftersale.adapters.voice_wording import Wording
from aftersale.domain.conversations import Conversation, Owner
from aftersale.domain.storefronts import Storefront

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUSE = {
    "name": "Bright Bazaar",
    "party": "seller",
    "my_orders_url": "https://shop.example/orders",
    "sign_in_url": "https://shop.example/sign-in",
    "reset_url": "https://shop.example/reset",
    "privacy_url": "https://shop.example/privacy",
}


@pytest.fixture(scope="session")
def wording():
    return Wording.read(Path(__file__).parents[3] / "domain.yml")


@pytest.fixture(scope="session")
def voice(wording):
    return DomainVoice(wording, {each.value: HOUSE for each in Storefront})


@pytest.fixture
def made():
    """Return a voice with wording of one's own."""

    def make(responses):
        return DomainVoice(Wording.of(responses), {})

    return make


def conversation(
    storefront="status-gated", *, conversation_id="c1", zone="UTC", locale="en", channel="chat"
):
    return Conversation(
        conversation_id=conversation_id,
        storefront=storefront,
        owner=Owner.BOT,
        owner_version=1,
        created_at=NOW,
        token_hash="h",
        token_expires_at=NOW,
        timezone=zone,
        locale=locale,
        channel=channel,
    )

"""A try with a real bot at Telegram, for whoever has one; skipped unless it is named."""

import os

import pytest

from aftersale.adapters.telegram import connector_of
from aftersale.adapters.telegram_webhook import name_of, webhook_of
from aftersale.domain.channels import Account, Channel
from aftersale.services.ports_channels import Out, Refused, Shut

NAMES = ("TOKEN", "CHAT")
GIVEN = {name: os.environ.get(f"AFTERSALE_LIVE_TELEGRAM_{name}", "") for name in NAMES}
MISSING = [f"AFTERSALE_LIVE_TELEGRAM_{name}" for name, value in GIVEN.items() if not value]

pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"no bot at Telegram to try: {', '.join(MISSING)} not set"
)


def connected(token):
    return connector_of(Account("live", Channel.TELEGRAM, "helpdesk"), {"token": token})


def test_the_bot_answers_for_itself():
    bot = connected(GIVEN["TOKEN"])
    assert name_of(bot).lower().endswith("bot")
    assert webhook_of(bot).waiting >= 0


def test_a_wrong_key_is_told_from_a_wrong_message():
    out = Out(GIVEN["CHAT"], {"text": "<b>never closed"}, "t")
    with pytest.raises(Shut):
        connected(f"{GIVEN['TOKEN'].partition(':')[0]}:{'A' * 35}").send(out)
    with pytest.raises(Refused, match="can't parse entities"):
        connected(GIVEN["TOKEN"]).send(out)


def test_a_text_leaves_and_gets_an_id():
    out = Out(GIVEN["CHAT"], {"text": "Aftersale tries this bot. No answer is needed."}, "t")
    ref = connected(GIVEN["TOKEN"]).send(out)
    assert ref.startswith(f"{GIVEN['CHAT']}:")

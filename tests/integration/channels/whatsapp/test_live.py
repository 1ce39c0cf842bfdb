"""A try with a real number at Meta, for whoever has one; skipped unless it is named."""

import os
from uuid import uuid4

import pytest

from aftersale.adapters.whatsapp import connector_of
from aftersale.domain.channels import Account, Channel
from aftersale.services.ports_channels import Out, Refused, Shut

NAMES = ("TOKEN", "NUMBER_ID", "TO")
GIVEN = {name: os.environ.get(f"AFTERSALE_LIVE_WHATSAPP_{name}", "") for name in NAMES}
MISSING = [f"AFTERSALE_LIVE_WHATSAPP_{name}" for name, value in GIVEN.items() if not value]

pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"no number at WhatsApp to try: {', '.join(MISSING)} not set"
)


def connected(token):
    account = Account("live-whatsapp", Channel.WHATSAPP, "helpdesk")
    config = {"phone_number_id": GIVEN["NUMBER_ID"], "access_token": token}
    return connector_of(account, config | {"app_secret": "-", "verify_token": "-"})


def test_the_number_answers_for_itself():
    said = connected(GIVEN["TOKEN"]).http.get(f"/{GIVEN['NUMBER_ID']}")
    assert said["id"] == GIVEN["NUMBER_ID"]


def test_a_wrong_key_is_told_from_a_wrong_message():
    with pytest.raises(Shut):
        connected("wrong").send(Out(GIVEN["TO"], {"type": "text", "text": {"body": "x"}}, "t"))
    with pytest.raises(Refused):
        connected(GIVEN["TOKEN"]).send(Out(GIVEN["TO"], {"type": "text", "text": {}}, "t"))


def test_a_text_leaves_and_gets_an_id():
    words = {"type": "text", "text": {"body": "Aftersale tries this number. No answer is needed."}}
    ref = connected(GIVEN["TOKEN"]).send(Out(GIVEN["TO"], words, uuid4().hex))
    assert ref.startswith("wamid.")

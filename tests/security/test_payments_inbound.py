"""Who may speak for the payment provider, and how nobody else can."""

import json
from datetime import timedelta

import pytest

from aftersale.adapters.stripe_events import SIGNATURE, is_signed, read_event
from aftersale.errors import ProviderUnavailable
from tests.integration.gateway.world import API, NOW
from tests.stripe_server import WEBHOOK_SECRET, FakeStripe, signature

STRIPE = {
    "AFTERSALE_PAYMENTS": "stripe",
    "AFTERSALE_STRIPE_SECRET_KEY": "sk_test_1",
    "AFTERSALE_STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
}
REFUND = {"id": "re_1", "status": "succeeded", "metadata": {"aftersale_key": "refund:1"}}


@pytest.fixture
def knobs(request):
    base = {"AFTERSALE_MODE": "test", "AFTERSALE_RATE_ADDRESS": "off"}
    return base | getattr(request, "param", STRIPE)


def event(kind="refund.updated", thing=REFUND):
    return FakeStripe().event(kind, thing)


async def post(world, body, header):
    return await world.call(
        "POST", f"{API}/payments/stripe", raw=body, headers={SIGNATURE: header}
    )


async def test_a_signed_event_is_taken(world):
    body = event()
    answer = await post(world, body, signature(body, NOW))
    assert (answer.status, answer.body) == (200, {"taken": True})
    (taken,) = world.services.provider_word.take.call_args.args
    assert taken.refunds[0].key == "refund:1"


@pytest.mark.parametrize(
    "forge",
    [
        lambda body: "",
        lambda body: "t=1,v1=00",
        lambda body: "v1=00",
        lambda body: signature(body, NOW, "whsec_of_somebody"),
        lambda body: signature(body + b" ", NOW),
        lambda body: signature(body, NOW - timedelta(seconds=301)),
        lambda body: signature(body, NOW + timedelta(seconds=301)),
        lambda body: signature(body, NOW).replace("v1=", "v0="),
        lambda body: signature(body, NOW) + f",t={int(NOW.timestamp())}",
        lambda body: f"t={'9' * 30},v1=00",
        lambda body: "t=\u0661,v1=\u00e9",
    ],
    ids=[
        *("none", "old", "no time", "other secret", "other body", "late", "early", "old scheme"),
        *("two times", "long time", "no ascii"),
    ],
)
async def test_what_is_not_signed_now_by_the_provider_is_refused_unread(world, forge):
    body = event()
    header = forge(body).encode("utf-8").decode("latin-1")
    refused = await post(world, body, header)
    assert (refused.status, refused.body["code"]) == (401, "signature_invalid")
    world.services.provider_word.take.assert_not_called()


async def test_one_of_several_signatures_is_enough_while_secrets_change(world):
    body = event()
    header = signature(body, NOW, "whsec_new") + "," + signature(body, NOW).partition(",")[2]
    assert (await post(world, body, header)).status == 200


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"id": 1}', b"not json", b'{"id":"e","type":"x"}']
)
async def test_a_signed_body_that_is_no_event_is_refused(world, body):
    assert (await post(world, body, signature(body, NOW))).status == 400


async def test_an_event_that_needs_the_provider_while_it_is_away_is_sent_again(world):
    world.services.provider_word.take.side_effect = ProviderUnavailable("SECRET")
    body = event("charge.refunded", {"id": "ch_1", "payment_intent": "pi_1"})
    answer = await post(world, body, signature(body, NOW))
    assert answer.status == 503
    assert "SECRET" not in str(answer.body)


@pytest.mark.parametrize("knobs", [{}], indirect=True)
async def test_without_stripe_there_is_nothing_at_this_address(world):
    body = event()
    assert (await post(world, body, signature(body, NOW))).body["code"] == "not_found"


def test_an_empty_secret_signs_nothing_that_another_secret_signed():
    body = event()
    assert not is_signed(WEBHOOK_SECRET, header=signature(body, NOW, ""), body=body, now=NOW)


@pytest.mark.parametrize("odd", [None, 1, [], "x", {"object": 1}, {"object": {"metadata": 3}}])
def test_an_event_of_another_shape_is_read_without_failing(odd):
    for kind in ("refund.updated", "charge.refunded", "payment_intent.canceled", "else"):
        read_event({"id": "evt_1", "type": kind, "data": odd})
    assert read_event(json.loads("{}")) is None

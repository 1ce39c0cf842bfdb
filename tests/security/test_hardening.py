"""One test per promise about the edges: headers, origins, limits, masking, logs."""

import logging

import pytest

from aftersale.logs import JsonLines
from tests.integration.gateway.world import API, SHOP, responses, shipped


@pytest.fixture
def knobs(request):
    base = {"AFTERSALE_MODE": "test", "AFTERSALE_RATE_ADDRESS": "off"}
    return base | getattr(request, "param", {})


async def test_every_answer_carries_the_security_headers(world):
    for path in ("/livez", "/nowhere", f"{API}/sessions"):
        headers = (await world.call("GET", path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "knobs", [{"AFTERSALE_SHOP_ORIGINS": "https://shop.example"}], indirect=True
)
@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://shop.example", True),
        ("https://evil.example", False),
        ("null", False),
        ("", False),
    ],
)
async def test_only_configured_origins_may_read_answers(world, origin, allowed):
    reply = await world.call("GET", "/livez", headers={"Origin": origin})
    assert ("Access-Control-Allow-Origin" in reply.headers) is allowed
    assert reply.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in reply.headers


@pytest.mark.parametrize("knobs", [{"AFTERSALE_RATE_ADDRESS": "2/0"}], indirect=True)
async def test_an_address_that_posts_too_fast_is_held_back(world):
    replies = [await world.call("POST", f"{API}/sessions", {"storefront": SHOP}) for _ in range(3)]
    assert [reply.status for reply in replies] == [201, 201, 429]
    assert replies[-1].headers["Retry-After"] == "1"


@pytest.mark.parametrize("knobs", [{"AFTERSALE_RATE_CONVERSATION": "1/0"}], indirect=True)
async def test_a_conversation_that_posts_too_fast_is_held_back_alone(world):
    mine, other = await world.open(), await world.open()
    assert [(await mine.send("a")).status for _ in range(2)] == [202, 429]
    assert (await other.send("a")).status == 202


async def test_a_card_number_is_stored_nowhere_and_the_buyer_is_told(world):
    talk = await world.open()
    await talk.send("my card is 4111-1111 1111.1111 cvv 123, cancel it")
    events = await talk.until_done()
    for place in (str(talk.stored()), str(world.engine.seen)):
        assert "1111" not in place
        assert " 123" not in place
    assert responses(events) == ["utter_hidden_card", "utter_hidden_credential", "utter_echo"]


async def test_a_card_number_split_over_two_messages_is_never_complete(world):
    talk = await world.open()
    await talk.send("4111 1111")
    await talk.send("1111 1111")
    events = await talk.until_done(2)
    digits = "".join(str(body.get("text", "")) for body in talk.stored()).replace(" ", "")
    assert "4111111111111111" not in digits
    assert "utter_hidden_card" in responses(events)


async def test_a_tracking_number_of_the_buyer_is_no_card(world):
    talk = await world.open(world.identity("ann"))
    tracking = "4111111111111111"
    order = world.add_order("ann")
    world.add_order("ann", shipments=shipped(order, tracking).shipments, source_version=2)
    await talk.send(f"where is {tracking}")
    await talk.until_done()
    assert tracking in talk.stored()[0]["text"]


async def test_the_log_holds_neither_text_nor_names(world, caplog):
    caplog.set_level(logging.DEBUG, "aftersale")
    talk = await world.open(world.identity("ann", email="ann@example.com", given_name="Annabel"))
    await talk.send("please cancel zzqx for ann@example.com")
    await talk.until_done()
    lines = "\n".join(JsonLines().format(record) for record in caplog.records)
    assert lines
    for private in ("zzqx", "ann@example.com", "Annabel", talk.token, talk.conversation_id):
        assert private not in lines


def test_a_logged_failure_does_not_quote_what_failed():
    with pytest.raises(ValueError, match="4111") as failed:
        int("4111x")
    info = (failed.type, failed.value, failed.tb)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), info)
    line = JsonLines().format(record)
    assert "4111" not in line
    assert "ValueError" in line

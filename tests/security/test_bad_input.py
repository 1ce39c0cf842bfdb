"""What bad input gets: a clear answer or a code, nothing stored that should not be."""

import base64
import json
from datetime import timedelta

import jwt
import pytest

from tests.integration.gateway.world import API, KEYS, OTHER_SHOP, SHOP, responses


async def _is_alive(world):
    talk = await world.open()
    await talk.send("still there?")
    return responses(await talk.until_done()) == ["utter_echo"]


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u200b\u200b", "\x00", "\u3164", "\u200d"])
async def test_an_empty_message_is_refused_and_nothing_is_stored(world, text):
    talk = await world.open()
    refused = await talk.send(text)
    assert (refused.status, refused.body["code"]) == (422, "message_empty")
    assert talk.stored() == []


async def test_a_megabyte_is_refused_before_it_is_read_and_nothing_is_stored(world):
    talk = await world.open()
    refused = await talk.send("x" * 1_000_000)
    assert (refused.status, refused.body["code"]) == (413, "body_too_large")
    assert talk.stored() == []
    assert await _is_alive(world)


async def test_a_megabyte_in_chunks_is_refused_too(world):
    talk = await world.open()

    async def chunks():
        for _ in range(100):
            yield b"x" * 10_000

    refused = await world.call("POST", f"{talk.path}/messages", raw=chunks(), token=talk.token)
    assert (refused.status, refused.body["code"]) == (413, "body_too_large")
    assert await _is_alive(world)


async def test_two_thousand_characters_are_taken_and_one_more_is_refused(world):
    talk = await world.open()
    assert (await talk.send("x" * 2000)).status == 202
    refused = await talk.send("x" * 2001)
    assert (refused.status, refused.body["code"]) == (413, "message_too_large")
    assert len(world.engine.seen) <= 1


async def test_control_and_direction_characters_are_not_stored(world):
    talk = await world.open()
    await talk.send("can\x00cel\x07 \u202e123\u2066 e\u0301\u200b")
    await talk.until_done()
    assert talk.stored()[0]["text"] == "cancel 123 \u00e9"
    assert world.engine.seen[0]["text"] == "cancel 123 \u00e9"


async def test_lone_surrogates_are_not_stored_and_nobody_falls(world):
    talk = await world.open()
    raw = b'{"client_msg_id": "message-1", "text": "cancel \\ud800 it"}'
    sent = await world.call("POST", f"{talk.path}/messages", raw=raw, token=talk.token)
    assert sent.status == 202
    await talk.until_done()
    assert world.engine.seen[0]["text"] == "cancel  it"
    assert await _is_alive(world)


@pytest.mark.parametrize("name", ["storefront", "identity", "timezone", "locale"])
async def test_lone_surrogates_in_other_fields_are_refused(world, name):
    raw = json.dumps({"storefront": SHOP} | {name: "\ud800"}).encode()
    refused = await world.call("POST", f"{API}/sessions", raw=raw)
    assert 400 <= refused.status < 500
    assert await _is_alive(world)


@pytest.mark.parametrize(
    "text",
    ["/restart", " /restart", "\u2003/restart", "//restart", "/ /restart", "\u200b/restart",
     "\n/\u3000/restart", "\uff0frestart"],
)  # fmt: skip
async def test_a_typed_command_is_text_for_the_engine(world, text):
    talk = await world.open()
    assert (await talk.send(text)).status == 202
    await talk.until_done()
    assert world.engine.seen[0]["text"] == "restart"
    assert "intent" not in world.engine.seen[0]
    assert "restart" in talk.stored()[0]["text"]


async def test_a_typed_intent_with_entities_is_text_for_the_engine(world):
    talk = await world.open()
    await talk.send('/inform{"order_number":{"$ne":null}}')
    await talk.until_done()
    assert world.engine.seen[0]["text"] == 'inform{"order_number":{"$ne":null}}'
    assert "entities" not in world.engine.seen[0]


async def test_another_buyers_order_looks_like_one_that_does_not_exist(world):
    ann = await world.open(world.identity("ann"))
    await world.open(world.identity("bob"))
    world.add_order("bob")
    answers = [
        await world.call("GET", f"{API}/orders/{number}", token=ann.token)
        for number in ("812345678901", "812345678999")
    ]
    assert answers[0].status == answers[1].status == 404
    assert answers[0].body == answers[1].body
    listed = await world.call("GET", f"{API}/orders", token=ann.token)
    assert listed.body == {"orders": []}


async def test_orders_need_a_verified_buyer(world):
    talk = await world.open()
    for path in ("/orders", "/orders/812345678901"):
        refused = await world.call("GET", API + path, token=talk.token)
        assert (refused.status, refused.body["code"]) == (403, "not_verified")


async def test_orders_are_closed_again_when_the_verification_is_over(world):
    talk = await world.open(world.identity())
    world.add_order("ann")
    assert (await world.call("GET", f"{API}/orders", token=talk.token)).status == 200
    refreshed = await world.call("POST", f"{API}/sessions/refresh", token=talk.token)
    world.now[0] += timedelta(hours=11, minutes=59)
    again = await world.call("POST", f"{API}/sessions/refresh", token=refreshed.body["token"])
    world.now[0] += timedelta(minutes=2)
    refused = await world.call("GET", f"{API}/orders", token=again.body["token"])
    assert refused.body["code"] == "not_verified"


def _signed(world, **changes):
    claims = {
        "iss": "https://shop.example", "aud": SHOP, "sub": "ann",
        "iat": world.now[0].timestamp(), "exp": (world.now[0] + timedelta(minutes=5)).timestamp(),
    }  # fmt: skip
    key = changes.pop("key", KEYS[SHOP]["k1"].material)
    algorithm = changes.pop("algorithm", "HS256")
    kid = changes.pop("kid", "k1")
    body = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode(body, key, algorithm=algorithm, headers={"kid": kid})


async def test_a_good_identity_opens_a_verified_session(world):
    reply = await world.call(
        "POST", f"{API}/sessions", {"storefront": SHOP, "identity": _signed(world)}
    )
    assert (reply.status, reply.body["verified"]) == (201, True)


FORGED = {
    "signed with another key": {"key": "x" * 64},
    "unknown key id": {"kid": "k9"},
    "no audience": {"aud": None},
    "audience of another storefront": {"aud": OTHER_SHOP},
    "audience of several": {"aud": [SHOP, OTHER_SHOP]},
    "other issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "subject with NUL": {"sub": "a\x00b"},
    "no issue time": {"iat": None},
    "no expiry": {"exp": None},
    "text as expiry": {"exp": "tomorrow"},
    "valid for years": {"exp": 4_000_000_000},
    "beyond all years": {"exp": 10**30},
    "another algorithm": {"algorithm": "HS512"},
}


@pytest.mark.parametrize("what", FORGED)
async def test_a_forged_identity_is_refused(world, what):
    identity = _signed(world, **FORGED[what])
    refused = await world.call(
        "POST", f"{API}/sessions", {"storefront": SHOP, "identity": identity}
    )
    assert (refused.status, refused.body["code"]) == (401, "identity_invalid")


async def test_an_identity_without_signature_is_refused(world):
    def part(content):
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    claims = jwt.decode(_signed(world), options={"verify_signature": False})
    identity = f"{part({'alg': 'none', 'kid': 'k1'})}.{part(claims)}."
    refused = await world.call(
        "POST", f"{API}/sessions", {"storefront": SHOP, "identity": identity}
    )
    assert refused.body["code"] == "identity_invalid"


@pytest.mark.parametrize("identity", ["x", "a.b.c", "\u00e4.\u00e4.\u00e4", "." * 3000])
async def test_an_identity_that_is_no_token_is_refused(world, identity):
    refused = await world.call(
        "POST", f"{API}/sessions", {"storefront": SHOP, "identity": identity}
    )
    assert refused.body["code"] == "identity_invalid"


async def test_an_expired_identity_is_refused_with_its_own_code(world):
    identity = _signed(world)
    world.now[0] += timedelta(minutes=5)
    refused = await world.call(
        "POST", f"{API}/sessions", {"storefront": SHOP, "identity": identity}
    )
    assert (refused.status, refused.body["code"]) == (401, "identity_expired")


async def test_an_identity_of_another_storefront_is_refused(world):
    identity = world.identity(storefront=OTHER_SHOP)
    refused = await world.call(
        "POST", f"{API}/sessions", {"storefront": SHOP, "identity": identity}
    )
    assert (refused.status, refused.body["code"]) == (401, "identity_invalid")


async def test_a_key_of_another_storefront_cannot_sign_for_this_one(world):
    identity = _signed(world, key=KEYS[OTHER_SHOP]["k1"].material)
    refused = await world.call(
        "POST", f"{API}/sessions", {"storefront": SHOP, "identity": identity}
    )
    assert refused.body["code"] == "identity_invalid"


@pytest.mark.parametrize("storefront", ["", "nowhere", "../status-gated", "STATUS-GATED"])
async def test_an_unknown_storefront_is_refused(world, storefront):
    refused = await world.call("POST", f"{API}/sessions", {"storefront": storefront})
    assert (refused.status, refused.body["code"]) == (404, "unknown_storefront")


@pytest.mark.parametrize("name", ["conversation_id", "id", "sender"])
async def test_a_chosen_conversation_id_is_refused(world, name):
    refused = await world.call("POST", f"{API}/sessions", {"storefront": SHOP, name: "mine"})
    assert (refused.status, refused.body["code"]) == (422, "client_id_chosen")


async def test_another_conversations_token_opens_nothing_and_tells_nothing(world):
    mine, other = await world.open(), await world.open()
    body = {"client_msg_id": "message-1", "text": "hello"}
    real = await world.call("POST", f"{other.path}/messages", body, token=mine.token)
    made_up = f"{API}/conversations/{'0' * 32}/messages"
    unreal = await world.call("POST", made_up, body, token=mine.token)
    assert (real.status, real.body["code"]) == (404, "not_found")
    assert (real.status, real.body) == (unreal.status, unreal.body)
    assert (await world.call("GET", f"{other.path}/events", token=mine.token)).status == 404
    assert other.stored() == []


@pytest.mark.parametrize("token", ["", "x", "x.y", "x" * 300, "\u00e4"])
async def test_a_wrong_token_opens_nothing(world, token):
    talk = await world.open()
    guess = f"{talk.conversation_id}.{'x' * 43}"
    for wrong in (token, guess):
        refused = await world.call("GET", f"{talk.path}/events", token=wrong)
        assert (refused.status, refused.body["code"]) == (401, "token_invalid")


async def test_a_token_is_over_after_its_time_and_after_a_refresh(world):
    talk = await world.open()
    fresh = await world.call("POST", f"{API}/sessions/refresh", token=talk.token)
    assert fresh.body["conversation_id"] == talk.conversation_id
    old = await world.call("GET", f"{talk.path}/events", token=talk.token)
    assert old.body["code"] == "token_invalid"
    new = await world.call("GET", f"{talk.path}/events", token=fresh.body["token"])
    assert new.status == 200
    world.now[0] += timedelta(hours=12)
    over = await world.call("GET", f"{talk.path}/events", token=fresh.body["token"])
    assert over.body["code"] == "token_invalid"


async def test_the_token_is_not_in_the_database(world):
    talk = await world.open()
    with world.services.uow() as uow:
        row = uow.conversations.get(talk.conversation_id)
    assert talk.token.partition(".")[2] not in str(row)


async def test_a_conversation_cannot_become_another_buyers(world):
    talk = await world.open(world.identity("ann"))
    body = {"identity": world.identity("bob")}
    refused = await world.call("POST", f"{talk.path}/identity", body, token=talk.token)
    assert (refused.status, refused.body["code"]) == (409, "identity_mismatch")


async def test_an_anonymous_conversation_can_be_verified_later(world):
    talk = await world.open()
    body = {"identity": world.identity("ann")}
    verified = await world.call("POST", f"{talk.path}/identity", body, token=talk.token)
    assert verified.body["verified"] is True
    order = world.add_order("ann", number="HD/55821")
    shown = await world.call("GET", f"{API}/orders/HD/55821", token=talk.token)
    assert (shown.status, shown.body["number"]) == (200, order.number)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"[" * 60_000, b'{"storefront": NaN}',
     b'{"storefront": 5}', b'{"storefront": {"$ne": null}}', b'{"storefront": "x", "more": 1}'],
)  # fmt: skip
async def test_a_body_of_another_shape_is_refused(world, raw):
    refused = await world.call("POST", f"{API}/sessions", raw=raw)
    assert (refused.status, refused.body["code"]) == (400, "bad_request")
    assert await _is_alive(world)


async def test_another_content_type_is_refused(world):
    refused = await world.call(
        "POST", f"{API}/sessions", raw=b"{}", headers={"Content-Type": "text/plain"}
    )
    assert (refused.status, refused.body["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("query", ["since=x", "since=-1", "since=nan", "wait=inf", "wait=-5"])
async def test_a_query_of_another_shape_is_refused(world, query):
    talk = await world.open()
    refused = await world.call("GET", f"{talk.path}/events?{query}", token=talk.token)
    assert (refused.status, refused.body["code"]) == (400, "bad_request")


async def test_a_problem_never_repeats_what_was_sent(world):
    refused = await world.call("POST", f"{API}/sessions", {"storefront": "zzqx", "zzqy": "zzqz"})
    assert "zzq" not in str(refused.body)


async def test_a_failure_of_ours_shows_nothing_of_itself(world, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(world.services.conversations), "open", fail)
    failed = await world.call("POST", f"{API}/sessions", {"storefront": SHOP})
    assert (failed.status, failed.body["code"]) == (500, "internal")
    assert "secret" not in str(failed.body)


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nowhere", "/.env"])
async def test_an_unknown_address_is_a_problem_document(world, path):
    refused = await world.call("GET", path)
    assert (refused.status, refused.body["code"]) == (404, "not_found")


async def test_a_wrong_method_is_a_problem_document(world):
    refused = await world.call("GET", f"{API}/sessions")
    assert (refused.status, refused.body["code"]) == (405, "method_not_allowed")

"""Suppliers' pages, the shop's signed word, readiness, metrics and the description."""

from datetime import UTC, datetime
from unittest.mock import Mock

import pytest

from aftersale.adapters.shop_webhook import SIGNATURE, TIMESTAMP, sign
from aftersale.domain.requests import LinkPurpose
from aftersale.errors import ImportInvalid, LinkGone
from aftersale.gateway.keys import RUNNER, SETTINGS
from aftersale.gateway.replies import STATUS
from aftersale.services.consent import AnswerResult, SupplierPage
from aftersale.services.shop_events import LateAnswer
from tests.integration.gateway.description import DOCUMENT
from tests.integration.gateway.world import API, PAGES, SHOP

PAGE = SupplierPage(
    storefront="supplier-consent",
    storefront_name="Bright & <Co>",
    purpose=LinkPurpose.ANSWER_CANCELLATION,
    items=("<script>alert(1)</script>", "Blue shoes"),
    issue='Wrong size"><img src=x>',
    first_name="<b>Ann</b>",
    expires_at=datetime(2026, 3, 4, tzinfo=UTC),
    reference="R-1",
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_the_suppliers_page_shows_what_is_asked_and_changes_nothing(world):
    world.supplier.view.return_value = PAGE
    page = await world.call("GET", "/s/token-1")
    assert page.status == 200
    assert "Blue shoes" in page.body
    assert 'value="agree"' in page.body
    assert 'value="decline"' in page.body
    world.supplier.answer.assert_not_called()


async def test_the_suppliers_page_escapes_what_buyers_wrote(world):
    world.supplier.view.return_value = PAGE
    page = await world.call("GET", "/s/token-1")
    for raw in ("<script>", "<img", "<b>Ann", "<Co>"):
        assert raw not in page.body
    assert "&lt;script&gt;" in page.body


async def test_the_suppliers_page_runs_nothing_and_is_kept_nowhere(world):
    world.supplier.view.return_value = PAGE
    headers = (await world.call("GET", "/s/token-1")).headers
    assert "script-src" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "form-action 'self'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("answer", "agree"), [("agree", True), ("decline", False)])
async def test_a_button_of_the_page_gives_the_answer(world, answer, agree):
    world.supplier.answer.return_value = AnswerResult.AGREED
    result = await world.call("POST", "/s/token-1", raw=f"answer={answer}".encode(), headers=FORM)
    assert result.status == 200
    call = world.supplier.answer.call_args
    assert (call.args, call.kwargs["agree"]) == (("token-1",), agree)


@pytest.mark.parametrize("body", [b"", b"answer=maybe", b"answer="])
async def test_another_answer_is_refused(world, body):
    assert (await world.call("POST", "/s/token-1", raw=body, headers=FORM)).status == 400
    world.supplier.answer.assert_not_called()


async def test_a_link_that_is_over_has_its_own_page(world):
    world.supplier.view.side_effect = LinkGone("gone")
    world.supplier.answer.side_effect = LinkGone("gone")
    for method in ("GET", "POST"):
        page = await world.call(method, "/s/token-1", raw=b"answer=agree", headers=FORM)
        assert page.status == 410
        assert "no longer valid" in page.body


def _signed(world, body, at=None, secret=None):
    settings = world.client.server.app[SETTINGS]
    timestamp = str(int((at or world.now[0]).timestamp()))
    signature = sign(secret or settings.shop_webhook_secret, timestamp, body)
    return {TIMESTAMP: timestamp, SIGNATURE: signature}


async def test_a_signed_order_of_the_shop_is_taken(world):
    body = b'{"number": "1"}'
    reply = await world.call(
        "POST", f"{API}/shop/{SHOP}/orders", raw=body, headers=_signed(world, body)
    )
    assert (reply.status, reply.body) == (200, {"taken": True})
    world.services.take_order.assert_called_once_with(SHOP, {"number": "1"}, world.now[0])


@pytest.mark.parametrize("fault", ["secret", "late", "early", "body", "none", "odd time"])
async def test_an_order_that_is_not_signed_now_is_refused(world, fault):
    body = b'{"number": "1"}'
    now = world.now[0].timestamp()
    headers = _signed(
        world,
        b"{}" if fault == "body" else body,
        datetime.fromtimestamp(now + {"late": -301, "early": 301}.get(fault, 0), UTC),
        "wrong" if fault == "secret" else None,
    )
    if fault == "none":
        headers = {}
    if fault == "odd time":
        headers[TIMESTAMP] = "\u0661"
    reply = await world.call("POST", f"{API}/shop/{SHOP}/orders", raw=body, headers=headers)
    assert (reply.status, reply.body["code"]) == (401, "signature_invalid")
    world.services.take_order.assert_not_called()


async def test_an_order_that_does_not_fit_the_format_is_refused_without_its_data(world):
    world.services.take_order.side_effect = ImportInvalid(["line 1: $.number: zzqx"])
    body = b"{}"
    reply = await world.call(
        "POST", f"{API}/shop/{SHOP}/orders", raw=body, headers=_signed(world, body)
    )
    assert (reply.status, reply.body["code"]) == (400, "bad_request")
    assert "zzqx" not in str(reply.body)


async def test_a_late_answer_of_the_shop_is_taken(world):
    body = b'{"idempotency_key": "c1", "acknowledged": false, "reason": "shipped"}'
    reply = await world.call(
        "POST", f"{API}/shop/{SHOP}/acknowledgements", raw=body, headers=_signed(world, body)
    )
    assert reply.body == {"taken": True}
    world.services.shop_events.acknowledge.assert_called_once_with(
        LateAnswer(SHOP, "c1", acknowledged=False, reason="shipped"), now=world.now[0]
    )


async def test_readiness_says_what_is_missing(world):
    assert (await world.call("GET", "/readyz")).body == {
        "ready": True, "missing": [], "model": "model-1",
    }  # fmt: skip
    world.engine.model = None
    not_ready = await world.call("GET", "/readyz")
    assert (not_ready.status, not_ready.body["missing"]) == (503, ["model"])


async def test_readiness_names_the_engine_and_the_database(world, make_world, monkeypatch):
    await make_world.engine_server().close()
    monkeypatch.setattr(type(world.services), "uow", Mock(side_effect=OSError), raising=False)
    not_ready = await world.call("GET", "/readyz")
    assert not_ready.body["missing"] == ["database", "engine", "model"]


async def test_metrics_count_turns_and_requests_without_ids(world):
    talk = await world.open()
    await talk.send("hello")
    await talk.until_done()
    await world.client.app[RUNNER].stop()  # a turn is counted after its buyer was told
    text = (await world.call("GET", "/metrics")).body
    assert 'aftersale_turns_total{result="answered"} 1.0' in text
    assert 'route="/api/v1/conversations/{conversation_id}/messages"' in text
    assert talk.conversation_id not in text


async def test_the_description_is_served(world):
    served = await world.call("GET", f"{API}/openapi.json")
    assert served.body == DOCUMENT


async def test_the_description_names_every_route_and_every_code(world):
    routes = {
        (route.method, route.resource.canonical)
        for route in world.client.server.app.router.routes()
        if route.method != "HEAD" and not PAGES.match(route.resource.canonical)
    }
    described = {
        (method.upper(), path)
        for path, operations in DOCUMENT["paths"].items()
        for method in operations
        if method != "parameters"
    }
    assert routes == described
    codes = DOCUMENT["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    assert set(codes) == STATUS.keys() | {"internal"}

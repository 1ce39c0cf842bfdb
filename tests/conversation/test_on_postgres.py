"""The whole way again with app and engine on a real PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy import text

from aftersale.demo.prepare import prepare, train
from aftersale.demo.stack import Plan, app, engine
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.conversation.stack import START
from tests.conversation.world import World
from tests.servers import postgres

PAID = {
    "method": "card",
    "state": "paid",
    "paid_at": START.isoformat(),
    "provider_ref": "pi_whole_way",
    "display": "Visa ending 4242",
}


def new_database(url: str, name: str) -> str:
    maintenance = make_engine(url)
    with maintenance.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    maintenance.dispose()
    return url.removesuffix("/postgres") + f"/{name}"


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("on-postgres")
    clock = folder / "clock"
    clock.write_text(START.isoformat(), encoding="utf-8")
    train()
    with ExitStack() as parts:
        url = parts.enter_context(postgres())
        plan = Plan(
            folder / "data",
            more={
                "AFTERSALE_CLOCK": str(clock),
                "AFTERSALE_SWEEP_EVERY": "86400",
                "AFTERSALE_DATABASE_URL": new_database(url, "app"),
                "AFTERSALE_ENGINE_DB": new_database(url, "engine").replace("+psycopg", ""),
            },
        )
        settings = plan.settings()
        prepare(settings)
        database = make_engine(settings.database_url)
        parts.callback(database.dispose)
        parts.enter_context(engine(settings))
        parts.enter_context(app(plan))
        world = World(plan, settings, clock, database, make_uow_factory(database))
        parts.callback(world.close)
        yield world


def test_an_order_is_cancelled_once_and_refunded(on_postgres):
    world = on_postgres
    buyer = world.buyer("status-gated")
    order = world.order(buyer, payment=PAID)
    assert "Shall I cancel it?" in buyer.say(f"pls cancel {order.number}").text
    assert "is being cancelled" in buyer.say("yes").text
    assert world.stored("status-gated", order.number).state == "cancelling"
    world.later(seconds=61)
    world.sweep()
    stored = world.stored("status-gated", order.number)
    assert (stored.state, stored.payment.state) == ("cancelled", "refunded")
    (refund,) = world.sql("SELECT state, amount_minor FROM refunds")
    assert dict(refund) == {"state": "confirmed", "amount_minor": order.total.minor}


def test_a_supplier_is_asked_and_a_stranger_learns_nothing(on_postgres):
    world = on_postgres
    buyer, stranger = world.buyer("supplier-consent"), world.buyer("supplier-consent")
    order = world.order(buyer)
    world.later(hours=25)
    stranger = world.again(stranger)
    unknown = stranger.say("cancel SC-20991231-99").text
    assert "can't find that order" in stranger.say(f"cancel {order.number}").text
    assert "can't find that order" in unknown
    again = world.again(buyer)
    assert "has to agree" in again.say(f"cancel {order.number}").text
    again.say("yes")
    with world.uow() as uow:
        (request,) = uow.requests.open_for_order("supplier-consent", order.number)
    assert (request.kind, request.state) == ("cancellation", "sent")

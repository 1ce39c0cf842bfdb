"""The whole way again on a real PostgreSQL, with letters through a real Postfix and Dovecot."""

import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from sqlalchemy import text

from aftersale.adapters.mail_imap import ImapMailbox, ImapServer
from aftersale.bootstrap import bootstrap
from aftersale.demo.prepare import prepare, train
from aftersale.demo.stack import Plan, app, engine
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.conversation.stack import START
from tests.conversation.world import World
from tests.mail_servers import DOMAIN, MailServers, mail_servers
from tests.servers import postgres

PATIENCE = 10.0

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
def post() -> Iterator[MailServers]:
    with mail_servers() as running:
        yield running


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory, post) -> Iterator[World]:
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
                "AFTERSALE_HANDOFFS_EVERY": "86400",
                "AFTERSALE_DATABASE_URL": new_database(url, "app"),
                "AFTERSALE_SMTP_URL": post.smtp_url,
                "AFTERSALE_IMAP_URL": post.imap_url("replies"),
                "AFTERSALE_MAIL_FROM": f"shop@{DOMAIN}",
                "AFTERSALE_MAIL_REPLIES": f"replies@{DOMAIN}",
                "AFTERSALE_MAIL_EVERY": "86400",  # tests look when they mean to
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


def until(found: Callable[[], object]) -> object:
    """Ask until something is there: Postfix says yes before it delivers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if answer := found():
            return answer
        time.sleep(0.05)
    raise AssertionError("nothing arrived")


def letters_of(post, user):
    received = ImapMailbox(ImapServer.of(post.imap_url(user))).fetch()
    return [message_from_bytes(each.content, policy=default) for each in received]


def fetched(world):
    """Look into the mailbox once; whether something was taken in."""
    services = bootstrap(world.settings)
    try:
        return services.run_inbox()
    finally:
        services.close()


def seller_at(name):
    return {"id": f"s-{name}", "nickname": "Birch & Co", "email": f"{name}@{DOMAIN}"}


def write_to_the_seller(world, buyer, order):
    buyer.say(f"please contact the seller of {order.number}")
    buyer.say("Do the shoes fit wide feet?")
    buyer.say("yes")
    world.sweep()


def test_a_sellers_reply_by_mail_appears_in_the_conversation(on_postgres, post):
    world = on_postgres
    buyer = world.buyer("seller-direct")
    order = world.order(buyer, seller=seller_at("seller"))
    write_to_the_seller(world, buyer, order)
    (letter,) = until(lambda: letters_of(post, "seller"))

    answer = EmailMessage()
    answer["From"], answer["To"] = f"seller@{DOMAIN}", letter["Reply-To"]
    answer["Subject"], answer["In-Reply-To"] = f"Re: {letter['Subject']}", letter["Message-ID"]
    answer["Message-ID"] = "<reply-1@seller.example>"
    answer.set_content("They do fit wide feet.\n\nOn Friday the shop wrote:\n> Hello\n")
    for _ in range(2):  # the same mail delivered twice
        with smtplib.SMTP("127.0.0.1", post.smtp_port) as client:
            client.send_message(answer)
    until(lambda: fetched(world))
    told = buyer.waits_for(lambda heard: "wide feet" in heard.text)
    assert [m["author"] for m in told.messages if "wide feet" in str(m)] == ["seller"]
    assert "the shop wrote" not in told.text
    fetched(world)
    (said,) = world.sql(
        "SELECT count(*) AS times FROM events WHERE conversation_id = :c "
        "AND body::text LIKE '%They do fit wide feet%'",
        c=buyer.client.conversation_id,
    )
    assert said["times"] == 1


def test_a_letter_that_bounces_is_reported_by_itself(on_postgres, post):
    world = on_postgres
    buyer = world.buyer("seller-direct")
    order = world.order(buyer, seller=seller_at("gone"))
    write_to_the_seller(world, buyer, order)
    until(lambda: fetched(world))
    cases = world.sql("SELECT type FROM cases WHERE order_number = :n", n=order.number)
    assert [row["type"] for row in cases] == ["seller_unreachable"]
    (seller,) = world.sql(
        "SELECT email_bounced_at AS at FROM sellers WHERE email = :e", e=f"gone@{DOMAIN}"
    )
    assert seller["at"] == world.now
    assert "C-" in buyer.waits_for(lambda heard: "C-" in heard.text).text

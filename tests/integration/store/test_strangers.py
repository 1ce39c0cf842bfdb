"""What one buyer may learn of another's, and who a conversation belongs to, on both databases."""

import threading
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import event

from aftersale.errors import IdentityMismatch
from aftersale.services.call import OrderHint
from aftersale.services.conversations import Conversations, VerifiedClaims
from aftersale.services.find_order import FoundKind, find
from tests.integration.store.things import BUYER, NOW, SHOP, a_conversation, an_order, fill
from tests.unit.services.world import World


@pytest.fixture
def count(engine):
    """Return the statements that a piece of work sends to the database."""

    def statements(work):
        sent = []

        def note(_connection, _cursor, statement, *_):
            sent.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            work()
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return sent

    return statements


def test_a_number_of_somebody_elses_order_costs_what_one_that_nobody_has_costs(uow_factory, count):
    theirs = an_order()
    fill(uow_factory, orders=[theirs])
    call = World(SHOP).call(buyer="somebody-else")
    found = []

    def look(number):
        with uow_factory() as uow:
            found.append(find(uow, call, OrderHint(number=number)))

    assert count(lambda: look(theirs.number)) == count(lambda: look("SC-20991231-99"))
    assert [each.kind for each in found] == [FoundKind.NONE] * 2
    assert found[0] == found[1]


class AlwaysTrue:
    def verify(self, storefront, token, now):
        return VerifiedClaims(storefront, token)


def desk_of(uow_factory):
    return Conversations(
        uow=uow_factory,
        verifier=AlwaysTrue(),
        screen=None,
        voice=None,
        storefronts=[SHOP],
        session_hours=1,
    )


def run_together(pieces):
    threads = [threading.Thread(target=piece) for piece in pieces]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_two_identities_at_once_one_gets_the_conversation(uow_factory):
    anonymous = a_conversation(buyer_id=None, verified_by=None, verified_until=None)
    fill(uow_factory, conversations=[anonymous])
    desk = desk_of(uow_factory)
    outcomes, both = [], threading.Barrier(2)

    def identify(subject):
        both.wait()
        try:
            outcomes.append(desk.identify(anonymous, subject, NOW).buyer_id)
        except IdentityMismatch:
            outcomes.append(None)

    run_together([partial(identify, who) for who in ("one", "two")])
    (winner,) = [buyer for buyer in outcomes if buyer]
    with uow_factory() as uow:
        assert uow.conversations.get(anonymous.conversation_id).buyer_id == winner


def test_a_change_waits_for_one_that_is_being_made(uow_factory):
    conversation = a_conversation()
    fill(uow_factory, conversations=[conversation])
    desk = desk_of(uow_factory)
    ending = threading.Thread(target=desk.end, args=(conversation, NOW))
    with uow_factory() as uow:
        uow.conversations.locked(conversation.conversation_id)
        ending.start()
        ending.join(timeout=0.2)
        assert ending.is_alive()
    ending.join()
    desk.refresh(conversation, NOW)  # made from what it was before: must not open it again
    with uow_factory() as uow:
        assert uow.conversations.get(conversation.conversation_id).closed_at == NOW


def test_a_buyer_who_comes_twice_at_once_is_one_buyer(uow_factory):
    desk = desk_of(uow_factory)
    opened, all_at_once = [], threading.Barrier(4)

    def come():
        all_at_once.wait()
        opened.append(desk.open(SHOP, "new-buyer", NOW, timezone="UTC", locale="en"))

    run_together([come] * 4)
    with uow_factory() as uow:
        buyers = {uow.conversations.get(each.conversation_id).buyer_id for each in opened}
        assert buyers == {uow.parties.buyer_by_subject(SHOP, "new-buyer").buyer_id}


def test_of_two_who_write_a_buyer_the_first_is_kept(uow_factory):
    fill(uow_factory)
    with uow_factory() as uow:
        assert uow.parties.add_buyer(replace(BUYER, buyer_id="another")) == BUYER

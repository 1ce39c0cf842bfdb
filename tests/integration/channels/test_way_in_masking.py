"""What must not be kept is hidden before it is written, and the buyer still hears of it."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import text

from aftersale.domain.channels import InboundKind, Media
from aftersale.domain.link_tokens import new_token, words_with
from aftersale.services.reply import Reply
from aftersale.services.seller_links import hash_token
from aftersale.store.tables import Base
from tests.integration.channels.plain_connector import NOW, said
from tests.integration.channels.way_in import BUYER
from tests.integration.store.things import a_line, an_audit, an_order

CARD, WORD = "4111 1111 1111 1111", "hunter2!x"
START = InboundKind.START


def written(way_in):
    """Everything that the store holds, as text."""
    with way_in.uow() as uow:
        rows = [
            tuple(row)
            for table in Base.metadata.sorted_tables
            for row in uow._connection.execute(text(f"SELECT * FROM {table.name}"))
        ]
    return json.dumps(rows, default=str)


def is_written(way_in, secret):
    kept = written(way_in)
    return secret in kept or secret.replace(" ", "") in kept


@pytest.mark.parametrize(
    ("words", "secret", "notice"),
    [
        (f"charge {CARD} please", CARD, "utter_hidden_card"),
        (f"my password is {WORD}", WORD, "utter_hidden_credential"),
    ],
)
def test_a_secret_is_never_written_and_the_notice_reaches_the_turn(way_in, words, secret, notice):
    way_in.deliver(said("1", words))
    assert not is_written(way_in, secret)
    way_in.settle()
    assert not is_written(way_in, secret)
    assert [each["notices"] for each in way_in.turns()] == [[notice]]
    assert not is_written(way_in, secret)


@pytest.mark.parametrize(
    "more",
    [
        {"name": f"Kim {CARD}"},
        {"topic": f"Re: {CARD}"},
        {"kind": InboundKind.EDITED, "text": CARD, "about": "0"},
        {"kind": InboundKind.UNSUPPORTED, "text": CARD},
        {"kind": InboundKind.PRESSED, "payload": CARD},
        {"kind": InboundKind.REACTION, "text": CARD},
        {"kind": START, "payload": CARD},
        {"kind": START, "payload": CARD.replace(" ", "")},
        {"kind": START, "text": f"/start {CARD}"},
        {"media": (Media("a", name=f"{CARD}.jpg"),)},
        {"text": "Hello", "is_private": False, "name": CARD},
        {"text": CARD, "is_private": False},
    ],
)
def test_wherever_a_card_stands_it_is_not_written(way_in, more):
    way_in.deliver(said("1", **more))
    assert not is_written(way_in, CARD)
    way_in.settle()
    assert not is_written(way_in, CARD)


@pytest.mark.parametrize("halves", [("4111 1111", "1111 1111"), ("4111 1111 1111", "1111")])
@pytest.mark.parametrize("worked", [True, False], ids=["read between", "both wait"])
def test_a_card_in_two_messages_is_no_card_in_the_log(way_in, halves, worked):
    for number, half in enumerate(halves):
        way_in.deliver(said(str(number), half, order=number, at=way_in.now))
        if worked:
            way_in.settle()
    way_in.settle()
    first, second = way_in.heard()
    assert (first, second) == (halves[0], "[card number hidden]")
    assert way_in.turns()[1]["notices"] == ["utter_hidden_card"]


def test_a_card_whose_halves_come_in_the_wrong_order_is_none_in_the_log(way_in):
    way_in.deliver(said("2", "1111 1111", order=2))
    way_in.deliver(said("1", "4111 1111", order=1))
    way_in.settle()
    assert way_in.heard() == ["4111 1111", "[card number hidden]"]


def test_the_buyers_own_numbers_stay_readable(way_in):
    with way_in.uow() as uow:
        order = an_order(
            number="4111111111111111",
            storefront=BUYER.storefront,
            buyer_id=BUYER.buyer_id,
            seller_id=None,
            lines=(a_line(),),
            shipments=(),
        )
        uow.orders.upsert_from_shop(order, audit=an_audit())
        uow.commit()
    way_in.hear(said("1", "Hello"))
    way_in.change_conversation(lambda x: replace(x, buyer_id=BUYER.buyer_id))
    way_in.hear(said("2", f"Where is {CARD}?"))
    assert way_in.heard()[-1] == f"Where is {CARD}?"


def test_what_is_too_long_is_cut_and_the_buyer_hears_so(way_in):
    way_in.hear(said("1", "word " * 10_000))
    (words,) = way_in.heard()
    assert 19_000 < len(words) <= 20_000
    (turn,) = way_in.turns()
    assert turn["notices"] == ["utter_channel_cut"]
    assert len(turn["text"]) <= 2_000


@pytest.mark.parametrize("nothing", ["\x00", "a\x00b\ud800", "\u202e", "x" * 200_000])
def test_whatever_is_typed_can_be_kept(way_in, nothing):
    own = f"{nothing}kim"
    shown = {"name": nothing, "topic": nothing, "language": nothing}
    media = (Media(own, own, own, sha256=own),)
    ids = {"sender": own, "about": own, "album": own, "payload": own, "address": own}
    for number, kind in enumerate(InboundKind):
        way_in.deliver(said(f"{number}{nothing}", nothing, kind=kind, media=media, **shown, **ids))
    way_in.settle()
    with way_in.uow() as uow:
        assert not uow.channels.claim_threads(
            way_in.now, lease=1, limit=1, settled={"plain": way_in.now}
        )


# ---- tokens ------------------------------------------------------------------------------------


class Starter:
    """What a start with a token comes to; it can be told to fail."""

    def __init__(self):
        self.seen, self.fails = [], 0

    def take(self, uow, thread, token_hash, now):
        if self.fails:
            self.fails -= 1
            raise LookupError
        self.seen.append((thread.thread_id, token_hash))
        return Reply("utter_channel_rated", {})


@pytest.fixture
def starter():
    return Starter()


def arrivals(token):
    return [
        said("1", kind=START, payload=token),
        said("1", f"/start {token}", kind=START, payload=token),
        said("1", token),
        said("1", words_with(token)),
    ]


@pytest.mark.parametrize("way", range(4))
def test_a_token_starts_and_is_kept_as_its_hash_alone(way_in, starter, way):
    token = new_token()
    way_in.deliver(arrivals(token)[way])
    assert token not in written(way_in)
    way_in.settle()
    assert token not in written(way_in)
    assert starter.seen == [(way_in.thread().thread_id, hash_token(token))]
    assert way_in.told() == ["utter_channel_rated"]
    assert (way_in.heard(), way_in.turns()) == ([], [])


def test_a_token_among_other_words_is_hidden_and_starts_nothing(way_in, starter):
    token = new_token()
    way_in.hear(said("1", f"is this yours? {token}"))
    assert token not in written(way_in)
    assert way_in.heard() == ["is this yours? [hidden]"]
    assert starter.seen == []


def test_a_start_that_fails_is_tried_again_and_said_once(way_in, starter):
    starter.fails = 2
    way_in.hear(said("1", kind=START, payload=new_token()), said("2", "Hello", at=NOW))
    way_in.settle()
    assert len(starter.seen) == 1
    assert way_in.told() == ["utter_channel_rated"]
    assert way_in.heard() == ["Hello"]

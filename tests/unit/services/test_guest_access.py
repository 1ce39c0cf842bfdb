import re
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from aftersale.domain.guests import guest_id, may_hear, reads
from aftersale.errors import IdentityMismatch
from aftersale.services.call import OrderHint
from aftersale.services.conversations import Conversations, VerifiedClaims, identity_of
from aftersale.services.guest_access import CODE, NUMBER, GuestAccess
from aftersale.services.guest_codes import new_code, typed_code
from aftersale.services.telling import tell
from tests.unit.services.world import S2, World


class Guests(World):
    def __init__(self):
        super().__init__(S2)
        self.guests = GuestAccess(self.wiring)
        self.other = self.put(self.order("812345678999", name="Green lamp"))
        self.store.tables.conversations["open"] = replace(
            self.conversation("open", None), verified_until=None
        )

    def visitor(self):
        talk = self.store.tables.conversations["open"]
        return replace(self.call(conversation="open"), identity=identity_of(talk, self.now))

    def ask(self, number=None):
        return self.guests.send(self.visitor(), number or self.number)

    def code(self):
        self.run_relay()
        to, _, text = list(self.mail.sent.values())[-1]
        assert to == "ann@x.example"
        return re.search(r"\b([0-9A-Z]{3}-[0-9A-Z]{3})\b", text).group(1)

    def opened(self):
        self.ask()
        return self.guests.open(self.visitor(), self.code())


@pytest.fixture
def w():
    return Guests()


def test_the_right_code_opens_the_one_order_for_an_hour(w):
    reply = w.opened()
    assert (reply.response, reply.slots["last_order"]) == ("utter_guest_verified", w.number)
    talk = w.store.tables.conversations["open"]
    assert (talk.guest_order, talk.guest_until) == (w.number, w.now + timedelta(hours=1))
    assert talk.buyer_id is None
    assert w.show.status(w.visitor(), OrderHint(number=w.number)).response == "utter_status"
    (entry,) = [e for e in w.store.tables.audit if e.action == "order.opened_to_guest"]
    assert entry.conversation_id == "open"
    w.later(minutes=60)
    reply = w.show.status(w.visitor(), OrderHint(number=w.number))
    assert reply.response == "utter_cancel_not_verified"


def test_a_guest_may_cancel_that_order_and_sees_no_other(w):
    w.opened()
    assert [
        row["number"] for row in w.show.list(w.visitor()).variables["blocks"][0]["orders"]
    ] == [w.number]
    other = w.show.status(w.visitor(), OrderHint(number=w.other.number))
    assert other.response == "utter_cancel_not_found"
    w.cancel.propose(w.visitor(), OrderHint(number=w.number))
    assert w.cancel.confirm(w.visitor()).response == "utter_cancel_done_refund"
    assert w.stored(w.other.number) == w.other


def test_an_order_nobody_has_gets_the_same_words_and_rows_and_no_mail(w):
    known, unknown = Guests(), Guests()
    assert known.ask() == replace(unknown.ask("812345670000"), variables=known.ask().variables)
    unknown.run_relay()
    assert not unknown.mail.sent
    wrong = [one.guests.open(one.visitor(), "K7P-2QX") for one in (known, unknown)]
    assert wrong[0] == wrong[1]


def test_five_wrong_codes_end_it_even_for_the_right_one(w):
    w.ask()
    code = w.code()
    left = [w.guests.open(w.visitor(), "AAA-222").variables.get("tries_left") for _ in range(5)]
    assert left == [4, 3, 2, 1, None]
    assert w.guests.open(w.visitor(), code).response == "utter_guest_code_over"
    assert w.store.tables.conversations["open"].guest_order is None


def test_a_code_lasts_ten_minutes_and_works_once(w):
    w.ask()
    code = w.code()
    late = w.later(minutes=10).guests.open(w.visitor(), code)
    assert late.response == "utter_guest_code_over"
    w.ask()
    code = w.code()
    assert w.guests.open(w.visitor(), code).response == "utter_guest_verified"
    assert w.guests.open(w.visitor(), code).response == "utter_guest_code_over"


def test_a_newer_code_ends_the_older(w):
    w.ask()
    first = w.code()
    w.ask()
    w.run_relay()
    assert w.guests.open(w.visitor(), first).response == "utter_guest_code_wrong"
    assert w.guests.open(w.visitor(), w.code()).response == "utter_guest_verified"


def test_a_code_of_another_conversation_opens_nothing(w):
    w.ask()
    code = w.code()
    talks = w.store.tables.conversations
    talks["else"] = replace(talks["open"], conversation_id="else")
    call = replace(w.visitor(), conversation_id="else")
    assert w.guests.open(call, code).response == "utter_guest_code_over"


def test_three_codes_an_hour_for_an_order_and_in_a_conversation(w):
    assert [w.ask().response for _ in range(4)] == ["utter_guest_code_sent"] * 3 + [
        "utter_guest_wait"
    ]
    assert w.ask("812345670000").response == "utter_guest_wait"
    assert w.later(minutes=61).ask().response == "utter_guest_code_sent"


def test_the_code_and_what_it_opens_are_forgotten_once_they_left(w):
    w.ask()
    code = w.code()
    assert code not in str([row.payload for row in w.outbox()])
    assert code.replace("-", "") not in str(w.store.tables.codes)


def test_news_of_that_order_are_told_to_its_guest_and_no_other_news(w):
    w.opened()
    told = []
    for order in (w.stored(), w.other):
        with w.store() as uow:
            about = {"conversation_id": "open", "now": w.now}
            told.append(tell(w.wiring, uow, order, "utter_told_shop_delayed", **about))
    assert told == [True, False]
    talk = w.store.tables.conversations["open"]
    assert may_hear(talk, w.stored())
    assert not may_hear(talk, w.other)
    assert not may_hear(replace(talk, storefront="elsewhere"), w.stored())


def test_a_buyers_conversation_hears_nothing_of_the_order_a_code_opened_in_it(w):
    w.opened()
    talk = w.store.tables.conversations["open"]
    assert not may_hear(replace(talk, buyer_id="bob"), w.stored())
    assert may_hear(replace(talk, buyer_id="ann"), w.stored())


@pytest.mark.parametrize("who", ["ann", "bob"])
def test_only_the_orders_buyer_signs_in_where_a_guest_read_it(w, who):
    w.opened()
    claims = VerifiedClaims(w.storefront, who)
    talks = Conversations(
        uow=w.store,
        verifier=SimpleNamespace(verify=lambda *_: claims),
        screen=None,
        voice=None,
        storefronts=[w.storefront],
        session_hours=1,
    )
    talk = w.store.tables.conversations["open"]
    if who == "bob":
        with pytest.raises(IdentityMismatch):
            talks.identify(talk, "signed", w.now)
        return
    known = talks.identify(talk, "signed", w.now)
    assert (known.buyer_id, known.guest_order, known.guest_until) == ("ann", None, None)


def test_a_guest_matches_no_buyer(w):
    guest = guest_id(w.storefront, w.number)
    assert reads(guest, w.stored())
    assert not reads(guest, w.other)
    assert not reads(None, w.other)
    assert not reads(guest_id("elsewhere", w.number), w.stored())


def test_who_is_signed_in_needs_no_code(w):
    assert w.guests.start(w.call()).response == "utter_guest_signed_in"


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("812345678901", "812345678901"),
        ("it is 8123 4567 8901, thanks", "812345678901"),
        ("my order number is HD/55821", "HD/55821"),
        ("sd-100234", "SD-100234"),
    ],
)
def test_a_number_is_taken_out_of_what_was_typed(said, number, w):
    w.ask(said)
    (code,) = w.store.tables.codes.values()
    assert code.order_number == number


@pytest.mark.parametrize("said", ["", "no idea", "x" * 500, "1" * 60])
def test_what_holds_no_number_is_asked_again(said, w):
    reply = w.ask(said) if said else w.guests.send(w.visitor(), "")
    assert reply.slots == {"requested_slot": NUMBER, "missed": True}
    assert not w.store.tables.codes


@pytest.mark.parametrize(
    "said", ["no", "482911", "\u041aP7-2QX", "[hidden]", "K7P-2QX or ABC-234"]
)
def test_what_holds_no_code_costs_no_try(said, w):
    w.ask()
    reply = w.guests.open(w.visitor(), said)
    assert reply.slots == {"requested_slot": CODE, "missed": True}
    (code,) = w.store.tables.codes.values()
    assert code.tries == 0


@pytest.mark.parametrize(
    "said", ["K7P-2QX", "k7p2qx", "it was k7p 2qx", "the code is K7P - 2QX.", "k7p\u20132qx"]
)
def test_a_code_is_read_however_it_was_typed(said):
    assert typed_code(said) == "K7P2QX"


def test_a_new_code_is_told_from_words_and_numbers():
    codes = {new_code() for _ in range(200)}
    assert len(codes) > 190
    assert all(typed_code(code) == code for code in codes)


def test_a_code_outside_the_form_is_tried_when_one_was_sent(w):
    assert w.guests.code_alone(w.visitor(), "K7P-2QX").response == "utter_guest_no_code"
    w.ask()
    wrong = w.guests.code_alone(w.visitor(), "K7P-2QX")
    assert (wrong.response, wrong.slots) == ("utter_guest_code_wrong", {})
    right = w.guests.code_alone(w.visitor(), w.code())
    assert (right.response, right.slots) == ("utter_guest_verified", {"last_order": w.number})


@pytest.mark.parametrize("about_order", [True, False])
def test_a_case_of_a_guest_belongs_to_the_orders_buyer_or_to_nobody(w, about_order):
    w.opened()
    hint = OrderHint(number=w.number) if about_order else OrderHint()
    w.help.person(w.visitor(), hint, text="help")
    assert w.only("cases").buyer_id == ("ann" if about_order else None)
    with w.store() as uow:
        assert not uow.cases.of_buyer(w.storefront, w.visitor().identity.buyer_id)


def test_news_of_that_order_go_by_mail_to_its_buyer_when_the_guest_has_left():
    w = Guests()
    w.wiring = replace(w.wiring, news_after=timedelta(minutes=10))
    w.opened()
    with w.store() as uow:
        about = {"conversation_id": "open", "now": w.now}
        tell(w.wiring, uow, w.stored(), "utter_told_shop_delayed", **about)
        uow.commit()
    (letter,) = [row.payload for row in w.outbox() if "unless_seen" in row.payload]
    assert letter["to"] == "ann@x.example"

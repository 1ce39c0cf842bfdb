import re
from dataclasses import replace
from datetime import timedelta
from unittest.mock import Mock

import pytest

from aftersale.domain.requests import LinkPurpose, OutboxKind
from aftersale.errors import LinkGone
from aftersale.jobs.relay import Relay
from aftersale.policy.knobs import PasswordReset as Way
from aftersale.services.identifiers import named_in
from aftersale.services.password_reset import PasswordReset
from aftersale.services.password_rules import Fault, faults_of
from aftersale.services.reset_links import NewPassword
from aftersale.services.seller_links import hash_token
from tests.unit.services.world import S1, World

GOOD = "four lamps beside the harbour"


class Reset(World):
    def __init__(self, way=Way.EMAIL_OR_MEMBER_ID):
        super().__init__(S1)
        policy = replace(self.wiring.policies[S1], password_reset=way)
        self.wiring.policies[S1] = policy
        self.reset = PasswordReset(self.wiring)
        self.page = NewPassword(self.wiring, lambda password: f"hash of {password}")
        buyers = self.store.tables.buyers
        buyers["ann"] = replace(buyers["ann"], member_id="M00012")
        self.store.tables.conversations["open"] = replace(
            self.conversation("open", None), verified_until=None, opened_from="address"
        )

    def ask(self, text, conversation="open"):
        call = self.call(buyer=None, conversation=conversation)
        assert self.reset.told(call) is None
        return self.reset.take(call, text)

    def link(self, at=-1):
        mails = [text for to, _, text in self.mail.sent.values() if to == "ann@x.example"]
        return re.search(r"/r/([\w-]+)", mails[at]).group(1)

    def mailed(self, text="ann@x.example"):
        self.ask(text)
        self.run_relay()
        return self.link()


@pytest.fixture
def w():
    return Reset()


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("Ada.Lee@Example.com", "ada.lee@example.com"),
        ("my e-mail is <ada@example.com>.", "ada@example.com"),
        ("M00012", "M00012"),
        ("my member id is M00012", "M00012"),
        ("member id: adalee", "adalee"),
        ("ada@example.com or eve@example.com", None),
        ("ada@example.com\nBcc: eve@example.com", None),
        ("ada@example.com%0aBcc:eve@example.com", None),
        ("\u041c00012", None),
        ("ada@ex\u0430mple.com", None),
        ("\u0131da@example.com", None),
        ("a" * 65 + "@example.com", None),
        ("a@" + "b" * 300 + ".com", None),
        ("ada@localhost", None),
        ("what is a member id?", None),
        ("yes", None),
        ("", None),
    ],
)
def test_one_account_is_named_or_none(typed, named):
    found = named_in(typed, member_ids=True)
    assert (found.value if found else None) == named


def test_a_member_id_is_none_where_only_addresses_count():
    assert named_in("M00012", member_ids=False) is None


@pytest.mark.parametrize("name", ["ann@x.example", "ANN@X.example", "M00012", "m00012"])
def test_an_account_is_found_by_its_address_or_its_member_id(w, name):
    w.ask(name)
    w.run_relay()
    assert len(w.mail.sent) == 1
    assert w.page.view(w.link(), now=w.now).account == "a•••@x.example"


def test_an_unknown_account_gets_the_same_words_rows_and_no_mail(w):
    known, unknown = Reset(), Reset()
    replies = [known.ask("ann@x.example"), unknown.ask("axx@x.example")]
    assert replies[0] == replies[1]
    rows = [[row.kind for row in one.outbox()] for one in (known, unknown)]
    assert rows[0] == rows[1] == [OutboxKind.PASSWORD_RESET]
    assert len(known.store.tables.resets) == len(unknown.store.tables.resets) == 1
    unknown.run_relay()
    assert not unknown.mail.sent


def test_what_was_typed_is_forgotten_once_it_was_looked_up(w):
    w.mailed()
    assert "ann@x.example" not in str([r.payload for r in w.outbox() if r.kind != OutboxKind.MAIL])
    assert w.link() not in str([row.payload for row in w.outbox()])


@pytest.mark.parametrize("times", [3])
def test_one_more_than_allowed_is_held_back_for_an_hour(w, times):
    for _ in range(times):
        assert w.ask("ann@x.example").response == "utter_reset_sent"
    assert w.ask("ann@x.example").response == "utter_reset_wait"
    assert w.ask("bob@x.example").response == "utter_reset_sent"
    w.later(minutes=61)
    assert w.ask("ann@x.example").response == "utter_reset_sent"


def test_a_conversation_cannot_try_one_account_after_the_other(w):
    names = [f"person{n}@x.example" for n in range(6)]
    assert [w.ask(n).response for n in names] == ["utter_reset_sent"] * 5 + ["utter_reset_wait"]


def test_an_address_cannot_either_in_many_conversations(w):
    replies = []
    for n in range(61):
        talks = w.store.tables.conversations
        talks[f"c{n}"] = replace(talks["open"], conversation_id=f"c{n}")
        replies.append(w.ask(f"person{n}@x.example", f"c{n}").response)
    assert replies == ["utter_reset_sent"] * 60 + ["utter_reset_wait"]


def test_a_turn_that_runs_again_asks_once(w):
    call = w.call(buyer=None, conversation="open", turn="same")
    for _ in range(2):
        w.reset.take(call, "ann@x.example")
    w.run_relay()
    assert len(w.mail.sent) == 1


def test_a_shop_with_its_own_accounts_is_told_and_nothing_is_made_here(w):
    shop = Mock()
    relay = Relay(w.wiring, shop=w.shop, payments=w.payments, mail=w.mail, identity=shop)
    w.ask("M00012")
    relay.run(w.now, jitter=lambda: 0.0)
    (asked,) = [call.kwargs for call in shop.forgot_password.call_args_list]
    assert (asked["storefront"], asked["email"], asked["member_id"]) == (S1, None, "M00012")
    assert not w.store.tables.links
    assert not w.mail.sent


def test_a_new_password_is_hashed_audited_confirmed_and_ends_sessions(w):
    token = w.mailed()
    assert w.page.choose(token, GOOD, now=w.now) is None
    account = w.store.tables.accounts["ann"]
    assert account.password_hash == f"hash of {GOOD}"
    assert account.sessions_valid_after == w.now
    talk = w.store.tables.conversations["conv"]
    assert talk.token_expires_at <= w.now
    assert talk.verified_until <= w.now
    (entry,) = [e for e in w.store.tables.audit if e.action == "account.password_changed"]
    assert GOOD not in str(entry)
    w.run_relay()
    assert [to for to, *_ in w.mail.sent.values()] == ["ann@x.example"] * 2


@pytest.mark.parametrize("end", ["used", "replaced", "expired", "foreign", "unknown"])
def test_a_link_that_is_over_changes_nothing(w, end):
    token = w.mailed()
    if end == "used":
        w.page.choose(token, GOOD, now=w.now)
    if end == "replaced":
        w.later(seconds=1).mailed()
        token = w.link(0)
    if end == "expired":
        w.later(minutes=30)
    if end == "foreign":
        links = w.store.tables.links
        key = hash_token(token)
        links[key] = replace(links[key], purpose=LinkPurpose.ANSWER_HOLD)
    if end == "unknown":
        token = "nobody-made-this"
    before = dict(w.store.tables.accounts)
    with pytest.raises(LinkGone):
        w.page.view(token, now=w.now)
    with pytest.raises(LinkGone):
        w.page.choose(token, GOOD, now=w.now)
    assert w.store.tables.accounts == before


def test_a_link_lasts_half_an_hour(w):
    token = w.mailed()
    w.now += timedelta(minutes=30) - timedelta(seconds=1)
    assert w.page.choose(token, GOOD, now=w.now) is None


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("hunter2", Fault.TOO_SHORT),
        ("x" * 11, Fault.TOO_SHORT),
        ("password1234", Fault.TOO_COMMON),
        ("P@ssw0rd1234", Fault.TOO_COMMON),
        (
            "\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44\uff11\uff12\uff13\uff14",
            Fault.TOO_COMMON,
        ),
        ("aaaaaaaaaaaa", Fault.TOO_COMMON),
        ("abcabcabcabc", Fault.TOO_COMMON),
        ("123456789012", Fault.TOO_COMMON),
        ("lkjhgfdsapoi", Fault.TOO_COMMON),
        ("ada.lee@example.com", Fault.OWN_NAME),
        ("adaleeadalee1", Fault.OWN_NAME),
        ("Bright Shop 99", Fault.OWN_NAME),
        ("z" + "yx" * 64, Fault.TOO_LONG),
        (GOOD, None),
        ("Tr0ub4dor&3xyz", None),
        ("\u0434\u0435\u0432\u044f\u0442\u044c \u0432\u043e\u0440\u043e\u043d", None),
    ],
)
def test_a_password_is_judged_by_its_length_and_by_what_others_use(password, fault):
    own = ["ada.lee@example.com", "adalee", "Bright Shop"]
    assert faults_of(password, own=own) == fault


@pytest.mark.parametrize("way", [None, Way.GUIDE])
def test_without_instructions_from_here_the_steps_are_all(way):
    w = Reset(way)
    reply = w.reset.told(w.call(buyer=None))
    assert (reply.response, reply.done) == ("utter_reset_password", True)


def test_a_named_account_is_not_asked_for_again(w):
    call = w.call(buyer=None, conversation="open")
    assert w.reset.start(call, named="ann@x.example").response == "utter_reset_sent"


def test_one_account_gets_three_mails_an_hour_by_whichever_of_its_names(w):
    for name in ("ann@x.example", "M00012") * 2:
        w.ask(name)
    w.run_relay()
    assert len(w.mail.sent) == 3

"""A chat is connected by a link of the signed-in shop, and what becomes of the talk."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.accounts import Account as Password
from aftersale.domain.channels import Channel, LinkLevel, Send, SendState
from aftersale.domain.conversations import Owner
from aftersale.domain.link_tokens import link_token_in
from aftersale.errors import NotFound, NotVerified, TooManyWaiting
from aftersale.policy.link_knobs import LinkKnobs
from aftersale.services.call import OrderHint
from aftersale.services.conversations import identity_of
from tests.unit.channels.linked_world import MAIL, Chats
from tests.unit.services.world import S2


@pytest.fixture
def w():
    return Chats()


def test_only_a_yes_in_the_chat_connects_it(w):
    own = w.talk_of().conversation_id
    w.start("t1", w.token())
    assert w.said() == ["utter_link_confirm"]
    assert w.buyer_of() is None
    assert w.yes().response == "utter_link_done"
    assert w.buyer_of() == "ann"
    talk = w.talk_of()
    assert (talk.conversation_id, talk.verified_by) == (own, "channel:telegram")
    (link,) = w.rows.channels.links.values()
    assert (link.level, link.buyer_id) == (LinkLevel.SHOP, "ann")
    assert talk.verified_until == link.until == w.now + timedelta(days=30)
    (entry,) = w.audited("channel.linked")
    assert entry.actor == "buyer:ann"


def test_a_no_connects_nothing(w):
    w.start("t1", w.token())
    assert w.cancel.decline(w.asking()).response == "utter_declined"
    assert w.yes().response == "utter_nothing_to_confirm"
    assert w.buyer_of() is None
    assert not w.rows.channels.links


def test_the_question_names_the_account_and_no_more(w):
    w.start("t1", w.token())
    (event,) = [e for e in w.rows.events if e.body["response"] == "utter_link_confirm"]
    assert "an" + "n@x.example" not in str(event.body)


def test_a_link_works_once(w):
    w.thread("t2")
    token = w.token()
    w.start("t1", token)
    w.start("t2", token)
    assert w.yes("t1").response == "utter_link_done"
    assert w.yes("t2").response == "utter_link_gone"
    assert w.buyer_of("t2") is None
    w.start("t2", token)
    assert w.said("t2")[-1] == "utter_link_gone"


def test_a_link_is_over_after_a_quarter_of_an_hour(w):
    token = w.token()
    w.start("t1", token)
    w.later(minutes=15)
    assert w.yes().response == "utter_link_gone"
    w.start("t1", token)
    assert w.said()[-1] == "utter_link_gone"
    assert w.buyer_of() is None


@pytest.mark.parametrize("token", ["", "link-" + "x" * 43, "RESET"])
def test_a_token_of_anything_else_connects_nothing(w, token):
    w.start("t1", token)
    assert w.said() == ["utter_link_gone"]


def test_another_storefronts_link_connects_nothing_here(w):
    token = w.token()
    w.rows.buyers["ann"] = replace(w.rows.buyers["ann"], storefront="helpdesk")
    w.start("t1", token)
    assert w.said() == ["utter_link_gone"]


def test_a_link_of_before_the_password_changed_connects_nothing(w):
    token = w.token()
    later = w.now + timedelta(minutes=1)
    w.rows.accounts["ann"] = Password("ann", "hash", later, sessions_valid_after=later)
    w.later(minutes=2)
    w.start("t1", token)
    assert w.said() == ["utter_link_gone"]


def test_while_a_person_has_the_chat_nothing_is_connected(w):
    talk = w.talk_of()
    w.rows.conversations[talk.conversation_id] = replace(talk, owner=Owner.HUMAN)
    w.start("t1", w.token())
    assert w.said() == ["utter_link_later"]


def test_the_order_of_the_page_is_what_the_talk_is_about(w):
    reply = w.linked(order=w.number)
    assert (reply.variables["number"], reply.slots["last_order"]) == (w.number, w.number)
    assert w.show.status(w.asking(), OrderHint(current=w.number)).response == "utter_status"


def test_the_shop_makes_links_for_who_is_signed_in_there_alone(w):
    with pytest.raises(NotVerified):
        w.links.make(w.talk_of(), "tg", None, w.now)
    w.linked()
    with pytest.raises(NotVerified):  # a connected chat makes no further one
        w.links.make(w.talk_of(), "tg", None, w.now)
    with pytest.raises(NotFound):
        w.links.make(w.signed_in(), "other", None, w.now)
    with pytest.raises(NotFound):
        w.links.make(w.signed_in("bob"), "tg", w.number, w.now)


def test_the_hour_allows_twenty_links(w):
    for _ in range(20):
        w.token()
    with pytest.raises(TooManyWaiting):
        w.token()
    assert w.token("bob")
    w.later(minutes=61)
    assert w.token()


def test_addresses_open_the_chat_with_the_token_in_it(w):
    telegram = w.links.make(w.signed_in(), "tg", None, w.now)
    assert telegram.url == f"https://t.me/Shop_bot?start={link_token_in(telegram.words)}"
    mail = w.links.make(w.signed_in(), "mail", None, w.now)
    assert mail.url.startswith("mailto:help@shop.example?subject=Connect%20my%20account&body=")
    assert mail.expires_at == w.now + timedelta(minutes=15)


def test_what_was_said_becomes_the_buyers(w):
    own = w.talk_of().conversation_id
    w.by_code()
    assert w.talk_of().conversation_id == own
    assert w.rows.conversations[own].buyer_id == "ann"


def a_send(w, name, own, state):
    return Send(name, "t1", own, 1, 0, state, {"text": "words"}, w.now, w.now)


def test_a_chat_that_becomes_another_buyers_goes_on_in_a_new_conversation(w):
    w.linked("ann")
    first = w.talk_of().conversation_id
    with w.store() as uow:
        for name, state in (("s1", SendState.PENDING), ("s2", SendState.HELD)):
            uow.channels.add_send(replace(a_send(w, name, first, state), part=len(name + state)))
        uow.commit()
    reply = w.linked("bob")
    assert reply.response == "utter_link_moved"
    assert w.said() == ["utter_link_done"]
    second = w.talk_of()
    assert second.conversation_id != first
    assert (second.buyer_id, w.buyer_of()) == ("bob", "bob")
    before = w.rows.conversations[first]
    assert before.buyer_id == "ann"
    assert identity_of(before, w.now).buyer_id is None  # nobody reads it from there any more
    states = {kept.send.state for kept in w.rows.channels.sends.values()}
    assert states == {SendState.WITHDRAWN}
    thread = w.rows.channels.threads["t1"]
    assert (thread.noted_seq, thread.choices, thread.shown_at) == (0, (), None)
    assert [e.after["why"] for e in w.audited("channel.unlinked")] == ["replaced"]


def test_a_guests_talk_about_anothers_order_stays_out_of_it(w):
    talk = w.talk_of()
    w.rows.conversations[talk.conversation_id] = replace(
        talk, guest_order=w.number, guest_until=w.now + timedelta(hours=1)
    )
    assert w.linked("bob").response == "utter_link_moved"
    assert w.talk_of().conversation_id != talk.conversation_id


def test_disconnecting_here_starts_afresh(w):
    w.linked()
    first = w.talk_of().conversation_id
    assert w.talk.unlink(w.asking(), None).response == "utter_link_ended"
    assert w.talk_of().conversation_id != first
    assert w.said() == ["utter_link_ended"]
    assert w.buyer_of() is None
    assert w.rows.conversations[first].buyer_id == "ann"
    assert identity_of(w.rows.conversations[first], w.now).buyer_id is None
    assert [e.after["why"] for e in w.audited("channel.unlinked")] == ["revoked"]
    assert w.talk.unlink(w.asking(), None).response == "utter_link_needed"


def test_the_buyer_lists_and_disconnects_from_the_shop_and_the_chat_is_told(w):
    w.linked()
    w.thread("t2", MAIL)
    w.by_code("t2")
    shop = w.signed_in()
    shown = w.links.shown(shop, w.now)
    assert {(each.channel, each.level) for each in shown} == {
        (Channel.TELEGRAM, LinkLevel.SHOP),
        (Channel.EMAIL, LinkLevel.CODE),
    }
    (mail,) = [each for each in shown if each.channel is Channel.EMAIL]
    with pytest.raises(NotFound):
        w.links.revoke(w.signed_in("bob"), mail.link_id, w.now)
    for _ in range(2):
        w.links.revoke(shop, mail.link_id, w.now)
    assert w.said("t2") == ["utter_link_ended"]
    assert (w.buyer_of("t1"), w.buyer_of("t2")) == ("ann", None)
    assert len(w.links.shown(shop, w.now)) == 1
    assert not w.links.shown(w.signed_in("bob"), w.now)


def test_the_buyer_lists_and_disconnects_another_chat_in_a_chat(w):
    w.linked()
    w.thread("t2")
    w.by_code("t2")
    listed = w.talk.shown(w.asking("t2"))
    assert (listed.response, len(listed.variables["choices"])) == ("utter_links", 2)
    assert listed.variables["choices"][0]["title_vars"]["channel"] == {"$say": "channel_telegram"}
    other = next(each for each in w.rows.channels.links.values() if each.thread_id == "t1")
    told = w.talk.unlink(w.asking("t2"), other.link_id)
    assert told.response == "utter_link_ended_there"
    assert (w.buyer_of("t1"), w.buyer_of("t2")) == (None, "ann")
    assert w.said("t1") == ["utter_link_ended"]


def test_a_stranger_disconnects_nothing(w):
    w.linked()
    w.thread("t2")
    w.linked("bob", "t2")
    (of_ann,) = [x for x in w.rows.channels.links.values() if x.buyer_id == "ann"]
    w.talk.unlink(w.asking("t2"), of_ann.link_id)
    assert w.buyer_of("t1") == "ann"


def test_a_connection_ends_by_itself_and_the_chat_says_how_to_connect_again(w):
    w.linked()
    first = w.talk_of().conversation_id
    w.later(days=30)
    assert w.buyer_of() is None
    w.settle()
    assert w.talk_of().conversation_id != first
    assert w.said() == ["utter_link_expired"]
    told = w.show.status(w.asking(), OrderHint(number=w.number))
    assert told.response == "utter_link_needed"
    assert told.variables["channel"] == {"$say": "channel_telegram"}
    assert [e.after["why"] for e in w.audited("channel.unlinked")] == ["expired"]


def test_a_connection_that_ends_takes_the_chat_from_no_person(w):
    w.linked()
    talk = w.talk_of()
    w.rows.conversations[talk.conversation_id] = replace(talk, owner=Owner.HUMAN)
    w.later(days=30)
    w.settle()
    assert w.talk_of().conversation_id == talk.conversation_id
    assert w.buyer_of() is None


def test_who_signed_out_everywhere_is_known_in_no_chat(w):
    w.linked()
    w.later(minutes=1)
    w.rows.accounts["ann"] = Password("ann", "hash", w.now, sessions_valid_after=w.now)
    w.later(minutes=1)
    w.settle()
    assert w.buyer_of() is None
    assert [e.after["why"] for e in w.audited("channel.unlinked")] == ["signed_out"]


def test_a_connection_that_is_too_weak_by_now_ends(w):
    w.by_code()
    policy = w.wiring.policies[S2]
    strict = LinkKnobs(reading=LinkLevel.SHOP, acting=LinkLevel.SHOP)
    w.wiring.policies[S2] = replace(policy, linked=strict)
    w.settle()
    assert w.buyer_of() is None


def test_a_new_conversation_of_a_connected_chat_is_the_buyers_too(w):
    w.linked()
    fresh = replace(w.conversation("fresh", None), verified_until=None, channel="telegram")
    w.rows.conversations["fresh"] = fresh
    thread = w.rows.channels.threads["t1"]
    w.rows.channels.threads["t1"] = replace(thread, conversation_id="fresh")
    w.settle()
    assert w.buyer_of() == "ann"

"""A chat is connected by a code from the address on file, as far as the storefront lets it."""

from dataclasses import replace

import pytest

from aftersale.domain.channels import LinkLevel
from aftersale.policy.link_knobs import LinkKnobs
from aftersale.services.call import OrderHint
from aftersale.services.channels.link_talk import CODE
from tests.unit.channels.linked_world import MAIL, Chats
from tests.unit.services.world import S2


@pytest.fixture
def w():
    return Chats()


def test_a_code_from_the_address_on_file_connects_the_chat(w):
    assert w.talk.start(w.asking()).response == "utter_link_ask_address"
    sent = w.talk.take(w.asking(), None, "it's ANN@x.example")
    assert sent.response == "utter_link_code_sent"
    to, code = w.code()
    assert to == "ann@x.example"
    done = w.talk.take(w.asking(), CODE, f"the code is {code}")
    assert done.response == "utter_link_done"
    assert w.buyer_of() == "ann"
    (link,) = w.rows.channels.links.values()
    assert link.level is LinkLevel.CODE


def test_nobody_learns_whether_there_is_such_an_account(w):
    w.thread("t2")
    told = [
        w.talk.take(w.asking(chat), None, text)
        for chat, text in (("t1", "ann@x.example"), ("t2", "nobody@x.example"))
    ]
    assert told[0] == told[1]
    w.run_relay()
    assert [to for to, *_ in w.mail.sent.values()] == ["ann@x.example"]
    tried = [w.talk.take(w.asking(chat), CODE, "K7P-2QX") for chat in ("t1", "t2")]
    assert tried[0] == tried[1]


def test_five_wrong_codes_end_it(w):
    w.talk.take(w.asking(), None, "ann@x.example")
    _, code = w.code()
    wrong = "222-AAA" if code != "222-AAA" else "333-AAA"
    told = [w.talk.take(w.asking(), CODE, wrong) for _ in range(5)]
    assert [reply.variables.get("tries_left") for reply in told] == [4, 3, 2, 1, None]
    assert w.talk.take(w.asking(), CODE, code).response == "utter_link_code_over"
    assert w.buyer_of() is None


def test_a_code_is_over_after_ten_minutes(w):
    w.talk.take(w.asking(), None, "ann@x.example")
    _, code = w.code()
    w.later(minutes=10)
    assert w.talk.take(w.asking(), CODE, code).response == "utter_link_code_over"


def test_a_code_of_one_chat_does_nothing_in_another(w):
    w.thread("t2")
    w.talk.take(w.asking(), None, "ann@x.example")
    w.talk.take(w.asking("t2"), None, "nobody@x.example")
    code = next(text for *_, text in w.mail.sent.values()) if w.mail.sent else w.code()[1]
    assert w.talk.take(w.asking("t2"), CODE, code).response == "utter_link_code_wrong"
    assert w.buyer_of("t2") is None


def test_one_chat_and_one_account_may_be_asked_about_three_times_an_hour(w):
    told = [w.talk.take(w.asking(), None, "ann@x.example").response for _ in range(4)]
    assert told == ["utter_link_code_sent"] * 3 + ["utter_link_wait"]
    w.thread("t2")
    assert w.talk.take(w.asking("t2"), None, "ann@x.example").response == "utter_link_wait"
    assert w.talk.take(w.asking("t2"), None, "bob@x.example").response == "utter_link_code_sent"
    w.later(minutes=61)
    assert w.talk.take(w.asking(), None, "ann@x.example").response == "utter_link_code_sent"


def test_a_sender_who_begins_a_new_chat_each_time_may_ask_no_more_often(w):
    told = []
    for number in range(7):
        chat = w.thread(f"mail-{number}", MAIL)
        known = w.rows.channels.threads[chat]
        w.rows.channels.threads[chat] = replace(known, sender="eve@x.example")
        text = f"somebody-{number}@x.example"
        told.append(w.talk.take(w.asking(chat), None, text).response)
    assert told == ["utter_link_code_sent"] * 5 + ["utter_link_wait"] * 2


def test_an_address_that_two_accounts_share_names_neither(w):
    w.rows.buyers["bob"] = replace(w.rows.buyers["bob"], email="ann@x.example")
    assert w.talk.take(w.asking(), None, "ann@x.example").response == "utter_link_code_sent"
    w.run_relay()
    assert not w.mail.sent


def test_where_a_code_is_not_enough_it_is_not_offered(w):
    policy = w.wiring.policies[S2]
    strict = LinkKnobs(reading=LinkLevel.SHOP, acting=LinkLevel.SHOP)
    w.wiring.policies[S2] = replace(policy, linked=strict)
    assert w.talk.start(w.asking()).response == "utter_link_by_shop"
    told = w.show.status(w.asking(), OrderHint())
    assert told.response == "utter_link_needed_shop"


def test_a_code_that_is_too_weak_to_act_reads_and_does_nothing(w):
    policy = w.wiring.policies[S2]
    w.wiring.policies[S2] = replace(policy, linked=LinkKnobs(acting=LinkLevel.SHOP))
    w.by_code()
    assert w.show.status(w.asking(), OrderHint(number=w.number)).response == "utter_status"
    told = w.cancel.propose(w.asking(), OrderHint(number=w.number))
    assert told.response == "utter_cancel_link_too_weak"
    w.linked()
    told = w.cancel.propose(w.asking(), OrderHint(number=w.number))
    assert told.response != "utter_cancel_link_too_weak"
    assert not told.done


def test_what_was_offered_before_waits_for_a_stronger_connection(w):
    w.by_code()
    offered = w.cancel.propose(w.asking(), OrderHint(number=w.number))
    assert not offered.done
    policy = w.wiring.policies[S2]
    w.wiring.policies[S2] = replace(policy, linked=LinkKnobs(acting=LinkLevel.SHOP))
    assert w.yes().response == "utter_cancel_link_too_weak"
    assert w.only("orders").state.value == "open"


def test_in_our_own_chat_nothing_is_connected_by_code(w):
    assert w.talk.start(w.call()).response == "utter_link_elsewhere"


def test_a_connected_chat_needs_no_second_connection(w):
    w.linked()
    assert w.talk.start(w.asking()).response == "utter_link_already"
    assert w.yes().response == "utter_link_already"

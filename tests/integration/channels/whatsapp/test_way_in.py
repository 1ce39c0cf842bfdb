"""Buyers on WhatsApp: the contract server and the running app, from webhook to status."""

import hashlib
import json
import random
from datetime import timedelta

import pytest

from aftersale.domain.channels import SendState
from tests.contract.whatsapp_server import TEMPLATE, VERIFY, Fault
from tests.contract.whatsapp_state import OTHER_NUMBER
from tests.integration.channels.whatsapp.app import NAME, WEBHOOK, jpeg
from tests.integration.gateway.world import says

ECHO = "[utter_echo]"
DAY = timedelta(days=1)


async def test_a_message_is_answered_read_and_its_way_is_known(app, server, ann):
    said = server.says(ann, "Where is my parcel?")
    await app.hears(ann, ECHO)
    assert app.written() == ["Where is my parcel?"]
    await app.until(lambda: said in server.read)
    await app.deliver(together=9)
    assert app.states(ann) == [SendState.DELIVERED]
    server.status(server.last(ann), "read")
    server.status(server.last(ann), "sent")  # late: nothing goes backwards
    await app.deliver()
    assert app.states(ann) == [SendState.READ]
    talk = app.conversation(ann)
    assert (talk.channel, talk.buyer_id) == ("whatsapp", None)


async def test_the_address_is_registered_by_our_word(app):
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY, "hub.challenge": "1158"}
    async with app.client.get(WEBHOOK, params=asked) as answer:
        assert (answer.status, await answer.text()) == (200, "1158")
        assert answer.content_type == "text/plain"
    async with app.client.get(WEBHOOK, params=asked | {"hub.verify_token": "x"}) as answer:
        assert answer.status in {401, 403}
        assert "1158" not in await answer.text()


@pytest.mark.parametrize("count", [3, 10])
async def test_a_button_or_a_row_is_pressed(app, server, ann, count):
    async def asks(body):
        return says("utter_ask", choices=[f"choice_{n}" for n in range(count)])

    app.engine.answer = asks
    server.says(ann, "Hi")
    await app.hears(ann, "[utter_ask]")
    titles = [each["title"] for each in server.last(ann).choices()]
    assert titles == [f"Choice_{n}" for n in range(count)]
    kind = server.last(ann).body["interactive"]["type"]
    assert kind == ("button" if count == 3 else "list")
    server.presses(ann, 2)
    await app.hears(ann, "[utter_ask]", "[utter_ask]")
    assert app.engine.seen[-1]["intent"] == "choice_1"


async def test_a_number_that_is_typed_is_the_choice_it_stands_for(app, server, ann):
    async def asks(body):
        return says("utter_ask", choices=[f"choice_{n}" for n in range(12)])

    app.engine.answer = asks
    server.says(ann, "Hi")
    await app.deliver()
    await app.until(lambda: server.said(ann))
    assert "12. Choice_11" in server.said(ann)[0]
    app.clock.turn(timedelta(seconds=2))
    server.says(ann, "12")
    await app.deliver()
    await app.until(lambda: len(server.said(ann)) == 2)
    assert app.engine.seen[-1]["intent"] == "choice_11"


async def test_photos_and_documents_become_evidence(app, server, ann):
    server.shows(ann, jpeg(), caption="It came broken")
    server.shows(ann, jpeg("blue"))
    pdf = b"%PDF-1.4 paper\n%%EOF"
    server.shows(ann, pdf, kind="document", mime="application/pdf", filename="a.pdf")
    await app.deliver(together=3)
    await app.until(lambda: len(app.rows("attachments")) == 3)
    hashes = {row[0] for row in app.rows("attachments", "sha256")}
    assert hashes == {hashlib.sha256(each).hexdigest() for each in (jpeg(), jpeg("blue"), pdf)}
    await app.until(lambda: server.said(ann))
    assert app.written()[0] == "It came broken"


@pytest.mark.parametrize(
    ("content", "lies", "word"),
    [
        (b"no photo at all", {}, "utter_channel_upload_unreadable"),
        (jpeg(), {"said_sha256": "0" * 64}, "utter_channel_file_lost"),
        (jpeg(), {"said_size": 90_000_000}, "utter_channel_upload_too_large"),
        (jpeg(), {"url": "http://files.example/x"}, "utter_channel_file_lost"),
    ],
)
async def test_a_file_that_cannot_be_taken_is_explained(app, server, ann, content, lies, word):
    server.shows(ann, content, lies=lies)
    await app.hears(ann, f"[{word}]")
    assert app.rows("attachments") == []


async def test_a_file_whose_address_is_over_is_fetched_with_a_new_one(app, server, ann):
    server.faults.append(Fault(100, "/attachments/", "GET", status=404))
    server.shows(ann, jpeg())
    await app.deliver()
    await app.until(lambda: app.rows("attachments"))


async def test_what_cannot_be_used_is_explained_in_words(app, server, ann):
    server.shows(ann, b"ogg", kind="audio", mime="audio/ogg; codecs=opus")
    await app.hears(ann, "[utter_channel_voice]")
    app.clock.turn(timedelta(seconds=2))
    server.sends(ann, "location", {"latitude": 1.5, "longitude": 2.5})
    await app.hears(ann, "[utter_channel_voice]", "[utter_channel_location]")
    app.clock.turn(timedelta(seconds=2))
    server.sends_unsupported(ann)
    await app.deliver()
    await app.until(lambda: server.said(ann)[2:] == ["[utter_channel_other]"])
    assert app.engine.seen == []


# Once, whatever the delivery does.


async def test_what_comes_twice_and_in_any_order_is_handled_once_and_in_order(app, server, ann):
    bob = server.state.add_person("Bob")
    wanted = {person.name: [f"{person.name} {n}" for n in range(8)] for person in (ann, bob)}
    for n in range(8):
        app.clock.turn(timedelta(seconds=1))
        for person in (ann, bob):
            server.says(person, f"{person.name} {n}")
    order = random.Random(6)
    with app.clock.standing():
        for each in server.deliveries(together=2, order=order, doubled=0.5):
            assert await app.posted(each) == 200
    await app.until(lambda: app.said_by(ann) and app.said_by(bob))
    await app.until(lambda: not app.rows("channel_events WHERE due_at IS NOT NULL"))
    for person in (ann, bob):
        assert app.said_by(person) == wanted[person.name]


async def test_a_replay_changes_nothing(app, server, ann):
    server.says(ann, "Hi")
    (one,) = server.deliveries()
    assert await app.posted(one) == 200
    await app.until(lambda: server.said(ann))
    for _ in range(3):
        assert await app.posted(one) == 200
    app.clock.turn(timedelta(hours=1))
    server.says(ann, "Again")
    await app.hears(ann, ECHO, ECHO)
    assert app.written() == ["Hi", "Again"]


async def test_one_body_of_many_things_is_taken_whole(app, server, ann):
    server.says(ann, "Hi")
    await app.hears(ann, ECHO)
    app.clock.turn(timedelta(seconds=2))
    server.says(server.state.add_person("Bob", shows_phone=False), "Ho")
    server.says(ann, "More")
    server.warns(131031)
    (one,) = server.deliveries(together=99)  # with two statuses of the first answer
    assert await app.posted(one) == 200
    assert app.states(ann)[0] is SendState.DELIVERED
    await app.until(lambda: len(server.said()) == 3)
    assert sorted(app.written()) == ["Hi", "Ho", "More"]


async def test_what_is_told_of_another_number_is_left_alone(app, server, ann, caplog):
    caplog.set_level("INFO", logger="aftersale.jobs.channels")
    server.says(ann, "Hi")
    server.waiting[0].number = OTHER_NUMBER
    assert await app.deliver() == [[200]]
    assert app.rows("channel_events") == []
    (told,) = [each for each in caplog.records if each.name == "aftersale.jobs.channels"]
    assert (told.account, told.count) == (NAME, 1)


async def test_what_is_wrong_with_the_account_is_told_to_operators(app, server, caplog):
    server.warns(131031)
    assert await app.deliver() == [[200]]
    told = [each.code for each in caplog.records if each.name == "aftersale.jobs.channels"]
    assert told == ["131031"]


async def test_a_broken_message_loses_none_of_its_neighbours(app, server, ann):
    server.says(ann, "One")
    server.says(ann, "Two")
    (one,) = server.deliveries(together=9)
    body = json.loads(one.body)
    body["entry"][0]["changes"][0]["value"]["messages"].insert(1, {"id": 7, "type": []})
    assert await app.posted(server.signed(json.dumps(body).encode())) == 200
    await app.until(lambda: len(app.rows("channel_events")) >= 2)
    await app.until(lambda: {"One", "Two"} <= set(app.said_by(ann)))


# What is not theirs.


@pytest.mark.parametrize("header", ["sha256=" + "0" * 64, "sha1=" + "0" * 40, "", None])
async def test_what_is_not_signed_is_refused_and_nothing_is_kept(app, server, ann, header):
    server.says(ann, "Hi")
    (one,) = server.deliveries()
    del one.headers["X-Hub-Signature-256"]
    if header is not None:
        one.headers["X-Hub-Signature-256"] = header
    assert await app.posted(one) == 401
    for table in ("channel_events", "channel_threads", "conversations"):
        assert app.rows(table) == []


async def test_a_body_that_was_changed_on_its_way_is_refused(app, server, ann):
    server.says(ann, "Hi")
    (one,) = server.deliveries()
    one.body = one.body.replace(b"Hi", b"Ho")
    assert await app.posted(one) == 401
    assert app.rows("channel_events") == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x" * 3_000_001, 413),
        (b"{}", 400),
        (b"", 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 100_000, 400),
        (b"\xff", 400),
        (b'{"object": "page", "entry": []}', 400),
        (b'{"object": "whatsapp_business_account", "entry": []}', 200),
        (b'{"object": "whatsapp_business_account", "entry": [[], 7, {"changes": {}}]}', 200),
    ],
    ids=["3 MB", "{}", "empty", "[[[", "{{{", "utf-8", "page", "nothing", "nonsense"],
)
async def test_a_body_of_every_shape_gets_the_right_status(app, server, body, status):
    assert await app.posted(server.signed(body)) == status
    assert app.rows("channel_events") == []


async def test_a_body_of_nearly_three_megabytes_is_taken(app, server, ann):
    server.says(ann, "Hi")
    (one,) = server.deliveries()
    padded = server.signed(one.body[:-1] + b" " * (2_999_000 - len(one.body)) + b"}")
    assert await app.posted(padded) == 200
    assert len(app.rows("channel_events")) == 1


async def test_another_account_is_not_there(app, server, ann):
    server.says(ann, "Hi")
    (one,) = server.deliveries()
    path = WEBHOOK.replace(NAME, "other")
    async with app.client.post(path, data=one.body, headers=one.headers) as answer:
        assert answer.status == 404


# Who writes.


async def test_a_buyer_without_a_phone_number_is_a_buyer_like_any_other(app, server):
    bob = server.state.add_person("Bob", shows_phone=False)
    server.says(bob, "Hi")
    await app.hears(bob, ECHO)
    assert server.last(bob).body["recipient"] == bob.user_id
    await app.deliver()
    assert app.states(bob) == [SendState.DELIVERED]


async def test_a_buyer_who_hides_the_number_later_is_still_the_same(app, server, ann):
    server.says(ann, "Hi")
    await app.hears(ann, ECHO)
    ann.shows_phone = False
    app.clock.turn(timedelta(seconds=2))
    server.says(ann, "Again")
    await app.hears(ann, ECHO, ECHO)
    assert len(app.rows("conversations")) == 1
    assert ann.phone not in str(app.rows("channel_threads") + app.rows("channel_sends"))


async def test_a_buyer_who_moves_to_another_number_keeps_the_chat(app, server, ann):
    server.says(ann, "Hi")
    await app.hears(ann, ECHO)
    talk = app.conversation(ann)
    server.changes_number(ann, "4915100000999", "DE.999")
    await app.deliver()
    app.clock.turn(timedelta(seconds=2))
    server.says(ann, "Here I am")
    await app.hears(ann, ECHO, ECHO)
    assert app.conversation(ann).conversation_id == talk.conversation_id


async def test_a_group_is_politely_refused_once_a_day_and_learns_nothing(app, server, ann):
    for word in ("Hello all", "Where is order 8123?"):
        server.says(ann, word, group_id="Z3JvdXA")
        await app.deliver()
    await app.until(lambda: server.said() == ["utter_channel_group"])
    sent = server.state.sent[0].body
    assert (sent["recipient_type"], sent["to"], sent["type"]) == ("group", "Z3JvdXA", "text")
    await app.until(lambda: not app.rows("channel_events WHERE due_at IS NOT NULL"))
    assert (app.rows("conversations"), app.engine.seen) == ([], [])
    app.clock.turn(DAY)
    server.says(ann, "And today?", group_id="Z3JvdXA")
    await app.deliver()
    await app.until(lambda: len(server.said()) == 2)
    assert TEMPLATE not in server.said()


async def test_what_was_taken_back_before_it_was_read_is_not_read(app, server, ann):
    first = server.says(ann, "My card is 4111")
    photo = server.shows(ann, jpeg())
    app.clock.turn(timedelta(seconds=2))
    server.says(ann, "Hi")
    server.revokes(ann, first)
    server.revokes(ann, photo)
    with app.clock.standing():
        await app.deliver()
    await app.until(lambda: server.said(ann))
    assert (app.written(), app.rows("attachments")) == (["Hi"], [])


async def test_edits_and_reactions_repeat_nothing(app, server, ann):
    first = server.says(ann, "Cancel it")
    await app.hears(ann, ECHO)
    app.clock.turn(timedelta(seconds=2))
    server.reacts(ann, server.last(ann).id)
    server.revokes(ann, first)
    server.edits(ann, first, "Cancel both")
    await app.hears(ann, ECHO, "[utter_channel_edited]")
    assert app.written() == ["Cancel it"]

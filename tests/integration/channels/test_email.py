"""A whole app on a real Postfix and Dovecot; the buyer reads and writes with a program."""

import json
from datetime import UTC, datetime

import pytest

from aftersale.domain.channels import SendState
from aftersale.domain.conversations import Author, EventType
from tests.integration.channels.installation import Installation
from tests.integration.channels.mail_buyer import MailBuyer, until, words
from tests.mail_servers import DOMAIN, mail_servers
from tests.photos import photo

SHOP, ACCOUNT = f"shop@{DOMAIN}", "shop-mail"
AWAY = "I am away until Monday and will read your message then. Thank you!"


@pytest.fixture(scope="module")
def servers():
    with mail_servers() as running:
        yield running


def account(name=ACCOUNT, address=SHOP, **more):
    return {"name": name, "channel": "email", "address": address} | more


async def installed(tmp_path, empty_database, servers, *accounts):
    """An app whose letters to sellers use the same mailbox; it greets whatever is said."""
    made = Installation.made(tmp_path, empty_database, list(accounts))
    made.environ |= {
        "AFTERSALE_IMAP_URL": servers.imap_url("shop"),
        "AFTERSALE_SMTP_URL": servers.smtp_url,
        "AFTERSALE_MAIL_FROM": f"no-reply@{DOMAIN}",
        "AFTERSALE_MAIL_REPLIES": SHOP,
        "AFTERSALE_MAIL_EVERY": "0.2",
    }
    made.answers(lambda _: "utter_greet")
    await made.start()
    return made


@pytest.fixture
async def shop(tmp_path, empty_database, servers):
    made = await installed(tmp_path, empty_database, servers, account())
    await until(lambda: cursor(made) is not None)  # what comes from now on is new
    yield made
    await made.close()


@pytest.fixture
def buyer(servers):
    made = MailBuyer(servers, "ada", SHOP)
    made.forget()
    return made


@pytest.fixture
async def talking(shop, buyer):
    """A buyer who wrote and was greeted."""
    await buyer.write("hello")
    await buyer.until(1)
    return buyer


def cursor(shop, name=ACCOUNT):
    with shop.services.uow() as uow:
        return uow.channels.cursor(name)


def threads(shop, name=ACCOUNT):
    ids = shop.rows("SELECT thread_id FROM channel_threads WHERE account = ?", name)
    with shop.services.uow() as uow:
        return [uow.channels.thread_by_id(each) for (each,) in ids]


def heard(shop, name=ACCOUNT):
    """What buyers of the account said, a list for each conversation."""
    rows = shop.rows(
        "SELECT e.conversation_id, e.body FROM events e"
        " JOIN channel_threads t ON t.conversation_id = e.conversation_id"
        " WHERE t.account = ? AND e.type = 'message' AND e.author = 'buyer'"
        " ORDER BY t.created_at, e.seq",
        name,
    )
    talks = {conversation: [] for conversation, _ in rows}
    for conversation, body in rows:
        talks[conversation].append(json.loads(body).get("text"))
    return list(talks.values())


def last_said(shop):
    [(body,)] = shop.rows(
        "SELECT body FROM events WHERE type = 'message' AND author = 'buyer'"
        " ORDER BY at DESC, seq DESC LIMIT 1"
    )
    return json.loads(body)


async def test_a_talk_stays_in_its_thread_and_numbers_are_understood(shop, buyer):
    asked = await buyer.write("hello")
    told = await buyer.until(1)
    assert told["In-Reply-To"] == told["References"] == asked
    assert (told["Subject"], told["Auto-Submitted"]) == ("Re: My shoes", "auto-replied")
    assert "2. Cancel an order" in words(told)
    assert words(told).endswith("answer with the number alone.")

    again = await buyer.answer("2", told)
    then = await buyer.until(2)
    assert shop.engine.seen[-1].get("intent") == "cancel_order"
    assert then["In-Reply-To"] == again
    assert then["Message-ID"] != told["Message-ID"]
    assert heard(shop) == [["hello", "Cancel an order"]]
    [thread] = threads(shop)
    with shop.services.uow() as uow:
        sends = uow.channels.sends_of(thread.conversation_id, since=0)
    assert [each.state for each in sends] == [SendState.SENT] * 2
    assert [each.ref for each in sends] == [told["Message-ID"], then["Message-ID"]]


async def test_a_photo_is_evidence(shop, talking):
    await talking.answer("it looks like this", talking.got[-1], photo=photo())
    await talking.until(2)
    [thread] = threads(shop)
    said = last_said(shop)
    [block] = said["blocks"]
    with shop.services.uow() as uow:
        [kept] = uow.attachments.of_conversation(thread.conversation_id)
    assert (said["text"], block["attachment_id"]) == (
        "it looks like this",
        kept.attachment_id,
    )
    assert (kept.media_type, kept.purpose) == ("image/jpeg", "evidence")


async def test_a_program_that_drops_references_comes_back_by_the_address(shop, talking):
    await talking.answer("and now?", talking.got[-1], In_Reply_To=None, References=None)
    await talking.until(2)
    assert heard(shop) == [["hello", "and now?"]]


async def test_somebody_who_was_forwarded_the_mail_sees_nothing_of_the_first_talk(
    shop, talking, servers
):
    friend = MailBuyer(servers, "buyer", SHOP)
    friend.forget()
    await friend.answer("what is this about?", talking.got[-1])
    told = await friend.until(1)
    assert sorted(heard(shop)) == [["hello"], ["what is this about?"]]
    assert len({each.conversation_id for each in threads(shop)}) == 2
    assert told["To"] == friend.address
    await talking.answer("still me", talking.got[-1])
    await talking.until(2)
    assert sorted(heard(shop)) == [["hello", "still me"], ["what is this about?"]]


async def test_what_no_person_wrote_is_not_answered(shop, talking):
    seen = len(shop.engine.seen)
    await talking.answer(AWAY, talking.got[-1], Auto_Submitted="auto-replied")
    await talking.answer(AWAY, talking.got[-1], Subject="Automatic reply: My shoes")
    await talking.answer("a person again", talking.got[-1])
    await talking.until(2)
    assert heard(shop) == [["hello", "a person again"]]
    assert len(shop.engine.seen) == seen + 1


async def test_what_an_agent_writes_is_a_persons_mail(shop, talking):
    [thread] = threads(shop)
    with shop.services.uow() as uow:
        uow.conversations.append(
            thread.conversation_id,
            type=EventType.MESSAGE,
            author=Author.AGENT,
            at=datetime.now(UTC),
            body={"text": "I looked into it.", "agent": {"name": "Kim"}},
        )
        uow.commit()
    told = await talking.until(2)
    assert words(told) == "Kim writes:\n\nI looked into it."
    assert (told["Auto-Submitted"], told["Subject"]) == (None, "Re: My shoes")
    assert told["In-Reply-To"] == thread.heard


async def test_two_machines_that_answer_each_other_soon_stop(shop, talking):
    for count in (2, 3):
        await talking.answer(AWAY, talking.got[-1])
        await talking.until(count)
    await talking.answer(AWAY, talking.got[-1])
    await talking.answer("and a person", talking.got[-1])
    await until(lambda: heard(shop)[0][-1] == "and a person")
    assert heard(shop) == [["hello", AWAY, AWAY, "and a person"]]


async def test_mail_that_comes_back_has_failed_and_nothing_more_goes_there(shop, servers):
    nobody = MailBuyer(servers, "gone", SHOP)
    await nobody.write("hello")
    await until(lambda: any(each.unreachable_at for each in threads(shop)))
    [thread] = threads(shop)
    with shop.services.uow() as uow:
        [send] = uow.channels.sends_of(thread.conversation_id, since=0)
    assert (send.state, send.code) == (SendState.FAILED, "5.1.1")


async def test_two_storefronts_in_one_mailbox(tmp_path, empty_database, servers, buyer):
    shoes, toys = f"shop+shoes@{DOMAIN}", f"shop+toys@{DOMAIN}"
    both = (
        account("shoes-mail", shoes),
        account("toys-mail", toys, storefront="seller-direct"),
    )
    shop = await installed(tmp_path, empty_database, servers, *both)
    try:
        await until(lambda: cursor(shop, "shoes-mail") and cursor(shop, "toys-mail"))
        await buyer.write("about shoes", To=shoes)
        told = await buyer.until(1)
        await buyer.write("about toys", To=toys)
        await buyer.until(2)
        await buyer.answer("and again", told)
        await buyer.until(3)
        assert heard(shop, "shoes-mail") == [["about shoes", "and again"]]
        assert heard(shop, "toys-mail") == [["about toys"]]
        [thread] = threads(shop, "toys-mail")
        with shop.services.uow() as uow:
            assert uow.conversations.get(thread.conversation_id).storefront == "seller-direct"
    finally:
        await shop.close()


async def test_a_restart_loses_no_mail_and_reads_none_twice(shop, talking):
    place = cursor(shop)
    await shop.stop()
    await talking.answer("while you were away", talking.got[-1])
    await shop.start()
    await talking.until(2)
    await shop.stop()
    with shop.services.uow() as uow:  # as if it had died before the place was kept
        uow.channels.save_cursor(ACCOUNT, place)
        uow.commit()
    await shop.start()
    await talking.answer("once more", talking.got[-1])
    await talking.until(3)
    assert heard(shop) == [["hello", "while you were away", "once more"]]

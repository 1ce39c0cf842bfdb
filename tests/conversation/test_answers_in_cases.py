"""Who looks first answers in the case, with its photos before them, at an address of their own."""

import re
from datetime import timedelta
from email.message import EmailMessage
from urllib.request import urlopen

import pytest

from aftersale.bootstrap import bootstrap
from tests.conversation.desk import case_of, cases, hears, thread
from tests.conversation.goods import delivered
from tests.conversation.letters import letters, look, press
from tests.conversation.world import seller
from tests.photos import photo

DAY = timedelta(days=1)
STORY = "There are brown sandals in the box instead of my blue shoes."
WORDS = "A new pair leaves on Monday."
PICTURE = re.compile(r'<img src="\.\.(/[^"]+)"')


def pictures(page):
    """The addresses of the photos that a page shows, below the address of the app."""
    return PICTURE.findall(page.text)


@pytest.fixture
def maker():
    return seller()


@pytest.fixture
def filed(world, maker):
    """A buyer with a problem that is the seller's first, and a photo of it."""
    buyer = world.buyer("seller-direct")
    buyer.order = world.order(buyer, seller=maker, **delivered(world.now - DAY))
    buyer.say(f"i got the wrong item in order {buyer.order.number}")
    buyer.say(STORY)
    if "What would you like best?" not in buyer.heard.text:
        buyer.send_photo()
    buyer.press("A refund")
    buyer.press("Yes, send it")
    world.sweep()
    return buyer


def test_what_the_seller_answers_stands_in_the_case_and_is_told(world, filed, maker):
    number = case_of(world, filed)["number"]
    [mail] = letters(world, maker["email"])
    for _ in range(2):  # a page that is sent twice
        assert press(mail.link, WORDS).status == 200
    told = hears(filed, "utter_told_seller_answer").text
    assert f'{maker["nickname"]} answers: "{WORDS}"' in told
    assert f"It is in your case {number}, too." in told
    [mine, theirs] = thread(world, number)
    assert mine["role"] == "buyer"
    assert (theirs["role"], theirs["text"]) == ("seller", WORDS)
    assert theirs["author"] == f"seller:seller-direct:{maker['id']}"
    assert f"seller: {WORDS}" in cases(world, "show", number, "--as", "mia").out
    status = filed.say("what is the status of my case").text
    assert f"{maker['nickname']} wrote on" in status
    assert WORDS in status
    assert case_of(world, filed)["state"] == "open"


def replied(world, maker, text):
    """The seller answers the letter by mail, which comes to us twice."""
    folder = world.settings.data_dir
    mails = (file.read_text() for file in (folder / "mail").glob("*.eml"))
    [letter] = [mail for mail in mails if f"To: {maker['email']}" in mail]
    answer = EmailMessage()
    answer["From"], answer["To"] = maker["email"], "shop@example.com"
    answer["In-Reply-To"] = re.search(r"Message-ID: (\S+)", letter)[1]
    answer["Message-ID"] = f"<{maker['id']}@sellers.example.com>"
    answer.set_content(text)
    (folder / "inbox").mkdir(exist_ok=True)
    for name in ("first", "again"):
        (folder / "inbox" / f"{maker['id']}-{name}.eml").write_bytes(answer.as_bytes())


def test_a_reply_by_mail_lands_in_the_case_once(world, filed, maker):
    number = case_of(world, filed)["number"]
    replied(world, maker, WORDS)
    services = bootstrap(world.settings)
    try:
        services.run_inbox()
    finally:
        services.close()
    assert WORDS in hears(filed, "utter_told_seller_answer").text
    assert [(e["role"], e["text"]) for e in thread(world, number)][1:] == [("seller", WORDS)]
    assert WORDS in filed.say("what is happening with my case").text


def test_the_photo_waits_on_the_sellers_page_and_is_in_no_mail(world, filed, maker):
    [mail] = letters(world, maker["email"])
    assert "Photos that you can see there: 1" in mail.text
    assert "attachments" not in mail.text
    [picture] = pictures(look(mail.link))
    [kept] = world.sql(
        "SELECT * FROM attachments WHERE case_number = :c", c=case_of(world, filed)["number"]
    )
    assert kept["attachment_id"] in picture
    with urlopen(f"{world.plan.address}{picture}") as shown:
        assert shown.headers["Content-Type"] == "image/jpeg"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert len(shown.read()) == kept["size"]
    filed.send_photo(photo(), text="hello")  # belongs to no case
    [other] = world.sql(
        "SELECT * FROM attachments WHERE conversation_id = :c AND case_number IS NULL",
        c=filed.client.conversation_id,
    )
    assert len(pictures(look(mail.link))) == 1
    foreign = picture.replace(kept["attachment_id"], other["attachment_id"])
    assert look(f"{world.plan.address}{foreign}").status == 404
    world.later(minutes=16)
    assert look(f"{world.plan.address}{picture}").status == 404


def test_the_leader_is_written_to_at_their_own_address_and_cannot_decide(world, maker):
    buyer = world.buyer("group-buy")
    own = f"mei-{maker['id']}@leaders.example.com"
    goods = {"payment": {"method": "bank_transfer", "state": "awaiting"}, "seller": maker}
    order = world.order(buyer, **goods, leader_name="Mei Chen", leader_email=own)
    buyer.say(f"i paid for order {order.number}, here is my proof of payment")
    if "What happened?" in buyer.heard.text:
        buyer.say("I sent the transfer on Monday morning.")
    buyer.send_photo()
    buyer.press("Yes, pass it on")
    world.sweep()
    assert not letters(world, maker["email"])
    [mail] = letters(world, own)
    assert "Hello Mei Chen" in mail.text
    page = re.findall(r"http\S+/l/\S+", mail.text)[0]
    assert len(pictures(look(page))) == 1

    number = case_of(world, buyer)["number"]
    words = ("--verdict", "declined", "--code", "not_shown")
    for name in ("mei chen", own.upper(), f"Mei <{own}>", maker["email"], maker["nickname"]):
        refused = cases(world, "decide", number, "--as", name, *words)
        assert "[party_to_case]" in refused.err, name
        assert case_of(world, buyer)["verdict"] is None
    assert press(page, "The transfer has arrived.").status == 200
    assert "Mei Chen has answered" in hears(buyer, "utter_told_case_first_line_answer").text
    status = buyer.say("what is the status of my case").text
    assert "Mei Chen wrote on" in status
    assert "The transfer has arrived." in status

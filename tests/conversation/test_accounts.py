"""A forgotten password: asked for in the chat, changed on a page, told alike to everybody."""

import json
import re
from datetime import timedelta
from http.client import HTTPConnection
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from argon2 import PasswordHasher

from aftersale.demo.client import Refused
from tests.conversation.letters import letters
from tests.conversation.world import World, order_entry

STOREFRONT = "supplier-consent"
LINK = re.compile(r"http\S+/r/\S+")
GOOD = "four lamps beside the harbour"


@pytest.fixture
def member(world):
    """A buyer whose shop knows a member id; they are not signed in here."""
    buyer = world.buyer(STOREFRONT, signed_in=False)
    buyer.member_id = f"M{abs(hash(buyer.subject)) % 90000 + 10000}"
    known = {"subject": buyer.subject, "email": buyer.email, "first_name": "Ada"}
    entry = order_entry(buyer, world.now)
    world.tell_shop(entry | {"buyer": known | {"member_id": buyer.member_id}})
    return buyer


def asked(world, buyer):
    """The rows about requests in the buyer's conversation."""
    return world.sql(
        "SELECT * FROM reset_requests WHERE conversation_id = :c",
        c=buyer.client.conversation_id,
    )


def mails(world: World, buyer, times=1):
    """The letters to the buyer, once so many are there."""
    world.sweep()
    found = letters(world, buyer.email)
    assert len(found) == times, found
    return found


def link_in(letter):
    (link,) = LINK.findall(letter.text)
    return link


def post(link, **form):
    try:
        with urlopen(Request(link, urlencode(form).encode())) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        return refused.code, refused.read().decode()


def get(link):
    try:
        with urlopen(link) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        return refused.code, refused.read().decode()


@pytest.mark.req("R1.14")
def test_the_way_is_shown_and_no_password_is_asked_for(world, member):
    told = member.say("i forgot my password").text
    assert "Forgot password" in told
    assert "https://supplier-consent.example/forgot-password" in told
    assert not re.search(r"(?i)(?:what is|enter|tell|send)[^.]*your (?:old |new )?password", told)
    assert not asked(world, member)


@pytest.mark.req("R1.15", "R1.16")
def test_an_address_is_enough_and_a_mail_with_instructions_is_sent(world, member):
    question = member.say("forgot my password").text
    assert "e-mail address or Member ID" in question
    told = member.say(member.email).text
    assert "If there is an account for" in told
    assert member.email not in told
    (row,) = asked(world, member)
    assert row["destination"] == f"{member.email[:2]}•••@example.com"
    (letter,) = mails(world, member)
    assert "works once" in letter.text
    assert get(link_in(letter))[0] == 200


@pytest.mark.req("R1.15")
def test_a_member_id_is_enough(world, member):
    member.say("i forgot my password")
    told = member.say(f"my member id is {member.member_id}").text
    assert f"an account for {member.member_id[:2]}•••" in told
    (letter,) = mails(world, member)
    assert member.member_id in letter.text


@pytest.mark.req("R1.16")
def test_nobody_learns_whether_there_is_an_account(world, member):
    stranger = world.buyer(STOREFRONT, signed_in=False)
    told = []
    for buyer, name in ((member, member.email), (stranger, stranger.email)):
        buyer.say("i forgot my password")
        told.append(buyer.say(name).text.replace(name[:2], "aa"))
    assert told[0] == told[1]
    assert len(asked(world, member)) == len(asked(world, stranger)) == 1
    mails(world, member)
    assert not letters(world, stranger.email)


def test_too_many_wishes_are_held_back_alike(world, member):
    stranger = world.buyer(STOREFRONT, signed_in=False)
    answers = []
    for buyer in (member, stranger):
        told = ""
        for _ in range(4):
            buyer.say("i forgot my password")
            told = buyer.say(buyer.email).text
        answers.append(told)
    assert answers[0] == answers[1]
    assert "several times" in answers[0]
    mails(world, member, times=3)
    world.later(minutes=61)
    again = world.again(member)
    again.say("i forgot my password")
    assert "If there is an account" in again.say(member.email).text


@pytest.mark.parametrize(
    "typed",
    [
        "\u041c00012",  # a Cyrillic letter that looks like an M
        "ada@ex\u0430mple.com",
        "ada@example.com\nBcc: eve@example.com",
        "a" * 1900 + "@example.com",
        "no idea what that is",
    ],
)
def test_what_names_no_account_is_asked_again(typed, world, member):
    member.say("i forgot my password")
    told = member.say(typed).text
    assert "Which e-mail address or Member ID" in told
    assert not asked(world, member)


def test_a_message_of_ten_thousand_signs_is_refused(world, member):
    member.say("i forgot my password")
    with pytest.raises(Refused, match="2,000"):
        member.say("a" * 10_000 + "@example.com")


def test_an_account_of_another_storefront_gets_nothing(world, member):
    other = world.buyer("seller-direct", signed_in=False)
    world.order(other)
    member.say("i forgot my password")
    member.say(other.email)
    world.sweep()
    assert not letters(world, other.email)


def test_the_new_password_ends_every_session_and_the_link(world, member):
    inside = world.again(member)
    assert "Blue canvas shoes" in str(inside.say("my orders").blocks("order_picker"))
    member.say("i forgot my password")
    member.say(member.email)
    link = link_in(mails(world, member)[0])
    status, page = post(link, password=GOOD, again=GOOD)
    assert status == 200, page
    assert "was changed" in page
    (account,) = world.sql(
        "SELECT a.* FROM accounts a JOIN buyers b USING (buyer_id) WHERE b.email = :e",
        e=member.email,
    )
    assert account["password_hash"].startswith("$argon2id$")
    assert PasswordHasher().verify(account["password_hash"], GOOD)
    assert GOOD not in str(world.sql("SELECT * FROM audit"))
    (audit,) = world.sql(
        "SELECT * FROM audit WHERE subject = :s", s=f"account:{account['buyer_id']}"
    )
    assert (audit["action"], json.loads(audit["after"])["sessions_ended"]) == (
        "account.password_changed",
        1,
    )
    with pytest.raises(Refused, match="token"):
        inside.say("where is my order")
    assert post(link, password=GOOD, again=GOOD)[0] == 410
    assert get(link)[0] == 410
    assert "was changed" in mails(world, member, times=2)[1].text


def test_a_newer_link_ends_the_older_one_and_half_an_hour_ends_both(world, member):
    links = []
    for times in (1, 2):
        member.say("i forgot my password")
        member.say(member.email)
        world.later(seconds=1)
        links.append(link_in(mails(world, member, times=times)[-1]))
    assert get(links[0])[0] == 410
    assert get(links[1])[0] == 200
    world.later(minutes=31)
    assert get(links[1])[0] == 410
    assert post(links[1], password=GOOD, again=GOOD)[0] == 410


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("short", "short", "at least 12"),
        ("password1234", "password1234", "Many people"),
        (GOOD, GOOD + "x", "not the same"),
        ("x" * 129, "x" * 129, "at most 128"),
    ],
)
def test_a_password_that_is_not_taken_leaves_the_link_as_it_is(first, second, said, world, member):
    member.say("i forgot my password")
    member.say(member.email)
    link = link_in(mails(world, member)[0])
    status, page = post(link, password=first, again=second)
    assert status == 422
    assert said in page
    assert 'role="alert"' in page
    assert first not in page
    assert get(link)[0] == 200


def test_the_page_is_strict_and_looking_at_it_changes_nothing(world, member):
    member.say("i forgot my password")
    member.say(member.email)
    link = link_in(mails(world, member)[0])
    before = world.sql("SELECT * FROM one_time_links")
    parts = urlsplit(link)
    connection = HTTPConnection(parts.hostname, parts.port)
    connection.request("GET", parts.path)
    answer = connection.getresponse()
    page, headers = answer.read().decode(), answer.headers
    connection.close()
    assert world.sql("SELECT * FROM one_time_links") == before
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert '<label for="password">' in page
    assert 'autocomplete="new-password"' in page


def test_the_token_stands_in_no_log_and_not_in_the_store(world, member):
    member.say("i forgot my password")
    member.say(member.email)
    link = link_in(mails(world, member)[0])
    get(link)
    post(link, password="short", again="short")
    token = link.rpartition("/")[2]
    logs = (world.settings.data_dir / "logs").glob("**/*")
    assert not any(token in file.read_text(errors="replace") for file in logs if file.is_file())
    for table in ("outbox", "one_time_links", "events", "audit"):
        assert token not in str(world.sql(f"SELECT * FROM {table}"))


@pytest.mark.parametrize("token", ["nobody-made-this", "%00", "x" * 300, "\u041c"])
def test_a_link_that_nobody_made_opens_nothing(token, world):
    address = f"{world.plan.address}/r/{quote(token, safe='%')}"
    assert get(address)[0] in {400, 404, 410}
    assert post(address, password=GOOD, again=GOOD)[0] in {400, 404, 410}


def test_a_storefront_with_a_guide_tells_the_steps_and_sends_nothing(world):
    buyer = world.buyer("helpdesk", signed_in=False)
    heard = buyer.say("i forgot my password")
    told = heard.text
    assert "Yes, that solved it" in heard.buttons
    assert "https://helpdesk.example/sign-in" in told
    assert "Did that solve it?" in told
    assert "which e-mail" not in told.lower()
    assert not asked(world, buyer)


def test_an_identity_signed_before_the_change_opens_no_session(world, member):
    stolen = world.identity(member)
    member.say("i forgot my password")
    member.say(member.email)
    link = link_in(mails(world, member)[0])
    world.later(minutes=1)
    post(link, password=GOOD, again=GOOD)
    fresh = world.buyer(STOREFRONT, signed_in=False)
    with pytest.raises(Refused, match="sign in again"):
        fresh.client.open(STOREFRONT, stolen)
    world.again(member).say("hello")


def test_an_address_or_a_code_nobody_asked_for_gets_a_useful_answer(world, member):
    told = member.say("my email is someone@example.com").text
    assert "don't need an e-mail address" in told
    told = member.say("the code is K7P-2QX").text
    assert "No code is open" in told


def test_half_an_hour_is_counted_from_the_mail(world, member):
    member.say("i forgot my password")
    member.say(member.email)
    link = link_in(mails(world, member)[0])
    world.later(minutes=29)
    assert get(link)[0] == 200
    world.at(world.now + timedelta(minutes=1))
    assert get(link)[0] == 410


def test_a_password_typed_for_an_answer_is_hidden_and_asked_no_further(world, member):
    member.say("i forgot my password")
    told = member.say("my password was hunter2-Xy!").text
    assert "I've hidden" in told
    assert "Which e-mail address or Member ID" in told
    said = world.sql(
        "SELECT body FROM events WHERE conversation_id = :c", c=member.client.conversation_id
    )
    assert "hunter2" not in str(said)
    assert not asked(world, member)

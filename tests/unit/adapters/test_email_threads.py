"""Whose thread a mail goes on: only who was written to, from the address we wrote to."""

import pytest

from aftersale.adapters.email_marks import LONGEST_NAME, Marks, parted
from aftersale.adapters.email_parse import MOST_NAMED, Verdict
from tests.unit.adapters.emails import BOX, BUYER, MARKS, THREAD, TOKEN, heard, mail, read

OURS = MARKS.message_id(TOKEN, THREAD)
ANSWER = {"Message_ID": "<second@example.com>"}


def test_a_new_mail_begins_a_thread_and_the_same_mail_the_same_one():
    assert heard(mail()).address == heard(mail()).address == THREAD
    assert heard(mail(**ANSWER)).address != THREAD
    assert parted(THREAD)[0] == BUYER


@pytest.mark.parametrize(
    "headers",
    [
        {"In_Reply_To": OURS},
        {"References": f"<first@example.com> {OURS}"},
        {"References": f"{OURS} <between@example.com>"},
        {"In_Reply_To": "<lost@example.com>", "References": OURS},
        {"To": MARKS.reply_to(THREAD)},
        {"To": f"Shop <{MARKS.reply_to(THREAD).upper()}>"},
        {"To": "shop@elsewhere.example", "Delivered_To": MARKS.reply_to(THREAD)},
    ],
)
def test_an_answer_goes_on_with_its_thread(headers):
    assert heard(mail(**ANSWER | headers)).address == THREAD


def test_the_newest_of_several_threads_is_meant():
    other = MARKS.begun(BUYER, "<other@example.com>")
    newer = MARKS.message_id(TOKEN[::-1], other)
    assert heard(mail(**ANSWER, References=f"{OURS} {newer}")).address == other
    assert heard(mail(**ANSWER, References=f"{newer} {OURS}")).address == THREAD


def test_of_endless_references_the_newest_are_looked_up_and_no_more():
    many = " ".join(f"<{number}@x.example>" for number in range(80))
    found = read(mail(**ANSWER, References=f"{many} {OURS}", In_Reply_To=many))
    assert len(found.answers) == MOST_NAMED
    assert read(mail(**ANSWER, References=f"{many} {OURS}")).in_thread


def test_it_is_known_which_mail_of_ours_is_answered():
    assert heard(mail(**ANSWER, In_Reply_To=OURS)).about == TOKEN
    assert heard(mail()).about is None


@pytest.mark.parametrize(
    "headers",
    [
        {"In_Reply_To": OURS},
        {"References": OURS},
        {"To": MARKS.reply_to(THREAD)},
        {"In_Reply_To": OURS, "To": MARKS.reply_to(THREAD)},
        {"In_Reply_To": OURS, "Reply_To": BUYER},
        {"In_Reply_To": OURS, "Sender": BUYER},
    ],
)
@pytest.mark.parametrize("sender", ["bob@example.com", "ada@example.com.evil.example"])
def test_who_was_forwarded_a_mail_begins_a_thread_of_their_own(headers, sender):
    inbound = heard(mail(From=f"Ada <{sender}>", **ANSWER | headers))
    assert inbound.address != THREAD
    assert inbound.address.startswith(f"{sender}#")
    assert inbound.about is None


@pytest.mark.parametrize(
    "named",
    [
        OURS.replace(TOKEN, TOKEN[::-1], 1).replace(".", ".0", 1),
        f"<{TOKEN}.{THREAD.partition('#')[2]}.{'a' * 16}@shop.example>",
        f"<{TOKEN}.{THREAD.partition('#')[2]}@shop.example>",
        OURS.replace("@shop.example", "@evil.example"),
        Marks("toys-mail", BOX, "a secret of tests").message_id(TOKEN, THREAD),
        Marks("shop-mail", BOX, "another secret").message_id(TOKEN, THREAD),
        "<>",
        "<@>",
    ],
)
def test_nobody_names_a_thread_by_guessing_or_with_another_accounts_mail(named):
    assert heard(mail(**ANSWER, In_Reply_To=named)).address != THREAD


@pytest.mark.parametrize("tag", ["", "a", "0" * 32, "é" * 32, "c." * 16])
def test_nobody_names_a_thread_by_an_address_of_their_own_making(tag):
    known = MARKS.replied(f"support+c.{tag}@shop.example", BUYER)
    assert known is None


def test_marks_hold_on_servers_and_clients_that_fold_letters():
    assert OURS.lower() == OURS
    for made in (MARKS.reply_to(THREAD), MARKS.bounce_to(TOKEN)):
        assert made == made.lower()
        assert len(made.partition("@")[0]) <= 64
    assert MARKS.bounced(MARKS.bounce_to(TOKEN).upper()) == TOKEN


@pytest.mark.parametrize("token", ["", "x", "0" * 32])
def test_nobody_reports_a_bounce_without_having_got_the_mail(token):
    assert MARKS.bounced(f"support+x.{token}aaaaaaaaaa@shop.example") is None


@pytest.mark.parametrize(
    "mailbox", ["support", "@x", "a@", f"{'a' * (LONGEST_NAME + 1)}@x", "A@x"]
)
def test_an_address_that_cannot_carry_marks_is_refused_at_the_start(mailbox):
    with pytest.raises(ValueError, match="lower case"):
        Marks("m", mailbox, "s")


@pytest.mark.parametrize(
    "to",
    ["other@shop.example", "support+toys@shop.example", f"support+r.{TOKEN}@shop.example", ""],
)
def test_what_came_to_another_address_is_not_this_accounts(to):
    assert read(mail(To=to or None)).verdict is Verdict.ELSEWHERE


def test_a_sellers_answer_that_names_us_too_stays_a_sellers_answer():
    both = f"support+r.{TOKEN}@shop.example, {BOX}"
    assert read(mail(To=both)).verdict is Verdict.ELSEWHERE

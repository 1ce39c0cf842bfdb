"""The mailbox: every message once, and nothing is marked before it is written."""

from datetime import UTC, datetime

import pytest

from aftersale.errors import ProviderUnavailable
from aftersale.jobs.inbox import PATIENCE, Fetched, Inbox
from aftersale.services.ports_mail import InMail, Mailbox, MailKind, Received
from tests.unit.fakes import FakeStore

NOW = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)


class FakeMailbox(Mailbox):
    def __init__(self, *mails, fails=False):
        self.mails = {mail.message_key: mail for mail in mails}
        self.marked, self.put_aside, self.fails = [], [], fails

    def fetch(self, *, limit=20):
        seen = {*self.marked, *self.put_aside}
        unread = [key for key in self.mails if key not in seen]
        return [Received(key, key.encode()) for key in unread][:limit]

    def done(self, handles):
        if self.fails:
            raise ProviderUnavailable("gone")
        self.marked += handles

    def aside(self, handles):
        self.put_aside += handles


class Answers:
    def __init__(self, *known):
        self.known, self.taken = known, []

    def by_mail(self, token, text, now, *, key):
        assert key
        return self._take(token, text)

    def by_thread(self, message_key, text, now, *, key):
        assert key
        return self._take(message_key, text)

    def bounced(self, token, now):
        return self._take(token, "bounced")

    def _take(self, token, text):
        if text == "boom":
            raise RuntimeError("boom")
        if token in self.known:
            self.taken.append((token, text))
        return token in self.known


def inbox(mailbox, answers, store=None):
    return Inbox(
        uow=store or FakeStore(),
        mailbox=mailbox,
        answers=answers,
        bounces=answers,
        read=lambda content: mailbox.mails[content.decode()],
    )


def reply(key, **more):
    return InMail(MailKind.REPLY, key, **{"token": "t1", "text": "Yes"} | more)


def test_a_reply_reaches_the_letter_of_its_token():
    box, answers = FakeMailbox(reply("1")), Answers("t1")
    assert inbox(box, answers).run(NOW) == Fetched(1, 0)
    assert answers.taken == [("t1", "Yes")]
    assert box.marked == ["1"]


def test_a_reply_without_a_token_reaches_the_letter_that_it_answers():
    answers = Answers("k2")
    inbox(FakeMailbox(reply("1", token=None, answers=("k1", "k2"))), answers).run(NOW)
    assert answers.taken == [("k2", "Yes")]


def test_a_bounce_reaches_its_letter_and_one_without_a_token_nobody():
    answers = Answers("t1")
    box = FakeMailbox(InMail(MailKind.BOUNCE, "1", "t1"), InMail(MailKind.BOUNCE, "2"))
    assert inbox(box, answers).run(NOW) == Fetched(2, 0)
    assert answers.taken == [("t1", "bounced")]


@pytest.mark.parametrize("kind", [MailKind.AUTOMATIC, MailKind.UNKNOWN])
def test_what_no_person_wrote_goes_to_nobody_and_is_not_read_again(kind):
    box, answers = FakeMailbox(InMail(kind, "1", "t1", text="Out of office")), Answers("t1")
    inbox(box, answers).run(NOW)
    assert (answers.taken, box.marked) == ([], ["1"])


def test_a_mail_that_could_not_be_marked_is_not_taken_twice():
    box, answers = FakeMailbox(reply("1"), fails=True), Answers("t1")
    job = inbox(box, answers)
    with pytest.raises(ProviderUnavailable):
        job.run(NOW)
    box.fails = False
    assert job.run(NOW) == Fetched(1, 0)
    assert answers.taken == [("t1", "Yes")]


def test_a_mail_that_fails_stops_no_other_and_stays_unread(caplog):
    box, answers = FakeMailbox(reply("1", text="boom"), reply("2")), Answers("t1")
    assert inbox(box, answers).run(NOW) == Fetched(1, 0)
    assert box.marked == ["2"]
    assert "could not be taken in" in caplog.text


def test_mails_that_always_fail_do_not_starve_newer_ones_whatever_restarts(caplog):
    broken = [reply(f"broken-{n}", text="boom") for n in range(20)]
    box, answers, store = FakeMailbox(*broken, reply("new")), Answers("t1"), FakeStore()
    for _ in range(PATIENCE - 1):
        assert inbox(box, answers, store).run(NOW) == Fetched(0, 0)
    assert not box.put_aside
    assert inbox(box, answers, store).run(NOW) == Fetched(0, 20)
    assert box.put_aside == [mail.message_key for mail in broken]
    assert "is set aside: it failed 5 times" in caplog.text
    assert inbox(box, answers, store).run(NOW) == Fetched(1, 0)
    assert (box.marked, answers.taken) == (["new"], [("t1", "Yes")])


def test_a_mail_that_is_taken_in_at_last_has_failed_never():
    box, answers, store = FakeMailbox(reply("1", text="boom")), Answers("t1"), FakeStore()
    inbox(box, answers, store).run(NOW)
    box.mails["1"] = reply("1")
    assert inbox(box, answers, store).run(NOW) == Fetched(1, 0)
    assert not store.tables.mail_failures


def test_without_a_database_no_mail_is_to_blame():
    class Gone:
        def __call__(self):
            raise RuntimeError("no database")

    box = FakeMailbox(reply("1"))
    for _ in range(PATIENCE + 1):
        assert inbox(box, Answers("t1"), Gone()).run(NOW) == Fetched(0, 0)
    assert not box.put_aside

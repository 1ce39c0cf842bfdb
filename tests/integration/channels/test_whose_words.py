"""Two buyers, two chats, any order of connecting, writing and news: nothing is lost or leaks."""

import itertools
import shutil
import tempfile
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from aftersale.domain.channels import Channel, LinkLevel, Send, SendState, Thread
from aftersale.domain.conversations import Author, EventType
from aftersale.domain.parties import Buyer
from aftersale.services.channels import belonging
from aftersale.services.channels.belonging import Bond, bind, unbind
from aftersale.services.channels.opening import held_in
from aftersale.services.channels.reaching import told_in
from aftersale.services.conversations import identity_of
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.unit.services.world import S2, World

WHO, CHATS = ("ann", "bob"), ("t1", "t2")
LASTS = timedelta(days=30)
NOT_OVER = {SendState.PENDING, SendState.HELD}


class Whose(RuleBasedStateMachine):
    """What is expected is kept in plain dictionaries; the database is read after every step."""

    empty: Path

    def __init__(self):
        super().__init__()
        self.folder = tempfile.mkdtemp()
        shutil.copy(self.empty, f"{self.folder}/store.db")
        self.engine = make_engine(f"sqlite:///{self.folder}/store.db")
        self.uow = make_uow_factory(self.engine)
        world = World(S2)
        object.__setattr__(world.wiring, "uow", self.uow)
        self.wiring, self.now = world.wiring, world.now
        self.count = itertools.count(1)
        self.owner = {}  # of a chat, as it should be
        self.until = {}
        self.words = defaultdict(list)  # by whose they are, or by the nameless talk they are in
        self.news = []  # (buyer, text, conversation)
        with self.uow() as uow:
            for who in WHO:
                uow.parties.add_buyer(Buyer(who, S2, who, f"{who}@x.example", who.title()))
            for chat in CHATS:
                uow.channels.add_thread(Thread(chat, "tg", Channel.TELEGRAM, chat, S2, self.now))
            uow.commit()

    def teardown(self):
        self.engine.dispose()
        shutil.rmtree(self.folder)

    def connected(self, chat):
        return self.owner.get(chat) if self.until.get(chat, self.now) > self.now else None

    @rule(chat=st.sampled_from(CHATS), who=st.sampled_from(WHO), level=st.sampled_from(LinkLevel))
    def connect(self, chat, who, level):
        with self.uow() as uow:
            thread = uow.channels.locked(chat)
            talk = held_in(self.wiring, uow, thread, self.now)
            thread = uow.channels.locked(chat)
            bond = Bond(uow.parties.buyer(who), level)
            bound = bind(self.wiring, uow, thread, bond, now=self.now)
            uow.commit()
        assert bound.moved == (talk.buyer_id not in {None, who})
        self.owner[chat], self.until[chat] = who, self.now + LASTS
        if not bound.moved and talk.conversation_id in self.words:
            self.words[who] += self.words.pop(talk.conversation_id)  # it was nobody's

    @rule(chat=st.sampled_from(CHATS))
    def disconnect(self, chat):
        with self.uow() as uow:
            link = uow.channels.link_of(chat)
            if link is not None:
                unbind(self.wiring, uow, link, now=self.now, why="revoked")
            uow.commit()
        self.owner.pop(chat, None)

    @rule(chat=st.sampled_from(CHATS))
    def write(self, chat):
        text = f"words {next(self.count)}"
        with self.uow() as uow:
            talk = held_in(self.wiring, uow, uow.channels.locked(chat), self.now)
            body = {"text": text, "client_msg_id": text.replace(" ", "-")}
            uow.conversations.append(
                talk.conversation_id,
                type=EventType.MESSAGE,
                author=Author.BUYER,
                at=self.now,
                body=body,
            )
            uow.commit()
        who = self.connected(chat)
        if who is None:
            self.owner.pop(chat, None)
        self.words[who or talk.conversation_id].append(text)

    @rule(who=st.sampled_from(WHO))
    def tell(self, who):
        text = f"news {next(self.count)}"
        with self.uow() as uow:
            talk = told_in(self.wiring, uow, None, buyer=(S2, who), now=self.now)
            if talk is not None:
                body = {"blocks": [{"type": "text", "fallback": text}]}
                event = uow.conversations.append(
                    talk.conversation_id,
                    type=EventType.MESSAGE,
                    author=Author.SYSTEM,
                    at=self.now,
                    body=body,
                )
                self.noted(uow, event, text)
                self.news.append((who, text, talk.conversation_id))
            uow.commit()
        assert (talk is not None) == (who in {self.connected(chat) for chat in CHATS})

    def noted(self, uow, event, text):
        """Write the news down as sends, as the way out does."""
        for thread in uow.channels.threads_of(event.conversation_id):
            uow.channels.add_send(
                Send(
                    *(f"s{next(self.count)}", thread.thread_id, event.conversation_id, event.seq),
                    *(0, SendState.PENDING, {"text": text}, self.now, self.now),
                )
            )

    @rule(days=st.sampled_from([1, 20, 31]))
    def later(self, days):
        self.now += timedelta(days=days)

    @invariant()
    def no_word_is_lost_and_none_is_somebody_elses(self):
        talks = self.talks()
        with self.uow() as uow:
            stored = defaultdict(list)
            for talk, text in self.said(uow, talks):
                stored[talk.buyer_id or talk.conversation_id].append(text)
        assert {key: sorted(each) for key, each in stored.items()} == {
            key: sorted(each) for key, each in self.words.items() if each
        }

    @invariant()
    def a_chat_shows_only_what_is_its_buyers(self):
        talks = self.talks()
        with self.uow() as uow:
            for chat in CHATS:
                thread = uow.channels.thread_by_id(chat)
                own = thread.conversation_id
                talk = uow.conversations.get(own) if own else None
                reader = identity_of(talk, self.now).buyer_id if talk else None
                assert reader in {None, self.connected(chat)}
                if talk and talk.buyer_id:
                    # Unless nobody wrote since it ended, it is whose the chat is.
                    assert talk.buyer_id == self.owner.get(chat)
                for kept in self.unsent(uow, talks, chat):
                    assert kept.conversation_id == own

    @invariant()
    def news_are_told_to_whom_they_are_about(self):
        with self.uow() as uow:
            for who, _, own in self.news:
                assert uow.conversations.get(own).buyer_id == who

    def said(self, uow, talks):
        for own in talks:
            talk = uow.conversations.get(own)
            for event in uow.conversations.events(own, since=0):
                if event.author is Author.BUYER:
                    yield talk, event.body["text"]

    def talks(self):
        with self.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT conversation_id FROM conversations")
            return [own for (own,) in rows]

    def unsent(self, uow, talks, chat):
        for own in talks:
            for kept in uow.channels.sends_of(own, since=0):
                if kept.thread_id == chat and kept.state in NOT_OVER:
                    yield kept


def run_through(database, *phases):
    Whose.empty = database
    run = Whose.TestCase
    run.settings = settings(
        phases=phases,
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run().runTest()


def test_nothing_is_lost_and_nothing_leaks(empty_database):
    run_through(empty_database, Phase.generate, Phase.shrink)


def test_the_machine_itself_sees_a_word_that_is_taken_along(empty_database, monkeypatch):
    monkeypatch.setattr(belonging, "_may_become", lambda *_: True)
    with pytest.raises(AssertionError):
        run_through(empty_database, Phase.generate)

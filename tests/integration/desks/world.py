"""A store, a buyer who talks, the desk's jobs, and a Chatwoot server behind them."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import Mock
from uuid import uuid4

from aftersale.adapters.photos import Photos
from aftersale.adapters.upload_folder import UploadFolder
from aftersale.bootstrap_chatwoot import outside_desk
from aftersale.domain.articles import Presence
from aftersale.domain.conversations import Author, Conversation, EventType, Owner
from aftersale.domain.handoffs import HandoffReason
from aftersale.domain.parties import Buyer
from aftersale.domain.requests import OutboxState
from aftersale.gateway.screen import screen
from aftersale.services.conversations import Conversations
from aftersale.services.handoff.agents import AgentDesk
from aftersale.services.handoff.asking import Wanted, ask_for_person
from aftersale.services.handoff.leaving import LeaveQueue
from aftersale.services.incoming import Incoming
from aftersale.services.photo_links import PhotoLinks
from aftersale.services.ports_desks import CallbackInvalid
from aftersale.services.uploads import SentFile, Uploads
from aftersale.services.wiring import Wiring
from aftersale.settings import Settings
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.contract.chatwoot_server import SECRET

SHOP = "helpdesk"
CONV = "conv"


class World:
    """`carry`, `follow` and `callbacks` are what the server does by itself, one step each."""

    def __init__(self, server, desk, database, folder, *, policies, voice, now, **knobs):
        self.server, self.now = server, now
        self.settings = Settings.from_env(
            {
                "AFTERSALE_DATA_DIR": str(folder),
                "AFTERSALE_DESK": "chatwoot",
                "AFTERSALE_CHATWOOT_URL": server.url,
                "AFTERSALE_CHATWOOT_TOKEN": "agent-token",
                "AFTERSALE_CHATWOOT_ACCOUNT": "3",
                "AFTERSALE_CHATWOOT_INBOX": "7",
                "AFTERSALE_CHATWOOT_SECRET": SECRET,
                **knobs,
            }
        )
        self.engine = make_engine(f"sqlite:///{database}")
        self.uow = make_uow_factory(self.engine)
        self.wiring = Wiring(
            uow=self.uow,
            policies=policies,
            voice=voice,
            new_id=lambda: uuid4().hex,
            base_url="https://help.example",
        )
        self.uploads = Uploads(
            uow=self.uow,
            check=Photos(megapixels=50),
            store=UploadFolder(self.settings.data_dir / "uploads"),
            links=PhotoLinks("secret"),
        )
        self.outside = outside_desk(desk, self.settings, self.wiring, self.uploads)
        self.agents, self.leaving = AgentDesk(self.wiring), LeaveQueue(self.wiring)
        self.conversations = Conversations(
            uow=self.uow,
            verifier=Mock(),
            screen=screen,
            voice=self.wiring.voice,
            storefronts=policies,
            session_hours=12,
        )
        self._fill()

    def _fill(self):
        with self.uow() as uow:
            uow.parties.add_buyer(Buyer("ann", SHOP, "ann", "ann@x.example", "Ann"))
            uow.conversations.add(
                Conversation(
                    CONV,
                    SHOP,
                    Owner.BOT,
                    1,
                    self.now,
                    "hash",
                    self.now + timedelta(days=1),
                    buyer_id="ann",
                    verified_until=self.now + timedelta(days=1),
                )
            )
            uow.commit()
        self.say("I want to talk to a person")
        self.bot("One moment, please.")

    # What buyer and bot do.

    def say(self, text=None, *, photos=()):
        sent = Incoming(uuid4().hex, text=text, attachment_ids=tuple(photos))
        return self.conversations.receive(CONV, sent, self.now).event

    def photo(self, content):
        return self.uploads.take(self.conversation(), SentFile(content), self.now).attachment_id

    def bot(self, text):
        blocks = [{"type": "text", "text": text, "fallback": text}]
        with self.uow() as uow:
            uow.conversations.append(
                CONV,
                type=EventType.MESSAGE,
                author=Author.BOT,
                at=self.now,
                body={"blocks": blocks},
            )
            uow.commit()

    def ask(self):
        """The buyer asks for a person while somebody is there."""
        with self.uow() as uow:
            there = Presence("chatwoot:11", None, self.now, self.now + timedelta(hours=9))
            uow.agents.arrive(there)
            asked = ask_for_person(
                self.wiring,
                uow,
                uow.conversations.get(CONV),
                Wanted(HandoffReason.ASKED),
                now=self.now,
            )
            uow.commit()
        assert asked.queued
        return asked.handoff

    # What runs beside the server.

    def carry(self, times=1):
        return [self.outside.jobs.carry(self.now, jitter=lambda: 0.0) for _ in range(times)]

    def follow(self):
        return self.outside.jobs.follow(self.now)

    def callbacks(self, **more):
        """Take in what the desk tells; return what each was answered."""
        return self.server.flush(lambda callback: self.take(callback, **more))

    def take(self, callback, **more):
        headers, body = callback.headers, callback.body
        try:
            delivery = self.outside.desk.on_event(body, headers, self.now, **more)
        except CallbackInvalid as no:
            return 400 if no.is_signed else 401
        return self.outside.taking.take(delivery, self.now)

    def settle(self, **more):
        """Let everything run until nothing is left to do."""
        for _ in range(6):
            self.carry()
            self.callbacks(**more)
            self.follow()

    def later(self, **delta):
        self.now += timedelta(**delta)
        self.server.state.now = int(self.now.timestamp())
        return self

    # What came of it.

    def conversation(self):
        with self.uow() as uow:
            return uow.conversations.get(CONV)

    def handoffs(self):
        with self.uow() as uow:
            return list(uow.handoffs.all_of(CONV))

    def handoff(self):
        return self.handoffs()[-1]

    def link(self):
        own = self.handoff().handoff_id
        with self.uow() as uow:
            return uow.desk_links.get(own)

    def events(self, type_=None, author=None):
        with self.uow() as uow:
            every = uow.conversations.events(CONV, since=0, limit=1_000)
        return [e for e in every if type_ in (None, e.type) and author in (None, e.author)]

    def answers(self):
        """What agents have said, as the buyer reads it."""
        return [
            "\n".join(block["fallback"] for block in event.body["blocks"])
            for event in self.events(EventType.MESSAGE, Author.AGENT)
        ]

    def rows(self, state=OutboxState.PENDING):
        with self.uow() as uow:
            return [r for r in uow.outbox.list(state, limit=100) if r.kind.value == "desk.sync"]

    def end(self):
        """Let the conversation be over, as its buyer may."""
        with self.uow() as uow:
            current = uow.conversations.locked(CONV)
            uow.conversations.save(replace(current, closed_at=self.now, closed_as="ended"))
            uow.commit()

"""A store, accounts on plain messengers, and what takes in and works off what they bring."""

from datetime import timedelta
from unittest.mock import Mock
from uuid import uuid4

from aftersale.adapters.photos import Photos
from aftersale.adapters.upload_folder import UploadFolder
from aftersale.domain.channels import Choice, Media, Send, SendState
from aftersale.domain.conversations import Author, EventType
from aftersale.domain.parties import Buyer
from aftersale.gateway.screen import screen
from aftersale.gateway.text import clean
from aftersale.services.channels.cleaning import Cleaning
from aftersale.services.channels.hearing import Hearing, Parts
from aftersale.services.channels.media import Loading
from aftersale.services.channels.taking import Taking
from aftersale.services.channels.working import Working
from aftersale.services.conversations import Conversations
from aftersale.services.feedback import Feedback
from aftersale.services.photo_links import PhotoLinks
from aftersale.services.ports_channels import Parsed
from aftersale.services.uploads import Uploads
from aftersale.services.wiring import Wiring
from tests.integration.channels.plain_connector import NOW, PlainConnector, said
from tests.photos import photo

SHOP = "helpdesk"
CHATS = ("kim", "lee", "max")
BUYER = Buyer("b1", SHOP, "buyer-1", "kim@example.com", "Kim", "M1", "Europe/Berlin", "de")


class WayIn:
    """`deliver` is what a webhook does, `work` what runs beside the server."""

    def __init__(self, uow, folder, *, policies, voice, connectors=None, starter=None):
        self.uow, self.now, self.starter = uow, NOW, starter
        self.wiring = Wiring(
            uow=lambda: self.uow(),
            policies=policies,
            voice=voice,
            new_id=lambda: uuid4().hex,
            base_url="https://help.example",
        )
        self.folder = folder
        self.connectors = {x.account.name: x for x in connectors or [PlainConnector()]}
        self.plain = next(iter(self.connectors.values()))
        with uow() as opened:
            opened.parties.add_buyer(BUYER)
            opened.commit()
        self.restart()

    def restart(self):
        """Begin with nothing but the store, as a new process does."""
        uow = self.wiring.uow
        self.conversations = Conversations(
            uow=uow,
            verifier=Mock(),
            screen=screen,
            voice=self.wiring.voice,
            storefronts=self.wiring.policies,
            session_hours=12,
        )
        self.uploads = Uploads(
            uow=uow,
            check=Photos(megapixels=1),
            store=UploadFolder(self.folder),
            links=PhotoLinks("secret"),
        )
        parts = Parts(
            conversations=self.conversations,
            loading=Loading(self.uploads),
            feedback=Feedback(self.wiring),
            starter=self.starter,
        )
        self.taking = Taking(uow, Cleaning(clean, screen))
        self.hearing = Hearing(self.wiring, self.connectors, parts)
        self.working = Working(self.wiring, self.connectors, self.hearing)

    def deliver(self, *inbound, to=None, statuses=()):
        account = (to or self.plain).account
        return self.taking.take(account, Parsed(inbound, statuses), "mark", self.now)

    def work(self):
        return self.working.run(self.now)

    def settle(self, times=4, **step):
        """Let time pass until everything that came is worked off."""
        done = [self.work()]
        for _ in range(times):
            self.later(**(step or {"seconds": 2}))
            done.append(self.work())
        return done

    def hear(self, *inbound, to=None):
        """Deliver, wait and work off."""
        self.deliver(*inbound, to=to)
        self.settle()

    def later(self, **delta):
        self.now += timedelta(**delta)
        return self

    # What came of it.

    def thread(self, address="kim", account="plain"):
        with self.uow() as uow:
            return uow.channels.thread(account, address)

    def change_thread(self, change, address="kim"):
        with self.uow() as uow:
            found = uow.channels.thread("plain", address)
            uow.channels.save_thread(change(found))
            uow.commit()

    def conversation(self, address="kim"):
        own = self.thread(address).conversation_id
        with self.uow() as uow:
            return uow.conversations.get(own) if own else None

    def change_conversation(self, change, address="kim"):
        conversation = self.conversation(address)
        with self.uow() as uow:
            uow.conversations.save(change(conversation))
            uow.commit()

    def log(self, address="kim"):
        thread = self.thread(address)
        if thread is None or thread.conversation_id is None:
            return []
        with self.uow() as uow:
            return list(uow.conversations.events(thread.conversation_id, since=0))

    def heard(self, address="kim"):
        """The buyer's messages, in words; of photos how many."""
        own = [x.body for x in self.log(address) if x.author is Author.BUYER]
        return [_as_words(body) for body in own]

    def told(self, address="kim"):
        """The names of what was said to the buyer."""
        every = self.log(address)
        said = [x for x in every if x.author is not Author.BUYER and x.type is EventType.MESSAGE]
        return [x.body["response"] for x in said]

    def turns(self, address="kim"):
        """Inputs of the turns that are owed, in order."""
        own = self.thread(address).conversation_id
        found = []
        with self.uow() as uow:
            while turn := uow.conversations.claim_turn(self.now, lease=9, conversation_id=own):
                found.append(turn.input)
                uow.conversations.finish_turn(turn.turn_id, turn.fence)
            uow.commit()
        return found

    def beside(self):
        """What was said in chats outside of any conversation."""
        with self.uow() as uow:
            return list(uow.channels.sends_of("", since=0))


def talk(counted, *, length=3):
    """Messages of three chats as they were written, a tenth of a second apart."""
    return [
        said(
            f"e{n}",
            f"{CHATS[n % 3]} {n}",
            address=CHATS[n % 3],
            order=500 + n if counted else None,
            at=NOW + n * timedelta(milliseconds=100) - timedelta(seconds=30),
        )
        for n in range(3 * length)
    ]


def expected(events, chat):
    return [event.text for event in events if event.address == chat]


def pictures(way_in, *names, **more):
    """Files that the messenger has, as a message names them."""
    for name in names:
        way_in.plain.files[name] = photo(seed=ord(name))
    return tuple(Media(name, "image/jpeg", **more) for name in names)


def a_send(thread, state, words="Here it is"):
    """A message of ours in that state."""
    return Send(
        send_id=f"send {state}",
        thread_id=thread.thread_id,
        conversation_id=thread.conversation_id,
        seq=1,
        part=list(SendState).index(state),
        state=state,
        body={"text": words},
        created_at=NOW,
        due_at=NOW,
        options=(Choice("b", words),),
    )


def _as_words(body):
    photos = len(body.get("blocks", ()))
    words = [body["text"]] if "text" in body else []
    return " + ".join([*words, *([f"{photos} photos"] if photos else [])])

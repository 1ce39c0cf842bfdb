"""A store, a conversation that is held in messengers, and providers that do as they are told."""

from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from aftersale.domain.capabilities import Capabilities
from aftersale.domain.channels import Account, Channel, SendState, Thread
from aftersale.domain.conversations import Author, Conversation, EventType, Owner
from aftersale.services.channels.mirroring import Mirroring
from aftersale.services.channels.rendering import joined, laid_out
from aftersale.services.channels.sending import Sending
from aftersale.services.channels.signs import Signs
from aftersale.services.channels.statuses import apply
from aftersale.services.channels.windows import open_again
from aftersale.services.ports_channels import Rendered, Status
from aftersale.services.wiring import Wiring
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory

NOW = datetime(2026, 11, 4, 15, 0, tzinfo=UTC)
SHOP, CONV = "helpdesk", "conv"
PLAIN = Capabilities(Channel.TELEGRAM, longest_text=4096, buttons=3)
ACCOUNT = "bot"


class Provider:
    """A connector whose answers wait in a queue: a trouble is raised, all else is sent."""

    def __init__(self, name=ACCOUNT, capabilities=PLAIN, *, asks=True):
        self.account = Account(name, capabilities.channel, SHOP)
        self.capabilities = capabilities
        self.puller = None
        self.answers, self.sent, self.calls, self.signs = deque(), [], [], []
        self.asks, self.during = asks, lambda out: None

    def render(self, blocks, capabilities):
        laid = laid_out(blocks, capabilities)
        laid = [joined(laid)] if capabilities.bundles else laid
        return [Rendered({"text": each.text}, each.options, each.attachment_ids) for each in laid]

    def template(self, locale, variables):
        return Rendered({"text": f"template {locale}"}) if self.asks else None

    def send(self, out):
        self.calls.append(out)
        self.during(out)
        trouble = self.answers.popleft() if self.answers else None
        if trouble is not None:
            raise trouble
        self.sent.append(out)
        return f"ref-{out.token}"

    def read(self, address, event_id):
        self.signs.append(("read", address, event_id))

    def typing(self, address, event_id):
        self.signs.append(("typing", address, event_id))

    def texts(self):
        return [out.body["text"] for out in self.sent]


class World:
    """`mirror` and `send` are what the server does by itself, one step each."""

    def __init__(self, database, *, policies, voice, providers=None):
        self.now = NOW
        self.engine = make_engine(f"sqlite:///{database}")
        self.uow = make_uow_factory(self.engine)
        self.wiring = Wiring(
            uow=self.uow,
            policies=policies,
            voice=voice,
            new_id=lambda: uuid4().hex,
            base_url="https://help.example",
        )
        self.files, self.seen = {}, []
        self.connect(*(providers or [Provider()]))
        self.open_conversation(CONV)

    def connect(self, *providers):
        self.providers = {each.account.name: each for each in providers}
        self.provider = providers[0]
        self.restart()

    def restart(self):
        """Begin with nothing but the store, as a new process does."""
        self.mirroring = Mirroring(self.wiring, self.providers, Signs(self.providers))
        self.sending = Sending(
            self.wiring, self.providers, self._read, observe=lambda *seen: self.seen.append(seen)
        )

    def _read(self, attachment):
        return self.files[attachment.attachment_id]

    def open_conversation(self, conversation_id, **more):
        until = self.now + timedelta(days=1)
        with self.uow() as uow:
            uow.conversations.add(
                Conversation(
                    conversation_id,
                    SHOP,
                    Owner.BOT,
                    1,
                    self.now,
                    f"hash {conversation_id}",
                    until,
                    **more,
                )
            )
            uow.commit()

    def open_thread(self, thread_id="thread", *, conversation=CONV, account=ACCOUNT, **more):
        known = {"heard_at": self.now, "heard": "in-1", **more}
        provider = self.providers[account]
        thread = Thread(
            thread_id,
            account,
            provider.account.channel,
            f"to-{thread_id}",
            SHOP,
            self.now,
            conversation,
            **known,
        )
        with self.uow() as uow:
            uow.channels.add_thread(thread)
            uow.commit()
        return thread

    # What is said.

    def append(self, type_, author, body, *, conversation=CONV):
        with self.uow() as uow:
            event = uow.conversations.append(
                conversation, type=type_, author=author, at=self.now, body=body
            )
            uow.commit()
        return event

    def bot(self, text, *titles, author=Author.BOT, conversation=CONV, **more):
        blocks = [{"type": "text", "text": text, "fallback": text}]
        if titles:
            buttons = [{"id": f"b-{title}", "title": title} for title in titles]
            blocks.append({"type": "quick_replies", "buttons": buttons, "fallback": ""})
        body = {"blocks": blocks, **more}
        return self.append(EventType.MESSAGE, author, body, conversation=conversation)

    def agent(self, text):
        return self.bot(text, author=Author.AGENT, agent={"name": "Ann", "picture": None})

    def buyer(self, text, *, thread="thread"):
        """The buyer writes in the messenger."""
        with self.uow() as uow:
            known = uow.channels.locked(thread)
            open_again(uow, known, self.now)
            uow.channels.save_thread(replace(known, heard_at=self.now, heard=f"in-{self.now}"))
            uow.commit()
        return self.append(EventType.MESSAGE, Author.BUYER, {"text": text})

    # What runs beside the server.

    def mirror(self):
        return self.mirroring.run(self.now)

    def send(self):
        return self.sending.run(self.now, jitter=lambda: 0.0)

    def settle(self, times=12, **delta):
        """Let both run until nothing is left to do now."""
        for _ in range(times):
            self.mirror()
            self.send()
            self.later(**(delta or {"milliseconds": 1}))

    def tell(self, *statuses, account=ACCOUNT):
        with self.uow() as uow:
            news = apply(uow, self.providers[account].account, statuses, self.now)
            uow.commit()
        return news

    def told(self, state, send, **more):
        return Status(SendState(state), self.now, token=send.send_id, **more)

    def later(self, **delta):
        self.now += timedelta(**delta)
        return self

    # What came of it.

    def thread(self, thread_id="thread"):
        with self.uow() as uow:
            return uow.channels.thread_by_id(thread_id)

    def sends(self, conversation=CONV, thread=None):
        with self.uow() as uow:
            every = uow.channels.sends_of(conversation, since=0)
        return [each for each in every if thread in (None, each.thread_id)]

    def states(self, **more):
        return [each.state.value for each in self.sends(**more)]

    def outcomes(self):
        return [outcome for _, outcome in self.seen]

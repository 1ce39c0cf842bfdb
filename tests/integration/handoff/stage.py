"""A stage for races: the real store and turn runner, an engine that stops where a test wants."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from zlib import crc32

from aftersale.domain.articles import Presence
from aftersale.domain.conversations import Author, Conversation, EventType, Owner
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.orders import OrderState
from aftersale.domain.requests import AuditEntry
from aftersale.errors import TurnNotOpen
from aftersale.gateway.screen import screen
from aftersale.jobs.turns import Limits, TurnRunner
from aftersale.policy.problem_knobs import LiveKnobs, LiveParty
from aftersale.services.call import Call, OrderHint
from aftersale.services.cancel import CancelOrder
from aftersale.services.conversations import Conversations, identity_of
from aftersale.services.engine import EngineAnswer, EngineState, Saying
from aftersale.services.handoff.agents import Act, AgentDesk
from aftersale.services.handoff.asking import Wanted, ask_for_person
from aftersale.services.handoff.leaving import LeaveQueue
from aftersale.services.handoff.rescuing import Rescue
from aftersale.services.handoff.speaking import say_as_agent
from aftersale.services.handoff.watching import HandoffWatch
from aftersale.services.hours import LiveHelp
from aftersale.services.incoming import Incoming
from aftersale.services.turns import Turns
from tests.unit.services.world import NOW, POLICIES, S2, S3, World

OPEN = NOW + timedelta(hours=3)
MIRA, NOA = (DeskUser(name, name.title(), Role.AGENT) for name in ("mira", "noa"))
SUE = DeskUser("sue", "Sue", Role.SUPERVISOR)
BARRIERS = ("before the decision", "after the commit", "before the reply")
DONE = "utter_cancel_done_refund"


@dataclass
class Barrier:
    """Where a turn stops until the test has done something."""

    at: str
    reached: threading.Event = field(default_factory=threading.Event)
    passed: threading.Event = field(default_factory=threading.Event)

    def wait(self, at):
        if at == self.at:
            self.reached.set()
            assert self.passed.wait(10), "nobody opened the barrier"


class Stage:
    """Everything of one store: storefront status-gated with live people, always open."""

    def __init__(self, uow):
        self.uow, self.now = uow, OPEN
        self.w = w = World(S2)
        hours = replace(
            POLICIES[S3].hours, week=dict.fromkeys(POLICIES[S3].hours.week, "00:00-24:00")
        )
        w.wiring.policies[S2] = replace(
            POLICIES[S2],
            live=LiveKnobs(LiveParty.PLATFORM),
            hours=hours,
            ack_within=POLICIES[S3].ack_within,
            calendar=POLICIES[S3].calendar,
        )
        self.wiring = replace(w.wiring, uow=uow)
        self.cancel, self.help = CancelOrder(self.wiring), LiveHelp(self.wiring)
        self.desk, self.queue = AgentDesk(self.wiring), LeaveQueue(self.wiring)
        self.watch = HandoffWatch(self.wiring)
        self.turns = Turns(uow=uow, voice=self.wiring.voice, lease=30, rescue=Rescue(self.wiring))
        self.talks = Conversations(
            uow=uow, verifier=None, screen=screen, voice=self.wiring.voice,
            storefronts=self.wiring.policies, session_hours=12,
        )  # fmt: skip
        with uow() as unit:
            for buyer in w.store.tables.buyers.values():
                unit.parties.add_buyer(buyer)
            for seller in w.store.tables.sellers.values():
                unit.parties.add_seller(seller)
            unit.commit()

    def talk(self, name):
        """Return a new conversation of a verified buyer with an order of their own."""
        number = f"9{crc32(name.encode()):011d}"
        opened = self.talks.open(S2, None, self.now, timezone="UTC", locale="en")
        with self.uow() as unit:
            mine = unit.conversations.locked(opened.conversation_id)
            until = self.now + timedelta(hours=5)
            unit.conversations.save(replace(mine, buyer_id="ann", verified_until=until))
            order = replace(self.w.order(number), source_version=1)
            audit = AuditEntry(self.now, "shop", "order.told", "order:x")
            unit.orders.upsert_from_shop(order, audit=audit)
            unit.commit()
        return Talk(self, opened.conversation_id, opened.token, number)

    def arrive(self, *who, until=timedelta(hours=8)):
        with self.uow() as unit:
            unit.agents.arrive(
                *(Presence(each.user, None, self.now, self.now + until) for each in who)
            )
            unit.commit()


@dataclass
class Talk:
    """One conversation on the stage."""

    stage: Stage
    conversation_id: str
    token: str
    number: str
    sent: int = 0

    def row(self) -> Conversation:
        with self.stage.uow() as unit:
            return unit.conversations.get(self.conversation_id)

    def log(self):
        """What the buyer's screen reads, from its own interface."""
        return self.stage.talks.read(self.token, self.conversation_id, 0, self.stage.now)

    def say(self, text):
        self.sent += 1
        incoming = Incoming(f"{self.conversation_id}-{self.sent}", text=text)
        return self.stage.talks.receive(self.conversation_id, incoming, self.stage.now)

    def call(self):
        return Call(
            self.conversation_id, f"t-{self.sent}", identity_of(self.row(), self.stage.now),
            self.stage.now,
        )  # fmt: skip

    def propose(self):
        """Show the cancellation, so that a yes waits."""
        return self.stage.cancel.propose(self.call(), OrderHint(number=self.number))

    def act(self, who=MIRA, version=None):
        seen = self.row().owner_version if version is None else version
        return Act(self.conversation_id, seen, who, self.stage.now)

    def ask(self, reason):
        with self.stage.uow() as unit:
            mine = unit.conversations.locked(self.conversation_id)
            asked = ask_for_person(
                self.stage.wiring, unit, mine, Wanted(reason), now=self.stage.now
            )
            unit.commit()
        return asked

    def agent_says(self, text, who=MIRA):
        blocks = [{"type": "text", "text": text, "fallback": text}]
        with self.stage.uow() as unit:
            say_as_agent(
                self.stage.wiring, unit, self.conversation_id, who=who, blocks=blocks,
                now=self.stage.now,
            )  # fmt: skip
            unit.commit()

    def order_state(self):
        with self.stage.uow() as unit:
            return unit.orders.find(S2, self.number).state

    def handoffs(self):
        with self.stage.uow() as unit:
            return unit.handoffs.all_of(self.conversation_id)


class StubEngine:
    """Runs the action of the turn as the engine would, and stops at the barrier."""

    def __init__(self, stage, pool, barrier=None):
        self.stage, self.pool, self.barrier = stage, pool, barrier or Barrier("")
        self.heard, self.appended, self.memory = [], [], EngineState()

    async def message(self, message, *, seconds):
        self.heard.append(message.text)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, self._answered, message)

    def _answered(self, message):
        stage, now = self.stage, self.stage.now
        try:
            call = stage.turns.call_for(message.turn_id, message.fence, now)
            self.barrier.wait("before the decision")
            if message.text == "yes":
                reply = stage.cancel.confirm(call)
            else:
                reply = stage.help.person(call, OrderHint(), text=message.text)
        except TurnNotOpen:  # the engine turns a refused action into an apology
            return EngineAnswer((Saying("utter_trouble"),))
        self.barrier.wait("after the commit")
        return EngineAnswer((Saying(reply.response, reply.variables),))

    async def state(self, conversation_id, epoch, *, seconds):
        return self.memory

    async def append(self, conversation_id, epoch, events, *, seconds):
        self.appended.append(events)


class StoppingTurns:
    """The life of turns, which stops before the reply is appended."""

    def __init__(self, turns, barrier):
        self._turns, self._barrier = turns, barrier

    def __getattr__(self, name):
        return getattr(self._turns, name)

    def answer(self, *args, **options):
        self._barrier.wait("before the reply")
        return self._turns.answer(*args, **options)


def run_turns(stage, engine):
    """Answer everything that waits."""

    async def play():
        loop = asyncio.get_running_loop()
        runner = TurnRunner(
            turns=StoppingTurns(stage.turns, engine.barrier),
            engine=engine,
            clock=lambda: stage.now,
            in_thread=lambda work: loop.run_in_executor(engine.pool, work),
            limits=Limits(workers=4, reply_within=20, engine_timeout=20),
        )
        await runner.run_waiting()

    asyncio.run(play())


def in_background(work):
    """Start it in a thread; return what waits for its end and raises what it raised."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(work)
    pool.shutdown(wait=False)
    return future.result


def owners_of(log):
    """Walk the log as a screen does; yield each event with whose the conversation was then."""
    owner = Owner.BOT
    for event in log:
        if event.type is EventType.OWNER:
            owner = Owner(event.body["owner"])
        yield owner, event


def is_kept(log):
    """No word of the bot while somebody else has it; turns end once; versions only rise."""
    versions = [e.body["version"] for e in log if e.type is EventType.OWNER]
    assert versions == sorted(versions)
    done = [e.body["client_msg_id"] for e in log if e.type is EventType.TURN_DONE]
    assert len(done) == len(set(done))
    for owner, event in owners_of(log):
        if event.type is EventType.MESSAGE and event.author is Author.BOT:
            assert owner is Owner.BOT, f"the bot talked over {owner}: {event.body}"
        if event.type is EventType.MESSAGE and event.author is Author.AGENT:
            assert owner is Owner.HUMAN, f"an agent spoke while it was {owner}'s"
    return True


def told(log, response):
    """Who said this response, in order."""
    return [e.author for e in log if e.body.get("response") == response]


CANCELLED = OrderState.CANCELLING

"""One buyer's way, five times: in the widget, on Matrix and by mail for real, on two messengers.

A broken thing with a photo, a ticket, a person who takes over and gives back, and the bot that
goes on with the same case: the database tells the same story each time.
"""

import hashlib
import json
from types import SimpleNamespace

import pytest

from aftersale.domain.desk import DeskUser, Role
from tests.browser.five_ways.scene import STOREFRONT, scene
from tests.browser.five_ways.talkers import OnThePage, until
from tests.conversation.agents import Agent
from tests.conversation.world import card, shipped
from tests.photos import photo

CHANNELS = ("chat", "matrix", "email", "whatsapp", "telegram")
ANN = DeskUser("ann", "Ann Lee", Role.AGENT)


@pytest.fixture(scope="module")
def installed(tmp_path_factory, synapse):
    with scene(tmp_path_factory.mktemp("five"), synapse) as made:
        yield made


@pytest.fixture
def world(installed):
    yield installed.world
    installed.world.close()


PHOTO = photo()
STORY = {
    "said": [
        *("buyer", "bot utter_greet"),
        *("buyer", "bot utter_problem_ask_text"),
        *("buyer", "bot utter_problem_ask_resolution"),
        *("buyer", "bot utter_problem_summary_agent"),
        *("buyer", "bot utter_problem_filed_agent"),
        *("buyer", "system utter_person_queue"),
        *("agent", "buyer", "agent"),
        "bot utter_person_returned_outcome",
        *("buyer", "bot utter_case_status_open"),
    ],
    "cases": [
        {
            "number": "CASE",
            "storefront": STOREFRONT,
            "type": "problem",
            "owner": "agent",
            "state": "open",
            "order_number": "ORDER",
            "channel": "CHANNEL",
            "issue": "damaged",
            "description": "the lid is cracked from side to side",
            "resolution": "replacement",
            "evidence": "given",
        }
    ],
    "handoffs": [
        {
            "reason": "asked",
            "state": "ended",
            "ended_as": "returned",
            "agent": "ann",
            "order_number": "ORDER",
            "channel": "CHANNEL",
            "outcome": "It comes on Monday.",
            "transfers": 0,
        }
    ],
    "files": [
        {
            "media_type": "image/jpeg",
            "sha256": hashlib.sha256(PHOTO).hexdigest(),
            "purpose": "evidence",
            "width": 320,
            "height": 240,
            "case_number": "CASE",
        }
    ],
    "order": "open",
}


class Journey:
    """What is done, and what is waited for."""

    def __init__(self, world, talker, conversation_id):
        self.world, self.talker, self.own, self.begins = world, talker, conversation_id, 0

    def rows(self, query):
        return self.world.sql(query, c=self.own)

    def messages(self):
        return self.world.messages(self.own)[self.begins :]

    def answered(self, act, *words):
        """Do something and wait until it is answered, in the store and where the buyer is."""
        before = len(self.heard_by_us())
        act()
        until(lambda: len(self.heard_by_us()) > before, f"what {self.talker.channel} sent")
        until(lambda: not self.rows(OPEN_TURNS), "the answer in the store")
        for each in words:
            until(lambda each=each: each in self.talker.heard(), each)

    def heard_by_us(self):
        return [one for one in self.messages() if one["author"] == "buyer"]


OPEN_TURNS = "SELECT 1 FROM turns WHERE conversation_id = :c AND state IN ('waiting', 'running')"


def begun(installed, visit, channel):
    """Return the way of a buyer whom the shop vouches for, on that channel."""
    world = installed.world
    record = world.buyer(STOREFRONT)
    order = world.order(record, payment=card(world.now), **shipped(world.now))
    if channel == "chat":
        buyer = visit(f"/shop/{STOREFRONT}?buyer={record.email}")
        buyer.open()
        buyer.say("hello")
        return Journey(world, OnThePage(buyer), buyer.conversation_id), order
    way = connected(world, record, installed.talker(channel))
    way.answered(lambda: way.talker.says("hello"))
    return way, order


def connected(world, record, talker):
    """Connect the chat with the account: by the link of the signed-in shop, and a yes."""
    made = record.client.call("POST", "/api/v1/channels/links", {"account": talker.channel})
    talker.says(made["words"])
    until(lambda: "to the account of A" in talker.heard(), "whose account it is")
    (row,) = world.sql(HELD, c=talker.channel)
    way = Journey(world, talker, row["conversation_id"])
    assert not world.sql(LINKS, c=talker.channel)
    way.answered(lambda: talker.chooses("Yes, connect it"))
    until(lambda: world.sql(LINKS, c=talker.channel), "the link")
    until(lambda: "is connected to your account" in talker.heard(), "that it is connected")
    way.begins = len(way.messages())  # the others need no link
    return way


HELD = "SELECT conversation_id FROM channel_threads WHERE channel = :c"
LINKS = """SELECT level FROM channel_links JOIN channel_threads USING (thread_id)
    WHERE channel = :c"""


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_same_way_ends_in_the_same_story(installed, visit, world, channel):
    way, order = begun(installed, visit, channel)
    talker = way.talker
    way.answered(lambda: talker.says(f"the thing inside my parcel {order.number} is broken"))
    way.answered(
        lambda: talker.shows(PHOTO, "the lid is cracked from side to side"), "What would you"
    )
    way.answered(lambda: talker.chooses("A replacement"), "Shall I open the ticket?")
    assert not way.rows(CASES)  # nothing happens before the yes
    way.answered(lambda: talker.chooses("Yes, open the ticket"), "Your ticket is open")
    helped(way)
    way.answered(lambda: talker.says("what's the status of my case"), case_of(way))

    assert story(way, order) == STORY


def helped(way):
    """Let a person take over, talk and give it back."""
    agent = Agent(way.world, ANN)
    agent.arrive(hours=1)
    theirs = SimpleNamespace(client=SimpleNamespace(conversation_id=way.own))
    way.answered(lambda: way.talker.says("I want to talk to a human please"))
    until(lambda: owner(way) == "queued", "the queue")
    agent.desk.claim(agent.act(theirs))
    agent.says(theirs, "Hello Ada, does Monday suit you?")
    until(lambda: "does Monday suit you?" in way.talker.heard(), "the agent's words")
    way.answered(lambda: way.talker.says("yes, monday is fine"))
    agent.says(theirs, "Then Monday it is.")
    until(lambda: "Then Monday it is." in way.talker.heard(), "the agent's answer")
    agent.desk.give_back(agent.act(theirs), outcome="It comes on Monday.")
    until(lambda: owner(way) == "bot", "the bot")
    agent.go()


def owner(way):
    return way.rows("SELECT owner FROM conversations WHERE conversation_id = :c")[0]["owner"]


CASES = """SELECT number, storefront, type, owner, state, order_number, channel, issue,
    description, resolution, evidence FROM cases WHERE conversation_id = :c"""
HANDOFFS = """SELECT reason, state, ended_as, agent, order_number, channel, outcome, transfers
    FROM handoffs WHERE conversation_id = :c"""
FILES = """SELECT media_type, sha256, purpose, width, height, case_number
    FROM attachments WHERE conversation_id = :c"""


def case_of(way):
    (case,) = way.rows(CASES)
    return case["number"]


def story(way, order):
    """Return what the database tells, without the names of this one time."""
    named = {order.number: "ORDER", case_of(way): "CASE", way.talker.channel: "CHANNEL"}
    told = {
        "said": [f"{one['author']} {one.get('response', '')}".strip() for one in way.messages()],
        "cases": way.rows(CASES),
        "handoffs": way.rows(HANDOFFS),
        "files": way.rows(FILES),
        "order": order.state.value,
    }
    text = json.dumps(told)
    for own, plain in named.items():
        text = text.replace(json.dumps(own), json.dumps(plain))
    return json.loads(text)

"""A buyer and people at Chatwoot talk: every message once, in order, whatever happens between."""

from aftersale.domain.conversations import Author, EventType, Owner
from aftersale.domain.handoffs import HandoffEnd, HandoffState
from aftersale.services.ports_desks import LinkState
from tests.contract.chatwoot_server import KIM, LEE


def test_a_handoff_is_opened_there_and_answered_here(world):
    world.ask()
    world.carry()
    assert [(kind, private) for kind, private, _ in world.server.said()] == [("outgoing", True)]
    note = world.server.only().messages[0].content
    assert "Buyer: I want to talk to a person" in note
    assert "Assistant: One moment, please." in note
    made = world.server.only().attributes
    assert made["aftersale_reason"] == "asked"
    assert made["aftersale_link"].endswith("/desk/conversations/conv")
    world.server.reply("Hello Ann, how can I help?")
    world.settle()
    assert world.answers() == ["Hello Ann, how can I help?"]
    assert world.conversation().owner is Owner.HUMAN
    assert world.handoff().state is HandoffState.CLAIMED
    assert world.handoff().agent == "chatwoot:11"
    assert world.handoff().first_answer_at == world.now
    (answer,) = world.events(EventType.MESSAGE, Author.AGENT)
    assert answer.body["agent"]["name"] == "Kim"


def test_what_the_buyer_writes_goes_over_in_order(world):
    world.ask()
    world.carry()
    for text in ("One", "Two", "Three"):
        world.say(text)
    world.settle()
    said = [text for kind, _, text in world.server.said() if kind == "incoming"]
    assert said == ["One", "Two", "Three"]
    assert world.answers() == []  # all of it came back to us, and is nobody's answer


def test_an_assignment_shows_the_buyer_who_is_there(world):
    world.ask()
    world.carry()
    world.server.assign(LEE)
    world.settle()
    assert world.conversation().owner is Owner.HUMAN
    owner = world.events(EventType.OWNER)[-1]
    assert owner.body["agent"]["name"] == "Lee"
    world.server.assign(KIM)
    world.settle()
    assert world.handoff().agent == "chatwoot:11"
    assert world.handoff().transfers == 1
    world.server.assign(None)
    world.settle()
    assert world.conversation().owner is Owner.QUEUED


def test_resolving_gives_it_back_to_the_bot(world):
    world.ask()
    world.carry()
    world.server.reply("Done.")
    world.settle()
    world.server.set_status("resolved")
    world.settle()
    assert world.conversation().owner is Owner.BOT
    assert world.handoff().ended_as is HandoffEnd.RETURNED
    assert world.link().state is LinkState.ENDED
    assert world.rows() == []


def test_what_came_from_there_does_not_go_back(world):
    world.ask()
    world.carry()
    world.server.reply("Hello Ann")
    world.settle()
    world.say("Hello Kim")
    world.bot("A line of ours")
    world.settle()
    assert world.server.said()[1:] == [
        ("outgoing", False, "Hello Ann"),
        ("incoming", False, "Hello Kim"),
        ("outgoing", True, "**Assistant:** A line of ours"),
    ]

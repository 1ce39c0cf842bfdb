"""What a page shows while a person owns the conversation: queue, name, lines of their own."""

from playwright.sync_api import expect

from aftersale.domain.conversations import Author, EventType

MIRA = {"name": "Mira"}


def tell(world, visitor, kind, author, **body):
    """Write into the log of the conversation what a desk writes there."""
    with world.uow() as uow:
        uow.conversations.append(
            visitor.conversation_id, type=kind, author=author, at=world.now, body=body
        )
        uow.commit()


def words(text):
    return [{"type": "text", "text": text, "fallback": text}]


def test_a_person_is_there_by_name_and_their_lines_are_theirs(visit, world):
    visitor = visit("/shop/helpdesk")
    visitor.open()
    visitor.say("hello")
    tell(world, visitor, EventType.OWNER, Author.SYSTEM, owner="queued", position=2)
    visitor.page.reload()
    visitor.open()
    expect(visitor.log).to_contain_text("Waiting for a person")
    expect(visitor.panel).not_to_contain_text("Here to help")

    tell(world, visitor, EventType.OWNER, Author.AGENT, owner="human", agent=MIRA)
    blocks = words("Good day, I am reading what you wrote.")
    tell(world, visitor, EventType.MESSAGE, Author.AGENT, blocks=blocks, agent=MIRA)
    visitor.page.reload()
    visitor.open()
    expect(visitor.panel).to_contain_text("You're talking to Mira")
    row = visitor.rows.last
    expect(row).to_contain_text("Good day")
    expect(row).to_have_attribute("data-author", "agent")
    expect(visitor.log).to_contain_text("Mira")

"""One buyer in the problem form, for tests of its use case."""

from datetime import timedelta

from aftersale.domain.cases import Attachment
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.money import Money
from aftersale.domain.orders import OrderLine
from aftersale.services.call import OrderHint
from aftersale.services.problem_draft import Said
from aftersale.services.problems import Problems
from tests.unit.services.world import World

SHIPPED, DELIVERED = FulfilmentState.SHIPPED, FulfilmentState.DELIVERED
LATE = timedelta(days=5)
STORY = "The left shoe has a hole in its sole."


class Talk:
    """One buyer in the problem form."""

    def __init__(self, storefront, **order):
        self.world = World(storefront, **order)
        self.form = Problems(self.world.wiring)
        self.draft, self.asked, self.reply = {}, None, None

    def say(self, intent, text=None, *, buyer="ann", **more):
        starts = self.reply is None or self.asked is None
        hint = more.pop("hint", OrderHint(text=text))
        said = Said(intent, text, hint=hint, asked=self.asked, starts=starts, **more)
        call = self.world.call(buyer=buyer)
        self.reply = self.form.step(call, said, {} if starts else self.draft)
        self.asked = self.reply.slots.get("requested_slot")
        self.draft = self.reply.slots.get("problem_draft", {})
        return self.reply

    def yes(self):
        return self.world.yes()

    def photo(self, name="p1"):
        photo = Attachment(
            name, self.world.storefront, "conv", "image/jpeg", 10, "ab", name, self.world.now
        )
        self.world.store.tables.attachments[name] = photo

    @property
    def cases(self):
        return list(self.world.store.tables.cases.values())

    @property
    def mails(self):
        return list(self.world.store.tables.outbox.values())


def arrived(**more):
    return {"goods": DELIVERED, "age": timedelta(days=4), **more}


def late(**more):
    return {"goods": SHIPPED, "age": timedelta(days=12), **more}


def overdue(storefront, by=LATE, **more):
    talk = Talk(storefront, **late(**more))
    talk.world.change(estimated_delivery_at=talk.world.now - by)
    return talk


def two_lines(talk):
    order = talk.world.stored()
    lamp = OrderLine("2", "LAMP-1", "Desk lamp", 1, Money(900, "USD"), {}, fulfilment=DELIVERED)
    talk.world.change(lines=(*order.lines, lamp))


def through(talk, *steps):
    for intent, text in steps:
        talk.say(intent, text)
    return talk

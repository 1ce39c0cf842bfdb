"""A world with people at the desk, for tests of what they do about an order."""

from dataclasses import replace

from aftersale.domain.acting import AgentAsk
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.money import Money
from aftersale.services.desk.acting import Acting
from aftersale.services.desk.asked import Asked
from tests.unit.services.world import S2, World

AGENT = DeskUser("ada", "Ada", Role.AGENT)
REVIEWER = DeskUser("rio", "Rio", Role.REVIEWER)
SUPERVISOR = DeskUser("sue", "Sue", Role.SUPERVISOR)
WHY = "The buyer was promised this by phone."


class DeskWorld(World):
    """One order and the people who may act on it."""

    def __init__(self, storefront=S2, **order):
        super().__init__(storefront, **order)
        self.acting = Acting(self.wiring)

    def ask(self, ask, *, user=AGENT, **more):
        asked = Asked(AgentAsk(ask), **more)
        order = (self.storefront, self.number)
        return self.acting.propose(order, asked, user=user, now=self.now, conversation_id="conv")

    def confirm(self, shown, *, user=AGENT, override=None):
        proposal_id = shown.proposal.proposal_id
        return self.acting.confirm(proposal_id, user=user, now=self.now, override=override)

    def act(self, ask, *, user=AGENT, override=None, **more):
        return self.confirm(self.ask(ask, user=user, **more), user=user, override=override)

    def two_lines(self):
        (line,) = self.stored().lines
        second = replace(line, line_id="2", sku="SKU-78", name="Red hat", price=Money(1001, "USD"))
        self.change(lines=(line, second), total=Money(3000, "USD"))
        return self

    def effects(self):
        """Everything that was done to the order, its money or the world outside."""
        tables = self.store.tables
        return (
            len(tables.requests),
            len(tables.refunds),
            len(tables.outbox),
            len(tables.cases),
            self.stored().state,
        )

    def told(self):
        return [event.body.get("response") for event in self.store.tables.events]

    def trail(self, action):
        return [row for row in self.store.tables.audit if row.action == action]

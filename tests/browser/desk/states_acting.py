"""Orders, cases and approvals at the desk: how tests reach them, and every state of theirs."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, expect

from aftersale.bootstrap import bootstrap
from aftersale.domain.cases import CaseType, Resolution
from aftersale.domain.orders import Order
from aftersale.services.cases import Matter, file_case
from aftersale.services.wiring import Wiring
from tests.browser.desk.agent import Agent
from tests.browser.stack import Shops
from tests.conversation.buyer import Buyer


def at(agent: Agent, order: Order) -> Locator:
    """Open the page of an order; return the button that opens its menu."""
    agent.go(f"/orders/{order.storefront}/{order.number.replace('/', '%2F')}")
    opener = agent.page.get_by_role("button", name=f"Act on order {order.number}")
    expect(opener).to_be_visible()
    return opener


def proposes(agent: Agent, order: Order, what: str) -> None:
    """Choose an action and see what would happen."""
    at(agent, order).click()
    agent.page.get_by_role("menuitem", name=what, exact=True).click()
    agent.dialog.get_by_role("button", name="Show what happens").click()
    expect(agent.dialog.get_by_role("heading", name=re.compile("what happens"))).to_be_visible()


def filed(world: Shops, order: Order, buyer: Buyer, **more: Any) -> str:
    """File a case about the order, as a buyer's yes does; return its number."""
    services = bootstrap(world.settings)
    try:
        wiring = Wiring(
            world.uow, services.policies, services.voice, lambda: secrets.token_hex(8), "https://x"
        )
        values: dict[str, Any] = {
            "type": CaseType.RETURN_REQUEST,
            "key": secrets.token_hex(8),
            "storefront": order.storefront,
            "subject": "return_review",
            "text": "The zip broke on the first day.",
            "buyer_id": order.buyer_id,
            "order": order,
            "conversation_id": buyer.client.conversation_id,
            "by": f"buyer:{order.buyer_id}",
            "line_ids": (order.lines[0].line_id,),
            "resolution": Resolution.REFUND,
        }
        with world.uow() as uow:
            case = file_case(wiring, uow, Matter(**values | more), now=world.now)
            uow.commit()
    finally:
        services.close()
    return case.number


def acting(order: Order, number: str) -> dict[str, Callable[[Agent], None]]:
    """Return every state: an agent who may decide and set rules aside walks through them."""

    def orders(agent: Agent) -> None:
        agent.go(f"/orders?q={order.number.replace('/', '%2F')}")
        expect(agent.page.get_by_role("link", name=order.number)).to_be_visible()

    def cases(agent: Agent) -> None:
        agent.page.keyboard.press("Escape")
        agent.go("/cases")
        expect(agent.page.get_by_role("link", name=number)).to_be_visible()

    def case(agent: Agent) -> None:
        agent.go(f"/cases/{number}")
        expect(agent.page.get_by_role("button", name="Decide")).to_be_visible()

    def decide(agent: Agent) -> None:
        agent.page.get_by_role("button", name="Decide").click()
        agent.dialog.get_by_label("Decision").select_option(label="Accepted in part")

    def approvals(agent: Agent) -> None:
        agent.go("/approvals")
        expect(agent.page.locator(".skeleton")).to_have_count(0)

    return {
        "orders": orders,
        "order": lambda agent: expect(at(agent, order)).to_be_visible(),
        "proposal": lambda agent: proposes(agent, order, "Refund"),
        "cases": cases,
        "case": case,
        "decide": decide,
        "approvals": approvals,
    }

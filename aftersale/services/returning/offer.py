"""The yes to a return as it was shown."""

from aftersale.domain.requests import CommandKind, PendingCommand
from aftersale.services.call import Call
from aftersale.services.deciding import Judgement, judge
from aftersale.services.offers import show, wish_of
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.returning.filing import file_return
from aftersale.services.returning.showing import propose
from aftersale.services.terms import fingerprint, terms_of
from aftersale.services.wiring import Wiring


class ReturnOffer:
    """Submits exactly what was shown, once, or shows what it has become."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def again(self, uow: UnitOfWork, call: Call, command: PendingCommand, *, why: str) -> Reply:
        """Show it as it stands now."""
        judgement = self._judged(uow, call, command)
        if judgement is None:
            return Reply("utter_nothing_to_confirm", {"choices": [choice("list_orders")]})
        if judgement.offer is not CommandKind.REQUEST_RETURN:
            return show(self._wiring, uow, call, judgement, again=why)
        return propose(self._wiring, uow, call, judgement, again=why)

    def holds(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> bool:
        """Whether the rules and the order still give what was shown."""
        judgement = self._judged(uow, call, command)
        return judgement is not None and fingerprint(terms_of(judgement)) == command.terms_hash

    def do(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply:
        """Submit it."""
        judgement = self._judged(uow, call, command)
        if judgement is None:
            raise ValueError("Checked by `holds` in the same transaction.")
        return file_return(self._wiring, uow, call, judgement, key=command.command_id)

    def came_to(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Reply | None:  # noqa: ARG002
        """Name the case that the first yes opened."""
        told = (command.result or {}).get("variables", {}).get("case_number")
        return Reply("utter_already_case", {"case_number": told}) if told else None

    def _judged(self, uow: UnitOfWork, call: Call, command: PendingCommand) -> Judgement | None:
        buyer = call.identity.buyer_id
        if buyer is None or command.order_number is None:
            return None
        order = uow.orders.find_own(command.storefront, command.order_number, buyer)
        if order is None:
            return None
        wish = wish_of(command)
        return judge(
            self._wiring,
            uow,
            order,
            wish,
            asking_buyer=buyer,
            now=call.now,
            linked=call.identity.linked,
        )

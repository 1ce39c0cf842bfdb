"""What somebody at the desk asks for an order, as the wish that the policy is asked about."""

from dataclasses import asdict, dataclass
from typing import Any

from aftersale.domain.acting import AgentAsk
from aftersale.domain.cases import IssueType, Resolution
from aftersale.domain.orders import ReasonClass
from aftersale.policy.decision import Ask
from aftersale.services.deciding import Wish


@dataclass(frozen=True, slots=True)
class Asked:
    """An agent's wish for an order. Without lines it is about the whole order.

    `amount_minor` is for a refund alone: less than what the lines are worth. What is said of the
    goods is for returns: None where nobody said.
    """

    ask: AgentAsk
    line_ids: tuple[str, ...] = ()
    amount_minor: int | None = None
    reason: str | None = None
    reason_class: ReasonClass = ReasonClass.UNKNOWN
    opened: bool | None = None
    defective: bool | None = None
    as_listed: bool | None = None

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Asked":
        """Read back what `stored` wrote."""
        lines, ask = tuple(stored["line_ids"]), AgentAsk(stored["ask"])
        reason_class = ReasonClass(stored["reason_class"])
        return cls(**{**stored, "line_ids": lines, "ask": ask, "reason_class": reason_class})

    def stored(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self) | {"line_ids": list(self.line_ids)}

    def wish(self) -> Wish:
        """Return what the policy is asked."""
        asks = _ASKS[self.ask]
        return Wish(
            asks,
            self.reason_class,
            self.reason,
            self.line_ids,
            issue=IssueType.NOT_RECEIVED if asks is Ask.REIMBURSE else None,
            resolution=_RESOLUTIONS.get(self.ask),
            opened=self.opened,
            defective=self.defective,
            as_listed=self.as_listed,
        )


# The policy knows no wish for money alone: it is that of a return, or of a cancellation.
_ASKS = {
    AgentAsk.CANCEL: Ask.CANCEL,
    AgentAsk.RELEASE: Ask.CANCEL,
    AgentAsk.REFUND: Ask.RETURN,
    AgentAsk.RETURN: Ask.RETURN,
    AgentAsk.REPLACEMENT: Ask.RETURN,
    AgentAsk.HOLD: Ask.HOLD,
    AgentAsk.REIMBURSE: Ask.REIMBURSE,
    AgentAsk.CONTACT_SELLER: Ask.CONTACT_SELLER,
}
_RESOLUTIONS = {
    AgentAsk.REFUND: Resolution.REFUND,
    AgentAsk.RETURN: Resolution.RETURN,
    AgentAsk.REPLACEMENT: Resolution.REPLACEMENT,
}

"""Launch controls on the way of a yes: while a storefront is read-only nothing at all changes."""

from aftersale.services.call import Call
from aftersale.services.reply import Reply, choice
from aftersale.services.wiring import Wiring


def closed(wiring: Wiring, call: Call) -> Reply | None:
    """Return what is said while nothing may change; None when things may. A case still may be."""
    if not wiring.policy(call.identity.storefront).launch.read_only:
        return None
    return Reply("utter_cancel_read_only", {"choices": [choice("open_case")]})

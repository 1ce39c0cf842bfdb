"""Find the case a buyer means. Somebody else's gives the very result of one that is not there."""

import re
from collections.abc import Sequence

from aftersale.domain.cases import OPEN_CASES, Case, CaseState
from aftersale.domain.guests import guest_id
from aftersale.domain.orders import Order
from aftersale.services.call import Call
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice

_SIGNS = re.compile(r"[^0-9A-Z]")
_PICKER_ROWS = 6


def canonical_case(number: str) -> str:
    """Return a typed case number as it is stored: `c 7k3m92qd` is C-7K3M-92QD."""
    letters = _SIGNS.sub("", number.upper())
    body = letters.removeprefix("C") if len(letters) == 9 else letters
    return f"C-{body[:4]}-{body[4:]}" if len(body) == 8 else number.strip().upper()


def may_see(case: Case, call: Call) -> bool:
    """Tell whether the case is this buyer's, or was opened here by nobody known or by a guest."""
    reader, here = call.identity.buyer_id, case.conversation_id == call.conversation_id
    if case.storefront != call.identity.storefront:
        return False
    if case.buyer_id is None:
        return here
    if case.order_number and reader == guest_id(case.storefront, case.order_number):
        return here
    return case.buyer_id == reader


def own_case(uow: UnitOfWork, call: Call, number: str) -> Case | None:
    """Return the case of that number when the buyer may see it."""
    case = uow.cases.get(canonical_case(number))
    return case if case and may_see(case, call) else None


def own_cases(uow: UnitOfWork, call: Call) -> list[Case]:
    """Return every case the buyer may see here, newest first."""
    buyer = call.identity.buyer_id
    mine = uow.cases.of_buyer(call.identity.storefront, buyer) if buyer else ()
    here = uow.cases.of_conversation(call.conversation_id)
    seen = {case.number: case for case in (*mine, *here) if may_see(case, call)}
    return sorted(seen.values(), key=lambda case: (case.created_at, case.number), reverse=True)


def case_of_order(uow: UnitOfWork, order: Order) -> Case | None:
    """Return the only open case about the order, whatever its matter."""
    cases = uow.cases.of_buyer(order.storefront, order.buyer_id)
    found = [c for c in cases if c.order_number == order.number and c.state in OPEN_CASES]
    return found[0] if len(found) == 1 else None


def one_case(
    uow: UnitOfWork,
    call: Call,
    number: str | None,
    *,
    intent: str,
    among: frozenset[CaseState] = frozenset(),
) -> Case | Reply:
    """Return the one case that is meant, or what is said instead.

    Without a number it is the only one in a state of `among`, or else the only one that is not
    closed. Replies `utter_case_unknown`, `utter_case_none`, or `utter_which_case`, whose buttons
    say `intent` with the number of each.
    """
    if number:
        ways = [choice("case_status"), choice("open_case")]
        return own_case(uow, call, number) or Reply("utter_case_unknown", {"choices": ways})
    cases = own_cases(uow, call)
    waiting = [case for case in cases if case.state in among]
    lasting = [case for case in cases if case.state is not CaseState.CLOSED]
    fitting = waiting or lasting or cases[:1]
    if not fitting:
        return Reply("utter_case_none", {"choices": [choice("open_case")]})
    return fitting[0] if len(fitting) == 1 else _which(fitting, intent)


def _which(cases: Sequence[Case], intent: str) -> Reply:
    rows = [
        choice(intent, case_number=case.number) | {"title_vars": {"case_title": _title(case)}}
        for case in cases[:_PICKER_ROWS]
    ]
    return Reply("utter_which_case", {"choices": rows})


def _title(case: Case) -> str:
    about = f" ({case.order_number})" if case.order_number else ""
    return f"{case.number}{about}"

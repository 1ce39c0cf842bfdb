"""Every reason a decision can give, by its stable code, and the response that words it."""

from aftersale.policy.decision import Ask

REASON_CODES: dict[str, str] = {
    "not_verified": "Nobody is verified, so no order may be looked at.",
    "not_found": "No such order, or somebody else's: the two are told apart by nobody.",
    "link_too_weak": "The chat is connected by less than the storefront asks for to act.",
    "already_cancelled": "The order is cancelled.",
    "cancelling": "The cancellation is on its way; the shop has not acknowledged it yet.",
    "request_already_open": "A cancellation request already waits for an answer.",
    "order_completed": "The order is finished; a person must look.",
    "seller_decides": "Only the seller can cancel; not shipped yet, so it should go well.",
    "seller_decides_shipped": "Only the seller can cancel; it has shipped, maybe a return.",
    "seller_decides_delivered": "Only the seller can help; it arrived, the return rules apply.",
    "card_gate": "Paid by card: possible only from a stated time.",
    "consent_needed": "The supplier has to agree; the request can be sent.",
    "unpaid_auto": "Unpaid: cancels itself at a stated time, nothing to do.",
    "shipped": "It has shipped, so it cannot be cancelled.",
    "delivered": "It has arrived, so it cannot be cancelled.",
    "status_allows": "The status lets the buyer cancel.",
    "unpaid_allowed": "Nothing was paid, so the buyer may cancel.",
    "hold_release": "The campaign is open: cancelling is possible, the hold is to be released.",
    "campaign_over": "The campaign is over; a person must look.",
    "paid_review": "Paid: a refund can be requested and is reviewed.",
    "started_convenience": "Preparation has begun: it may no longer be accepted, it can be asked.",
    "started_fault": "Preparation has begun and something is wrong: the fault path.",
    "received_review": "It was received: a refund can be requested and is reviewed.",
    "partial": "Lines stand on both sides of the cut-off; a person must look.",
    "not_stated": "The storefront states no rule for this.",
    "facts_contradict": "What is known does not fit together; a person must look.",
    "facts_missing": "Something that decides is not known; a person must look.",
    "launch_off": "The storefront lets nothing be done automatically yet; a person must look.",
    "hold_possible": "The supplier can be asked not to ship yet.",
    "hold_too_late": "It has shipped, so there is nothing to hold.",
    "hold_already_open": "The supplier was already asked not to ship.",
    "hold_not_offered": "The storefront offers no such message here.",
    "contact_possible": "A message can be sent to the seller.",
    "contact_no_seller": "There is no seller to write to; a case is opened instead.",
    "launch_approve": "The storefront lets a person confirm this first.",
    "read_only": "The storefront lets nothing be changed at the moment.",
    "undo_possible": "The cancellation or request can still be taken back.",
    "undo_too_late": "The cancellation has left; it cannot be taken back.",
    "undo_nothing": "Nothing is being cancelled, so there is nothing to take back.",
    "problem_cancelled": "The order is cancelled, so nothing of it will arrive.",
    "problem_not_due": "Not late: the estimated delivery date is still ahead.",
    "problem_not_shipped": "It has not shipped, so it cannot have arrived or arrived wrong.",
    "problem_delay": "Late, but inside the grace: a delay, not yet a non-delivery.",
    "problem_delay_leader": "Late, but inside the grace: the leader looks first.",
    "problem_seller": "The seller is to put it right and is written to.",
    "problem_leader": "The group leader looks first.",
    "problem_ticket": "A numbered ticket is opened.",
    "problem_platform": "The platform looks first.",
    "return_cancelled": "The order is cancelled, so there is nothing to return.",
    "return_not_arrived": "It has not arrived, so it cannot be returned yet.",
    "return_seller_terms": "The seller's own terms decide; a fee may apply; the seller is asked.",
    "return_review": "It can be submitted and is reviewed; nothing is decided here.",
    "return_late": "Later than ideal after receipt; still accepted for review.",
    "return_preference_limited": "As described and simply not wanted: limited, can be contested.",
    "return_opened_limited": "Opened or used and not faulty: limited, can be contested.",
    "return_class_limited": "Goods of a restricted class: limited, can be contested.",
    "reimburse_not_offered": "The storefront knows no such reimbursement.",
    "reimburse_nothing_paid": "Nothing was taken, or it went back already.",
    "reimburse_arrived": "It arrived; the reimbursement is for what never came.",
    "reimburse_not_due": "The estimated delivery date has not passed.",
    "reimburse_contact_first": "The seller has to be tried first.",
    "reimburse_wait_seller": "The seller was written to and has time to answer.",
    "reimburse_may": "It may be eligible; a person looks.",
    "dispute_never": "The contract is between buyer and seller; the platform takes no part.",
    "dispute_review_instead": "No taking part, but a decision can be reviewed by another person.",
    "dispute_may": "A stated trigger is met: the platform may step in; a person looks.",
    "dispute_not_yet": "No trigger is met; the first line has it until a stated time.",
    "dispute_no_case": "Nobody was asked to look at the order, so there is nothing to step into.",
    "dispute_already": "The platform has taken the case over already.",
    "escalate_possible": "The decision can be reviewed by a different person.",
    "escalate_not_decided": "Nothing was decided yet, so there is nothing to review.",
    "escalate_already": "It was or is being reviewed by a different person already.",
    "escalate_closed": "The case is closed.",
    "escalate_not_offered": "The storefront knows no independent review.",
}

# Of every other wish the wording is that of cancelling.
_TOPICS: dict[Ask, str] = {
    Ask.PROBLEM: "problem",
    Ask.RETURN: "return",
    Ask.REIMBURSE: "reimburse",
    Ask.INTERVENE: "dispute",
    Ask.ESCALATE: "escalate",
}
_SAID_ALIKE = frozenset(  # whatever was wanted
    {"not_verified", "not_found", "link_too_weak", "read_only", "contact_no_seller"}
)
_OF_ANY_REQUEST = frozenset({"facts_missing", "facts_contradict", "launch_off", "launch_approve"})
_MAY_BE_UNSTATED = frozenset({Ask.PROBLEM, Ask.RETURN, Ask.INTERVENE, Ask.ESCALATE})


def response_of(ask: Ask, code: str) -> str:
    """Return the response that words this code after this wish."""
    topic = _TOPICS.get(ask)
    if topic is None or code in _SAID_ALIKE:
        return f"utter_cancel_{code}"
    if code in _OF_ANY_REQUEST:
        return f"utter_request_{code}"
    return f"utter_{code}" if code.startswith(f"{topic}_") else f"utter_{topic}_{code}"


def responses_of(ask: Ask) -> set[str]:
    """Return every response that a decision about this wish may need."""
    topic = _TOPICS.get(ask)
    if topic is None:
        others = tuple(f"{name}_" for name in _TOPICS.values())
        return {response_of(ask, code) for code in REASON_CODES if not code.startswith(others)}
    codes = {code for code in REASON_CODES if code.startswith(f"{topic}_")} | _OF_ANY_REQUEST
    if ask in _MAY_BE_UNSTATED:
        codes |= {"not_stated", "not_stated_contact"}
    return {response_of(ask, code) for code in codes}

"""Stands in for the app's actions: answers as they would, without a store."""

from rasa.utils.endpoints import EndpointConfig

# Actions that end any form by themselves, as in actions/: `ends_form` and their like.
ENDS_FORM = frozenset(
    {"action_confirm", "action_decline", "action_never_mind", "action_goodbye", "action_undo"}
    | {"action_person_case", "action_open_case", "action_seller_unreachable", "action_ask_hold"}
    | {"action_out_of_stock", "action_remind", "action_ask_reimbursement"}
)
FRESH = {"case_offered": None, "misses": None}
TOPICS = {  # what a form's one action asks, and where it gathers the answers
    "action_ask_problem_form_problem_next": (
        ("problem_lines", "problem_text", "problem_confirmed"),
        "problem_draft",
    ),
    "action_ask_return_form_return_next": (("return_text", "return_confirmed"), "return_draft"),
    "action_ask_letter_form_letter_next": (("letter_text", "letter_confirmed"), "letter_draft"),
    "action_ask_bounce_form_bounce_next": (("bounce_when", "bounce_confirmed"), "bounce_draft"),
    "action_ask_reset_form_reset_next": (("reset_account",), None),  # these gather nothing
    "action_ask_guest_form_guest_next": (("guest_order", "guest_code"), None),
    "action_ask_link_form_link_next": (("link_address", "link_code"), None),
    "action_ask_ordering_form_ordering_next": (("ordering_product",), None),
}
OVER = {"order_ref": None, "cancel_confirmed": None, "problem_draft": None}
OVER |= {"return_draft": None, "letter_draft": None, "bounce_draft": None}


def in_form(tracker):
    return (tracker.get("active_loop") or {}).get("name")


def ends(tracker):
    over = {"event": "active_loop", "timestamp": None, "name": None}
    return [over, *slots({"requested_slot": None})] if in_form(tracker) else []


def slots(values):
    return [{"event": "slot", "timestamp": None, "name": k, "value": v} for k, v in values.items()]


class StubActions(EndpointConfig):
    """Orders that begin with X have nothing to say yes to; every other one has."""

    def __init__(self):
        super().__init__(url="http://stub")
        self.calls = []

    async def request(self, method="post", json=None, **_):
        name = json["next_action"]
        self.calls.append(name)
        tracker = json["tracker"]
        return {"events": self.events(name, tracker), "responses": []}

    def events(self, name, tracker):
        known = tracker["slots"]
        if name.startswith("action_ask_cancel_form"):
            missed = tracker["latest_message"]["intent"]["name"] == "nlu_fallback"
            fresh = {} if missed else FRESH
            return slots({**fresh, "problem_draft": None, **self.asked(known)})
        if name == "action_reset_password":
            begins = {"event": "followup", "timestamp": None, "name": "reset_form"}
            return [] if in_form(tracker) == "reset_form" else [*ends(tracker), begins]
        if name in TOPICS:
            return self.topic(known, *TOPICS[name])
        if name == "action_goodbye" and not in_form(tracker):
            return []
        if name in {"action_offer_person", "action_offer_case"}:
            return slots({**OVER, "case_offered": True}) + ends(tracker)
        if name in ENDS_FORM:
            return slots({**FRESH, **OVER}) + ends(tracker)
        if name == "action_not_understood":
            return self.missed(known, tracker)
        return slots(FRESH)

    def topic(self, known, steps, draft):
        """Ask the questions, then for a yes; each time the answers become the draft."""
        asked = known.get("requested_slot")
        if asked not in steps:  # it starts
            gathered = {draft: {}} if draft else {}
            return slots({**FRESH, **OVER, **gathered, "requested_slot": steps[0]})
        if known.get(asked) is None:  # something else was answered in between
            return slots({"requested_slot": asked})
        heard = {asked: known[asked], **(known.get(draft) or {})}
        after = steps[steps.index(asked) + 1 :]
        said = {asked: None} | ({draft: heard if after else None} if draft else {})
        return slots({**FRESH, **said, "requested_slot": after[0] if after else None})

    def asked(self, known):
        order = known.get("order_ref")
        if order in (None, "other", "unknown"):
            return {"order_ref": None, "requested_slot": "order_ref"}
        if order.startswith("X"):
            return {**OVER, "requested_slot": None}
        return {"order_ref": order, "last_order": order, "requested_slot": "cancel_confirmed"}

    def missed(self, known, tracker):
        if not in_form(tracker) or not known.get("misses"):
            return slots({"misses": 1})
        return slots({**OVER, "case_offered": True}) + ends(tracker)

"""Stands in for the app's actions: answers as they would, without a store."""

from rasa.utils.endpoints import EndpointConfig

FRESH = {"case_offered": None, "misses": None}
OVER = {"order_ref": None, "cancel_confirmed": None}


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
            return slots({**({} if missed else FRESH), **self.asked(known)})
        if name in {"action_confirm", "action_decline", "action_never_mind"}:
            return slots({**FRESH, **OVER})
        if name in {"action_offer_person", "action_offer_case"}:
            return slots({**OVER, "case_offered": True})
        if name == "action_not_understood":
            return self.missed(known, tracker)
        return slots(FRESH)

    def asked(self, known):
        order = known.get("order_ref")
        if order in (None, "other", "unknown"):
            return {"order_ref": None, "requested_slot": "order_ref"}
        if order.startswith("X"):
            return {**OVER, "requested_slot": None}
        return {"order_ref": order, "last_order": order, "requested_slot": "cancel_confirmed"}

    def missed(self, known, tracker):
        if not (tracker.get("active_loop") or {}).get("name") or known.get("misses", 0) in (
            None,
            0,
        ):
            return slots({"misses": 1})
        over = [{"event": "active_loop", "timestamp": None, "name": None}]
        return slots({**OVER, "case_offered": True}) + over

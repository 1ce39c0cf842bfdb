"""What the buyer said, with every type checked: a value of any other type counts as absent."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from rasa_sdk import Tracker

from actions.forms import FORMS
from aftersale.services.call import OrderHint

PICKS = frozenset({"last", "first", "previous"})
SEVERAL = "several"  # pick of one who means more than one order
ANSWERS = frozenset({"cancel_order", "inform_order"})  # may choose the order of the form
ORDERS = ("order_ref", "_order")  # how the slots end with which forms ask for an order
CLASSES = frozenset({"convenience", "fault"})
PICKER_WITHIN = 3  # messages of the bot: a list further up is out of sight
SENDS = re.compile(r"(?i)\b(?:send|ship|post|deliver)\b")
QUESTION = re.compile(
    r"(?i)^\W*(?:(?:ok|okay|and|but|so|then)\W+)*"
    r"(?:how|what|whats|where|who|which|when|why|do|does|did|is|are|they|nobody|no answer)\b"
    r"|\b(?:bounced?|undeliverable|phone)\b"
)
AND = re.compile(r"(?i)\b(?:and|plus|also)\b|[&+]")
SECOND_WISH = re.compile(
    r"\b(?:and|also|plus)\s+(?:also\s+|then\s+|please\s+|can you\s+|tell me\s+)*"
    r"(?:where|when|how|what|track|show|refund)\b",
    re.I,
)
MISSES = frozenset({"nlu_fallback", "out_of_scope"})
# Answers and small talk: what the buyer is rated about came before them.
NO_TOPICS = MISSES | {"affirm", "deny", "give_feedback", "goodbye", "greet", "inform_order"}
NO_TOPICS |= {"never_mind", "not_helpful", "skip", "solved_it", "thank", "compliment", "complain"}
# A yes with one of these in it is none, whatever else it says; signs are no words at all.
DOUBTS = re.compile(
    r"(?i)\b(?:wait|maybe|perhaps|hold on|hang on|later|but|first|if|unless|guess"
    r"|(?:did|has|have) (?:they|he|she|the \w+)"
    r"|not (?:yet|now|sure)|yes (?:or )?no)\b|\b(?:yes|ok|okay|sure|really)\s*\?|[{}<>\[\]=]"
)
# A yes to one of these that speaks of cancelling is a wish of its own.
NO_CANCELLING = frozenset(
    {"report_problem", "request_return", "send_letter", "report_bounce", "escalate_case"}
    | {"ask_reimbursement"}
)
CANCELS = re.compile(r"(?i)\bcan[cs]el")
# A yes that stops at once: whatever the engine takes it for, it is not yet a no.
HALTING = re.compile(r"(?i)^\W*(?:ok|okay|yes|yeah|sure)\W+(?:wait|hold on|hang on)\b")


@dataclass(frozen=True, slots=True)
class Heard:
    """The last message and the slots, reduced to plain strings."""

    intent: str
    text: str | None
    number: str | None
    pick: str | None
    words: str | None
    reason_class: str | None
    reason_text: str | None
    order_ref: str | None
    last_order: str | None
    case_text: str | None
    form: str | None  # the form that is going on
    requested_slot: str | None
    ranking: tuple[str, ...]
    misses: int  # how many messages before this one were not understood
    several: bool = False  # more than one order, or a second wish, in one message
    shown: str | None = None  # the mark of the proposal shown last
    said: str | None = None  # the response said last, and its variables
    said_with: dict[str, Any] = field(default_factory=dict)
    topic: str | None = None  # the newest wish before this message
    entities: dict[str, str] = field(default_factory=dict)
    slots: Mapping[str, Any] = field(default_factory=dict)  # as they are, of any type

    @classmethod
    def from_tracker(cls, tracker: Tracker) -> "Heard":
        """Read the tracker; nothing in it is trusted to have the type it should."""
        message = tracker.latest_message
        entities, slots = entities_of(message), tracker.slots
        said, said_with = said_last(tracker.events)
        pick, text = entities.get("order_pick"), own_words(message.get("text"))
        row = row_meant(pick, text, rows_shown(tracker.events))
        return cls(
            intent=intent_of(message) or "",
            text=text,
            number=number_meant(message) or row,
            pick=None if row else among(pick, PICKS),
            words=entities.get("product") or entities.get("sku"),
            several=pick == SEVERAL or names_several(message, text),
            reason_class=among(text_of(slots.get("reason_class")), CLASSES),
            reason_text=own_words(slots.get("reason_text")),
            order_ref=text_of(slots.get("order_ref")),
            last_order=text_of(slots.get("last_order")),
            case_text=text_of(slots.get("case_text")),
            form=text_of(tracker.active_loop_name),
            requested_slot=text_of(slots.get("requested_slot")),
            ranking=ranking_of(message),
            misses=count_of(slots.get("misses")),
            shown=text_of(slots.get("shown")),
            said=said,
            said_with=said_with,
            topic=topic_of(tracker.events),
            entities=entities,
            slots=slots,
        )

    @property
    def in_form(self) -> bool:
        """Whether a form is going on."""
        return self.form is not None

    @property
    def took_answer(self) -> bool:
        """Whether the form took this message as the answer to what it asked last."""
        asked = self.requested_slot
        return self.in_form and asked is not None and self.slots.get(asked) is not None

    def starts(self, form: str) -> bool:
        """Whether this message starts the form: what was asked last is none of its questions.

        The engine calls it active already, and the other one that it takes the place of over.
        """
        return self.requested_slot not in FORMS[form]

    def draft(self, slot: str) -> dict[str, Any]:
        """Return what a form has gathered so far."""
        value = self.slots.get(slot)
        return dict(value) if isinstance(value, Mapping) else {}

    @property
    def names_order(self) -> bool:
        """Whether this very message points at an order."""
        return bool(self.number or self.pick or self.words)

    @property
    def has_doubts(self) -> bool:
        """Whether this message, taken for a yes, is no clear one.

        "Send it", said when asked whether to cancel, may well mean the parcel; "cancel it", said
        when asked whether to send a report, is about the order.
        """
        offered = self.said_with.get("offer")
        parcel = offered == "cancel" or self.said == "utter_ask_again_cancel"
        text = self.text or ""
        other = offered in NO_CANCELLING and CANCELS.search(text)
        return bool(DOUBTS.search(text) or other) or (parcel and bool(SENDS.search(text)))

    @property
    def halts(self) -> bool:
        """Whether this message, taken for a no, is half a yes: "ok wait"."""
        return self.intent == "deny" and bool(self.text and HALTING.search(self.text))

    @property
    def asks(self) -> bool:
        """Whether this message is a question or a report, not the wish to have it done."""
        return bool(self.text and QUESTION.search(self.text))

    @property
    def moves_on(self) -> bool:
        """Whether this message answers the form, so that misunderstandings are forgotten."""
        return self.names_order or self.intent in {"cancel_order", "other_order", "inform_reason"}

    @property
    def names_another(self) -> bool:
        """Whether this very message names an order by number, and not the one talked about."""
        return bool(self.number) and self.number != self.last_order

    def hint(self) -> OrderHint:
        """Return what is known of the order: this message first, then what was talked about."""
        current = None if self.intent == "other_order" else self.last_order
        return OrderHint(self.number, self.pick, self.words, current, self.text)

    def form_hint(self) -> OrderHint:
        """Return the same for the form, which remembers its own order."""
        # What the slot holds when it begins belongs to another talk.
        begins = self.intent == "cancel_order" and self.starts("cancel_form")
        if begins or self.intent == "other_order" or self.asks_to_cancel_named():
            return self.hint()
        number = self.order_ref if is_reference(self.order_ref) else None
        if self.asked_which:  # then only an answer to that counts
            answered = self.intent in ANSWERS | MISSES
            return OrderHint(number, text=self.text if answered else None)
        if self.text and self.intent in ANSWERS | MISSES:
            return OrderHint(current=number or self.last_order, text=self.text)
        return OrderHint(number, current=self.last_order)

    @property
    def asked_which(self) -> bool:
        """Whether the form waits for an order."""
        return self.in_form and (self.requested_slot or "").endswith(ORDERS)

    def asks_to_cancel_named(self) -> bool:
        """Whether this message chooses the order of the form."""
        return self.intent in ANSWERS and self.names_order


def is_reference(value: str | None) -> bool:
    """Whether the slot holds an order, not its place in a list or the wish for several."""
    return value is not None and value != SEVERAL and not re.fullmatch(r"\d", value)


def rows_shown(events: Any) -> list[str]:
    """Return the order numbers of the newest picker, when the bot showed one just now."""
    for _, variables in islice(responses(events), PICKER_WITHIN):
        blocks = variables.get("blocks")
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Mapping) and block.get("type") == "order_picker":
                rows = block.get("orders")
                return [row["number"] for row in rows] if isinstance(rows, list) else []
    return []


def row_meant(pick: str | None, text: str | None, rows: list[str]) -> str | None:
    """Return the number of the row that was picked: "2", "the second one"."""
    if pick == "first" and "order" not in (text or "").lower():
        pick = "1"
    at = int(pick) if pick and pick.isdigit() and len(pick) == 1 else 0
    return rows[at - 1] if 0 < at <= len(rows) else None


def values_of(message: Mapping[str, Any], entity: str) -> list[str]:
    """Return the different values of an entity, in the order of the message."""
    found = message.get("entities")
    named = [
        text_of(each.get("value"))
        for each in (found if isinstance(found, list) else [])
        if isinstance(each, Mapping) and each.get("entity") == entity
    ]
    return list(dict.fromkeys(value for value in named if value))


def number_meant(message: Mapping[str, Any]) -> str | None:
    """Return the order number: of several to cancel the first, of a correction the last."""
    numbers = values_of(message, "order_number")
    if not numbers:
        return None
    return numbers[0] if intent_of(message) == "cancel_order" else numbers[-1]


def names_several(message: Mapping[str, Any], text: str | None) -> bool:
    """Whether the message names two orders, or goes on to a second wish."""
    goods = len(values_of(message, "product")) > 1 and bool(text and AND.search(text))
    second = bool(text and SECOND_WISH.search(text))
    return goods or second or len(values_of(message, "order_number")) > 1


def text_of(value: Any) -> str | None:
    """Return a non-empty string, or None for anything else."""
    return value.strip() or None if isinstance(value, str) else None


def among(value: str | None, known: frozenset[str]) -> str | None:
    """Return the value when it is one of the known ones."""
    return value if value in known else None


def intent_of(message: Mapping[str, Any]) -> str | None:
    """Return the name of the message's intent."""
    intent = message.get("intent")
    return text_of(intent.get("name")) if isinstance(intent, Mapping) else None


def entities_of(message: Mapping[str, Any]) -> dict[str, str]:
    """Return the entities with a string value; the last of a kind wins."""
    found = message.get("entities")
    pairs = (
        [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
    )
    named = ((text_of(each.get("entity")), text_of(each.get("value"))) for each in pairs)
    return {name: value for name, value in named if name and value}


def own_words(value: Any) -> str | None:
    """Return what was typed; a pressed button has no words of the buyer's own."""
    text = text_of(value)
    return None if text is None or text.startswith("/") else text


def ranking_of(message: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the intents it may have been, likeliest first, without the ones that mean nothing."""
    ranking = message.get("intent_ranking")
    entries = (
        [each for each in ranking if isinstance(each, Mapping)]
        if isinstance(ranking, list)
        else []
    )
    names = (text_of(each.get("name")) for each in entries)
    return tuple(name for name in names if name and name not in MISSES)


def count_of(value: Any) -> int:
    """Return a slot that counts; anything but a number is no count yet."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0


def topic_of(events: Any) -> str | None:
    """Return the intent of the newest message, before the last one, that named a topic."""
    said = [each for each in (events if isinstance(events, list) else []) if is_user(each)]
    intents = (intent_of(each["parse_data"]) for each in reversed(said[:-1]))
    return next((name for name in intents if name and name not in NO_TOPICS), None)


def is_user(event: Any) -> bool:
    """Whether the event is a message of the buyer with what it was taken for."""
    user = isinstance(event, Mapping) and event.get("event") == "user"
    return user and isinstance(event.get("parse_data"), Mapping)


def said_last(events: Any) -> tuple[str | None, dict[str, Any]]:
    """Return the newest response of the bot with its variables."""
    return next(responses(events), (None, {}))


def responses(events: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what the bot said, newest first."""
    for event in reversed(events if isinstance(events, list) else []):
        data = event.get("data") if event.get("event") == "bot" else None
        custom = data.get("custom") if isinstance(data, dict) else None
        if isinstance(custom, dict) and text_of(custom.get("response")):
            yield custom["response"], dict(custom.get("variables") or {})

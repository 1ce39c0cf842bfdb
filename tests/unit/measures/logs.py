"""Small logs written as text, as in docs/measures.md, and what they mean."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from aftersale.adapters.goals_file import read_meanings
from aftersale.adapters.voice_wording import Wording
from aftersale.domain.articles import RatingSubject
from aftersale.domain.handoffs import Handoff, HandoffReason, HandoffState
from aftersale.domain.measures import Line
from aftersale.services.ports_measures import Asked, Due, Talk

ROOT = Path(__file__).resolve().parents[3]
SHOP = "helpdesk"
MEANINGS = read_meanings(ROOT / "desk/goals.yml", Wording.read(ROOT / "domain.yml"))


def at(clock, day=2):
    """A moment of 2 November, or another day of it."""
    hours, minutes, *seconds = map(int, clock.split(":"))
    return datetime(2026, 11, day, hours, minutes, *seconds, tzinfo=UTC)


def line(text, seq):
    name, clock, who, *answer = text.split()
    intent, said, answered = answer or (None, None, None)
    read = None if intent == "-" else intent
    back = answered and at(answered)
    failed = intent == "-"
    return Line(name, seq, at(clock), who == "agent", read, 0.9, said, back, failed)


def lines(*texts):
    return sorted(line(text, seq) for seq, text in enumerate(texts, 1))


def handoff(name="h", conversation_id="c1", asked="09:00", reason="asked", **more):
    given = {
        "state": HandoffState.ENDED if "ended_at" in more else HandoffState.CLAIMED,
        "language": "en",
        "channel": "chat",
    }
    return Handoff(
        handoff_id=name, conversation_id=conversation_id, storefront=SHOP,
        reason=HandoffReason(reason), asked_at=at(asked) if isinstance(asked, str) else asked,
        **given | more,
    )  # fmt: skip


class FakeMeasures:
    """The `Measures` port over lists; spans are kept as the store keeps them."""

    def __init__(self, said=(), handoffs=(), ratings=(), promises=(), reached=(), decided=()):
        self.said, self.wished, self.rated = list(said), list(handoffs), list(ratings)
        self.promised, self.done, self.decided = list(promises), list(reached), list(decided)
        self.buyers, self.there = {}, []

    def __call__(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def talks(self, span):
        names = {each.conversation_id for each in self.said}
        return {name: Talk(SHOP, self.buyers.get(name, name)) for name in names}

    def lines(self, span):
        return [each for each in self.said if span.begins <= each.at < span.ends]

    def handoffs(self, span):
        return [h for h in self.wished if h.asked_at < span.ends]

    def reached(self, span):
        return self.done

    def ratings(self, span):
        return [each for each in self.rated if span.begins <= each.at < span.ends]

    def promises(self, span):
        return [each for each in self.promised if span.begins <= each.at < span.ends]

    def decisions(self, span):
        return self.decided

    def present(self, storefronts, now):
        return self.there

    def names(self):
        return {"ann": "Ann Lee"}


def read_log(text):
    """The store of a whole log, each row as docs/measures.md writes it."""
    rows = [row.split() for row in text.strip().splitlines()]
    kinds = ("handoff", "rating", "promise")
    said = lines(*(" ".join(row) for row in rows if row[0] not in kinds))
    store = FakeMeasures(said)
    for kind, *rest in rows:
        if kind == "handoff":
            store.wished.append(_handoff(rest))
        elif kind == "rating":
            stars = None if rest[1] == "-" else int(rest[1])
            store.rated.append(Asked(SHOP, at("12:00"), RatingSubject(rest[0]), stars))
        elif kind == "promise":
            times = dict(zip(rest[::2], map(at, rest[1::2]), strict=True))
            store.promised.append(Due(SHOP, times["due"], "case_ack", times.get("kept")))
    return store


def _handoff(words):
    name, *rest = words
    if rest[-1] == "missed":
        return handoff(f"h-{name}", name, rest[1], state=HandoffState.MISSED)
    times = dict(zip(rest[::2], map(at, rest[1::2]), strict=True))
    return handoff(
        f"h-{name}", name, times["asked"], claimed_at=times["claimed"],
        first_answer_at=times["answered"], ended_at=times["ended"],
    )  # fmt: skip


LATER = at("12:00") + timedelta(days=4)

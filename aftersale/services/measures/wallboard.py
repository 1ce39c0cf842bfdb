"""What goes on right now: who waits, who is there, and what of today went wrong."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.handoffs import Handoff, HandoffState
from aftersale.services.measures.numbers import UNASKED, HandedOver, is_breached, seconds
from aftersale.services.ports_measures import Due, Measures, Span


def wallboard(
    store: Measures, shops: tuple[str, ...], *, today: datetime, now: datetime
) -> dict[str, Any]:
    """Return the state of the floor; `today` is when the day began.

    Times are instants, so that whoever shows them can let them run.
    """
    span = Span(today, now + timedelta(microseconds=1), shops)
    handoffs, there = store.handoffs(span), set(store.present(shops, now))
    chats = _chats(handoffs)
    return {
        "at": now.isoformat(),
        **_queue(handoffs, now),
        "online": len(there),
        "busy": len(there & chats.keys()),
        "chats": chats.total(),
        "agents": _agents(there, chats, store.names()),
        "channels": _channels(handoffs),
        "today": _today(handoffs, store.promises(span), today=today, now=now),
    }


def _queue(handoffs: Collection[Handoff], now: datetime) -> dict[str, Any]:
    waiting = [each for each in handoffs if each.state is HandoffState.WAITING]
    first = min((each.asked_at for each in waiting), default=None)
    late = [each for each in waiting if each.claim_by is not None and each.claim_by <= now]
    return {
        "waiting": len(waiting),
        "late": len(late),
        "waiting_since": first and first.isoformat(),
    }


def _chats(handoffs: Collection[Handoff]) -> Counter[str]:
    claimed = (each for each in handoffs if each.state is HandoffState.CLAIMED)
    return Counter(each.agent for each in claimed if each.agent is not None)


def _channels(handoffs: Collection[Handoff]) -> list[dict[str, Any]]:
    """Return where those who wait or have a person write; the fullest first."""
    states = (HandoffState.WAITING, HandoffState.CLAIMED)
    waiting, chats = (
        Counter(each.channel for each in handoffs if each.state is state) for state in states
    )
    rows = [
        {"channel": name, "waiting": waiting[name], "chats": chats[name]}
        for name in {*waiting, *chats}
    ]
    return sorted(rows, key=lambda row: (-row["waiting"], -row["chats"], row["channel"]))


def _agents(
    there: Collection[str], chats: Counter[str], names: Mapping[str, str]
) -> list[dict[str, Any]]:
    rows = [
        {
            "user": user,
            "name": names.get(user, user),
            "online": user in there,
            "chats": chats[user],
        }
        for user in {*there, *chats}
    ]
    return sorted(rows, key=lambda row: (-row["chats"], row["name"], row["user"]))


def _today(
    handoffs: Collection[Handoff], promises: Sequence[Due], *, today: datetime, now: datetime
) -> dict[str, Any]:
    wished = (each for each in handoffs if each.reason not in UNASKED)
    asked = [HandedOver(each) for each in wished if each.asked_at >= today]
    waits = (each.taken_at - each.at for each in asked if each.taken_at is not None)
    ended = [each for each in handoffs if each.claimed_at and each.ended_at]
    return {
        "asked": len(asked),
        "missed": sum(each.missed for each in asked),
        "wait": seconds(waits).value,
        "ended": sum(each.ended_at is not None and each.ended_at >= today for each in ended),
        "breached": sum(is_breached(each) for each in promises if each.at <= now),
    }

"""Reads a WhatsApp webhook: all entries, changes, messages, statuses and errors of it. Pure.

A person is called by the id that the business knows them by (BSUID) wherever it is said: a phone
number may be missing, hidden or given to somebody else.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from aftersale.adapters.whatsapp_fields import NOTHING, Thing, code, ident, instant, name, thing
from aftersale.adapters.whatsapp_messages import fields_of
from aftersale.domain.channels import Inbound, InboundKind, SendState
from aftersale.services.ports_channels import Parsed, Status, Unreadable

OBJECT = "whatsapp_business_account"
GROUP = "group:"  # how the address of a group begins; no person's has a colon
_STATES = {
    "sent": SendState.SENT,
    "delivered": SendState.DELIVERED,
    "read": SendState.READ,
    "played": SendState.READ,  # a voice message
    "failed": SendState.FAILED,
}


def parse(body: bytes, *, number: str, now: datetime) -> Parsed:
    """Return everything that a webhook tells of the number with that `phone_number_id`.

    Raises:
        Unreadable: it is no webhook of WhatsApp.
    """
    said = _loaded(body)
    entries = said.get("entry")
    if said.get("object") != OBJECT or not isinstance(entries, list):
        raise Unreadable
    reader = _Reader(body, number, now)
    for entry in entries:
        for change in reader.listed(thing(entry), "changes", needed=True):
            reader.change(thing(change))
    return Parsed(
        tuple(reader.inbound), tuple(reader.statuses), reader.ignored, tuple(reader.troubles)
    )


def _loaded(body: bytes) -> Thing:
    try:
        loaded = json.loads(body.decode("utf-8"), parse_constant=_no_number)
    # RecursionError: a body of opening brackets.
    except (ValueError, RecursionError) as exc:
        raise Unreadable from exc
    if not isinstance(loaded, dict):
        raise Unreadable
    return loaded


def _no_number(constant: str) -> NoReturn:
    raise ValueError(constant)


@dataclass(slots=True)
class _Reader:
    """Goes through a webhook once and collects."""

    body: bytes
    number: str
    now: datetime
    inbound: list[Inbound] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    ignored: int = 0
    _digest: str = ""
    _nameless: int = 0

    def listed(self, said: Thing, key: str, *, needed: bool = False) -> list[Any]:
        """Return a list; what stands there instead of one is counted as ignored."""
        found = said.get(key)
        if isinstance(found, list):
            return found
        self.ignored += found is not None or needed
        return []

    def change(self, change: Thing) -> None:
        """Read one change: all that it holds, when it is about our number."""
        value = thing(change.get("value"))
        is_ours = thing(value.get("metadata")).get("phone_number_id") == self.number
        if not is_ours:
            held = [self.listed(value, part) for part in ("messages", "statuses")]
            self.ignored += max(sum(map(len, held)), 1)
            return
        people = _People(self.listed(value, "contacts"))
        for part, read in self._parts(people):
            for each in self.listed(value, part):
                self.ignored += not read(thing(each))
        self.troubles += filter(None, (code([each]) for each in self.listed(value, "errors")))

    def _parts(self, people: "_People") -> Iterator[tuple[str, Callable[[Thing], bool]]]:
        yield "messages", lambda said: self._message(said, people)
        yield "user_id_update", self._update
        yield "statuses", self._status

    def _message(self, said: Thing, people: "_People") -> bool:
        sender = people.sender(said)
        in_group = said.get("group_id") is not None
        group = ident(said.get("group_id"))
        if sender is None or (in_group and group is None):
            return False
        contact = people.known.get(sender, NOTHING)
        read = Inbound(
            event_id=ident(said.get("id")) or self._own_id(),
            address=f"{GROUP}{group}" if in_group else sender,
            sender=sender,
            at=instant(said.get("timestamp"), self.now),
            is_private=not in_group,
            name=name(thing(contact.get("profile")).get("name")),
            **fields_of(said),
        )
        self.inbound.append(read)
        return True

    def _own_id(self) -> str:
        """Return a name for what has none: the same when the same body comes again."""
        self._digest = self._digest or hashlib.sha256(self.body).hexdigest()
        self._nameless += 1
        return f"body:{self._digest}:{self._nameless}"

    def _update(self, said: Thing) -> bool:
        change = thing(said.get("user_id"))
        old, new = ident(change.get("previous")), ident(change.get("current"))
        if old is None or new is None:
            return False
        at = instant(said.get("timestamp"), self.now)
        mark = hashlib.sha256(f"{old} {new}".encode()).hexdigest()
        event_id = f"moved:{mark}"
        moved = Inbound(event_id, old, old, InboundKind.MOVED, at, payload=new)
        self.inbound.append(moved)
        return True

    def _status(self, said: Thing) -> bool:
        word, ref = said.get("status"), ident(said.get("id"))
        token = ident(said.get("biz_opaque_callback_data"))
        state = _STATES.get(word) if isinstance(word, str) else None
        if state is None or (ref is None and token is None):
            return False
        told = Status(
            state,
            instant(said.get("timestamp"), self.now),
            ref=ref,
            token=token,
            code=code(said.get("errors")),
            address=ident(said.get("recipient_user_id")) or ident(said.get("recipient_id")),
        )
        self.statuses.append(told)
        return True


class _People:
    """Who wrote what is in a change, by each of their ids."""

    def __init__(self, contacts: list[Any]) -> None:
        self.known: dict[str, Thing] = {}
        self.only = thing(contacts[0]) if len(contacts) == 1 else NOTHING
        for contact in map(thing, contacts):
            for key in ("wa_id", "user_id"):
                own = ident(contact.get(key))
                if own is not None:
                    self.known[own] = contact

    def sender(self, said: Thing) -> str | None:
        """Return the id of who wrote it; None when nobody is named."""
        phone = ident(said.get("from"))
        contact = self.only if phone is None else self.known.get(phone, NOTHING)
        found = (said.get("from_user_id"), contact.get("user_id"), phone, contact.get("wa_id"))
        return next((own for own in map(ident, found) if own is not None), None)

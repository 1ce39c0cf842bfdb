"""Chatwoot as the desk, through an inbox of its kind "API": we own the channel, it shows the talk.

Nothing of ours is ever posted as "outgoing", which is what reaches buyers: what the buyer says
comes in, everything else is a note. So whatever comes back to us cannot be taken for an answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from aftersale.adapters.chatwoot_events import (
    OURS,
    Thing,
    is_signed,
    key_of,
    parsed,
    read_agent,
    read_assignee,
    read_callback,
    read_instant,
    read_removed,
    read_reply,
    read_status,
    text,
    thing,
    whole,
)
from aftersale.adapters.chatwoot_http import ChatwootHttp, Refused
from aftersale.domain.conversations import Author
from aftersale.errors import ProviderRefused, ProviderUnavailable
from aftersale.services.ports_desks import (
    CallbackInvalid,
    Delivery,
    DeskAgent,
    DeskFile,
    DeskLine,
    DeskRefs,
    DeskView,
    Wanted,
)

HANDOFF = "aftersale_handoff"  # the attribute by which a conversation of ours is found again
SOURCES = 5  # session keys that are tried where the first is somebody else's
PAGE = 100  # messages of one answer
PAGES = 20
SETTLES = timedelta(seconds=10)  # an id may be given out before its message can be read
_THERE = ("online", "busy")
NOTE_LIMIT = 140_000  # characters; Chatwoot takes 150,000


@dataclass(frozen=True, slots=True)
class Inbox:
    """Which inbox of which account, and by what its callbacks are known."""

    account: int
    inbox: int
    identifier: str | None = None  # of the inbox, for signs that come from the buyer
    secret: str | None = None  # signs its callbacks


class Chatwoot:
    """The `Desk` port."""

    name = "chatwoot"

    def __init__(self, http: ChatwootHttp, inbox: Inbox) -> None:
        self._http, self._inbox = http, inbox
        self._base = f"/api/v1/accounts/{inbox.account}"

    def open(self, wanted: Wanted) -> DeskRefs:
        """Find or make the contact, the conversation and the note with what was said so far."""
        contact = self._contact(wanted)
        ref, source = self._known(contact, wanted) or self._made(contact, wanted)
        opening = DeskLine(f"{wanted.handoff_id}:0", Author.SYSTEM, "", wanted.transcript)
        return DeskRefs(ref, source, self.append(ref, opening, since=0, again=True))

    def append(self, ref: str, line: DeskLine, *, since: int, again: bool) -> int:
        """Post a line: the buyer's comes in, everything else is a note."""
        if again and (found := self._posted(ref, OURS + line.key, since)):
            return found
        is_buyers = line.author is Author.BUYER
        said = line.text if is_buyers or not line.name else f"**{line.name}:** {line.text}"
        fields: dict[str, Any] = {
            "content": said[-NOTE_LIMIT:],
            "message_type": "incoming" if is_buyers else "outgoing",
            "private": not is_buyers,
            "source_id": OURS + line.key,
        }
        path = f"{self._of(ref)}/messages"
        if line.files:
            flat = [(name, _flat(value)) for name, value in fields.items()]
            files = [("attachments[]", (x.name, x.content, x.media_type)) for x in line.files]
            return _id_of(self._http.post_form(path, [*flat, *files]))
        return _id_of(self._http.post(path, fields))

    def tell(self, ref: str, attributes: Mapping[str, str]) -> None:
        """Put attributes beside the conversation; others that stand there stay."""
        shown = thing(self._http.get(self._of(ref))) or {}
        there = thing(shown.get("custom_attributes")) or {}  # some versions replace them all
        every = {"custom_attributes": {**there, **attributes}}
        self._http.post(f"{self._of(ref)}/custom_attributes", every)

    def typing(self, refs: DeskRefs, *, on: bool) -> None:
        """Show it as the buyer's sign, which takes the inbox's identifier; else nothing."""
        if self._inbox.identifier is None:
            return
        path = (
            f"/public/api/v1/inboxes/{self._inbox.identifier}/contacts/{refs.source}"
            f"/conversations/{refs.ref}/toggle_typing"
        )
        self._http.post(path, {"typing_status": "on" if on else "off"}, as_us=False)

    def close(self, ref: str) -> None:
        """Resolve it."""
        self._http.post(f"{self._of(ref)}/toggle_status", {"status": "resolved"})

    def on_event(
        self, raw: bytes, headers: Mapping[str, str], now: datetime, *, vouched: bool = False
    ) -> Delivery:
        """Return what a callback says; nothing is parsed before it is believed."""
        secret = self._inbox.secret
        if not vouched and (
            secret is None or not is_signed(secret, headers=headers, body=raw, now=now)
        ):
            raise CallbackInvalid(is_signed=False)
        said = parsed(raw)
        events = read_callback(said, account=self._inbox.account, inbox=self._inbox.inbox)
        return Delivery(key_of(headers, raw), events)

    def reconcile(self, ref: str, since: int, now: datetime) -> DeskView:
        """Return the agents' answers after `since`, in the order of their ids, and the state."""
        messages = self._messages(ref, since)
        read = [read_removed(each, ref) or read_reply(each, ref) for each in messages]
        shown = thing(self._http.get(self._of(ref))) or {}
        return DeskView(
            replies=tuple(each for each in read if each is not None),
            newest=_settled(messages, since, now),
            status=read_status(shown.get("status")),
            agent=read_assignee(shown),
            until=read_instant(shown.get("snoozed_until")),
        )

    def fetch(self, file: DeskFile, *, most: int) -> bytes:
        """Return the file, which must lie at Chatwoot or where its files are configured to."""
        if file.size is not None and file.size > most:
            raise ProviderRefused("The file is larger than is taken.")
        return self._http.file(file.url, most=most)

    def present(self) -> Sequence[DeskAgent]:
        """Return the inbox's agents who are online or busy."""
        said = thing(self._http.get(f"{self._base}/inbox_members/{self._inbox.inbox}")) or {}
        members = _things(said.get("payload"))
        there = [each for each in members if each.get("availability_status") in _THERE]
        found = [(read_agent({**x, "type": "user"}), x["availability_status"]) for x in there]
        return [replace(each, is_free=how == "online") for each, how in found if each]

    def _of(self, ref: str) -> str:
        return f"{self._base}/conversations/{ref}"

    def _contact(self, wanted: Wanted) -> int:
        """Return the contact of exactly this name of ours."""
        found = self._found(wanted.contact)
        if found is not None:
            return found
        new = {
            "inbox_id": self._inbox.inbox,
            "name": wanted.name,
            "identifier": wanted.contact,
        }
        try:
            said = thing(self._http.post(f"{self._base}/contacts", new)) or {}
        except Refused:
            found = self._found(wanted.contact)  # somebody was faster
            if found is None:
                raise
            return found
        payload = thing(said.get("payload")) or {}
        return _id_of(payload.get("contact"))

    def _found(self, identifier: str) -> int | None:
        said = thing(self._http.get(f"{self._base}/contacts/search", q=identifier)) or {}
        # It searches for what contains the words, anywhere: only the very same counts.
        same = [x for x in _things(said.get("payload")) if x.get("identifier") == identifier]
        return _id_of(same[0]) if same else None

    def _known(self, contact: int, wanted: Wanted) -> tuple[str, str] | None:
        """Return the conversation that an earlier try made."""
        said = thing(self._http.get(f"{self._base}/contacts/{contact}/conversations")) or {}
        for each in _things(said.get("payload")):
            attributes = thing(each.get("custom_attributes")) or {}
            if attributes.get(HANDOFF) == wanted.handoff_id:
                return str(_id_of(each)), text(attributes.get(f"{HANDOFF}_source")) or ""
        return None

    def _made(self, contact: int, wanted: Wanted) -> tuple[str, str]:
        for attempt in range(SOURCES):
            source = f"{OURS}{wanted.handoff_id}" + (f".{attempt}" if attempt else "")
            known = {HANDOFF: wanted.handoff_id, f"{HANDOFF}_source": source}
            new = {
                "source_id": source,
                "inbox_id": self._inbox.inbox,
                "contact_id": contact,
                "status": "open",
                "custom_attributes": {**wanted.attributes, **known},
            }
            try:
                return str(_id_of(self._http.post(f"{self._base}/conversations", new))), source
            except Refused as no:
                if "source_id" not in no.said or attempt == SOURCES - 1:
                    raise
        raise AssertionError  # the last try returns or raises

    def _posted(self, ref: str, source: str, since: int) -> int | None:
        """Return the id of a line that an earlier try posted."""
        found = [x for x in self._messages(ref, since) if x.get("source_id") == source]
        return _id_of(found[0]) if found else None

    def _messages(self, ref: str, since: int) -> list[Thing]:
        """Return every message after that id, in the order of ids."""
        found: dict[int, Thing] = {}
        for _ in range(PAGES):
            # Without "after" it gives the newest twenty; there is no message 0.
            after = max([since, *found])
            said = thing(self._http.get(f"{self._of(ref)}/messages", after=str(after))) or {}
            page = {n: x for x in _things(said.get("payload")) if (n := whole(x.get("id")))}
            new = page.keys() - found.keys()
            found |= page
            if len(page) < PAGE or not new:
                break
        return [found[each] for each in sorted(found) if each > since]


def _settled(messages: Sequence[Thing], since: int, now: datetime) -> int:
    """Return the newest id that nothing older can still appear behind."""
    until = (now - SETTLES).timestamp()
    ids = [whole(x.get("id")) for x in messages if (whole(x.get("created_at")) or 0) <= until]
    return max([since, *(each for each in ids if each is not None)])


def _things(value: object) -> list[Thing]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _id_of(value: object) -> int:
    said = thing(value)
    number = whole(said.get("id")) if said else None
    if number is None:
        raise ProviderUnavailable("Chatwoot's answer names no id.")
    return number


def _flat(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

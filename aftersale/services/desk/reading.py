"""What people at the desk read: lists of conversations, one of them whole, its log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from aftersale.domain.acting import Block
from aftersale.domain.cases import Attachment
from aftersale.domain.conversations import Conversation, Event
from aftersale.domain.desk import DeskUser
from aftersale.domain.desk_talk import AgentMessage, Note
from aftersale.domain.handoffs import Handoff
from aftersale.domain.parties import Buyer
from aftersale.errors import NotFound
from aftersale.services.desk.delivered import Delivery
from aftersale.services.desk.reach import Reach, delivered, reach_of
from aftersale.services.desk.reads import note_read, note_search
from aftersale.services.desk.visible import visible
from aftersale.services.ports import UnitOfWork, UowFactory
from aftersale.services.ports_files import FileStore
from aftersale.services.ports_inbox import (
    CaseLine,
    Counts,
    Filters,
    InboxRow,
    Place,
    Scope,
    View,
)

PAGE = 50
FOLLOWED = 200  # newest events of which the conversation tells how far they got
REFUSED_SHOWN = timedelta(days=1)  # how long a writer sees that a message did not leave


@dataclass(frozen=True, slots=True)
class Shown:
    """A conversation as its screen shows it, beside the log."""

    conversation: Conversation
    buyer: Buyer | None
    handoff: Handoff | None  # the one that is not over
    earlier: Sequence[Handoff]
    notes: Sequence[Note]
    not_sent: Sequence[AgentMessage]
    names: dict[str, str]  # of agents, by user
    block: Block | None
    read_by_buyer: int
    read_by_desk: int
    reach: Reach | None = None  # None: in our own chat
    deliveries: Sequence[Delivery] = ()  # of the newest messages of ours


@dataclass(frozen=True, slots=True)
class Said:
    """A page of the log, and by seq how far messages of ours got in a messenger."""

    events: Sequence[Event]
    deliveries: Mapping[int, Delivery]


class DeskReading:
    """Every read of personal data is written down."""

    def __init__(self, uow: UowFactory, files: FileStore, *, by_mail: bool = False) -> None:
        """Make it; `by_mail`: news that a buyer does not read go to them by mail."""
        self._uow, self._files, self._by_mail = uow, files, by_mail

    def inbox(
        self,
        who: DeskUser,
        view: View,
        filters: Filters,
        now: datetime,
        *,
        after: Place | None = None,
    ) -> tuple[Sequence[InboxRow], Counts]:
        """Return a page of conversations, and how much is in every list."""
        scope = _scope(who)
        with self._uow() as uow:
            _note_list(uow, who, filters, now)
            rows = uow.inbox.page(scope, view, filters, now, after=after, limit=PAGE)
            counts = uow.inbox.counts(scope, now)
            uow.commit()
        return rows, counts

    def cases(
        self, who: DeskUser, filters: Filters, now: datetime, *, offset: int = 0
    ) -> tuple[Sequence[CaseLine], Counts]:
        """Return a page of open cases, the one due first first."""
        scope = _scope(who)
        with self._uow() as uow:
            _note_list(uow, who, filters, now)
            lines = uow.inbox.cases(scope, filters, offset=offset, limit=PAGE)
            counts = uow.inbox.counts(scope, now)
            uow.commit()
        return lines, counts

    def conversation(self, who: DeskUser, conversation_id: str, now: datetime) -> Shown:
        """Return a conversation with all that people at the desk know of it beside the log.

        Raises:
            NotFound: there is none that the person may see.
        """
        with self._uow() as uow:
            conversation = visible(uow, who, conversation_id)
            _note_talk(uow, who, conversation_id, now)
            shown = _shown(uow, conversation, now, by_mail=self._by_mail)
            uow.commit()
        return shown

    def require(self, who: DeskUser, conversation_id: str) -> Conversation:
        """Return the row of a conversation; refuse what the person may not see.

        Raises:
            NotFound: there is no conversation that the person may see.
        """
        with self._uow() as uow:
            return visible(uow, who, conversation_id)

    def events(
        self,
        who: DeskUser,
        conversation_id: str,
        now: datetime,
        *,
        since: int | None = None,
        before: int | None = None,
        limit: int = 200,
    ) -> Said:
        """Return what happened after a seq, or the last before one (or at all), oldest first.

        Raises:
            NotFound: there is none that the person may see.
        """
        with self._uow() as uow:
            conversation = visible(uow, who, conversation_id)
            _note_talk(uow, who, conversation_id, now)
            if since is not None:
                events = uow.conversations.events(conversation_id, since=since, limit=limit)
            else:
                events = uow.inbox.events_before(conversation_id, before, limit=limit)
            said = Said(events, delivered(uow, conversation, events))
            uow.commit()
        return said

    def attachment(
        self, who: DeskUser, conversation_id: str, attachment_id: str, now: datetime
    ) -> tuple[Attachment, Path]:
        """Return what was sent in the conversation, and where its file lies.

        Raises:
            NotFound: there is none that the person may see.
        """
        with self._uow() as uow:
            found = uow.attachments.get(attachment_id)
            if found is None or found.conversation_id != conversation_id:
                raise NotFound("There is no such attachment.")
            if found.case_number is not None and who.serves(found.storefront):
                # What shows a case outlasts its chat, which the buyer may have deleted.
                subject, where = f"case:{found.case_number}", conversation_id
                note_read(uow, who, "case.read", subject, now=now, conversation_id=where)
            else:
                visible(uow, who, conversation_id)
                _note_talk(uow, who, conversation_id, now)
            uow.commit()
        return found, self._files.path(found.stored_as)


def _scope(who: DeskUser) -> Scope:
    return Scope(who.user, who.storefronts)


def _note_talk(uow: UnitOfWork, who: DeskUser, conversation_id: str, now: datetime) -> None:
    subject = f"conversation:{conversation_id}"
    note_read(uow, who, "conversation.read", subject, now=now, conversation_id=conversation_id)


def _note_list(uow: UnitOfWork, who: DeskUser, filters: Filters, now: datetime) -> None:
    """Write down that somebody looked through names and last words, or for what they searched."""
    if filters.words:
        note_search(uow, who, "search", filters.words, now=now)
    else:
        # Named by person and day: the rows of one subject stay few.
        note_read(uow, who, "inbox.read", f"inbox:{who.user}:{now:%Y-%m-%d}", now=now)


def _shown(uow: UnitOfWork, conversation: Conversation, now: datetime, *, by_mail: bool) -> Shown:
    own = conversation.conversation_id
    every = uow.handoffs.all_of(own)
    notes = uow.notes.of_conversation(own)
    by_buyer, by_desk = uow.inbox.read_up_to(own)
    buyer_id = conversation.buyer_id
    buyer = uow.parties.buyer(buyer_id) if buyer_id else None
    reach = reach_of(uow, conversation, buyer.email if buyer and by_mail else None, now)
    return Shown(
        conversation=conversation,
        buyer=buyer,
        handoff=next((each for each in every if each.is_open), None),
        earlier=[each for each in every if not each.is_open],
        notes=notes,
        not_sent=uow.agent_messages.not_sent(own, refused_since=now - REFUSED_SHOWN),
        names=_names(uow, {each.agent for each in every if each.agent}),
        block=uow.blocks.of(buyer_id, now) if buyer_id else None,
        read_by_buyer=by_buyer,
        read_by_desk=by_desk,
        reach=reach,
        deliveries=_newest_deliveries(uow, conversation) if reach else (),
    )


def _newest_deliveries(uow: UnitOfWork, conversation: Conversation) -> Sequence[Delivery]:
    newest = uow.inbox.events_before(conversation.conversation_id, None, limit=FOLLOWED)
    return list(delivered(uow, conversation, newest).values())


def _names(uow: UnitOfWork, users: set[str]) -> dict[str, str]:
    found = (uow.desk.account(user) for user in sorted(users))
    return {each.who.user: each.who.name for each in found if each is not None}

"""An in-memory fake of what is kept about messengers; see `fakes` for the transaction."""

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from aftersale.domain.channels import SendState
from aftersale.services import ports_channel_store

NOT_OVER = {SendState.PENDING, SendState.HELD, SendState.SENDING, SendState.UNKNOWN}


@dataclass(frozen=True)
class KeptEvent:
    event: Any
    due_at: datetime | None


@dataclass(frozen=True)
class KeptSend:
    row: int
    send: Any
    claimed_at: datetime | None = None
    leased_until: datetime | None = None


@dataclass
class ChannelTables:
    """Everything that is stored about messengers; its parts are copied with the store."""

    threads: dict[str, Any] = field(default_factory=dict)
    leases: dict[str, datetime] = field(default_factory=dict)
    events: dict[int, KeptEvent] = field(default_factory=dict)
    sends: dict[str, KeptSend] = field(default_factory=dict)
    links: dict[str, Any] = field(default_factory=dict)
    cursors: dict[str, str | None] = field(default_factory=dict)

    def __copy__(self):
        return ChannelTables(**{name: dict(rows) for name, rows in vars(self).items()})


def _place(event):
    return event.order or 0, event.at, event.row


class FakeChannels(ports_channel_store.Channels):
    def __init__(self, tables):
        self.t = tables.channels
        self._tables = tables

    def thread(self, account, address):
        same = (t for t in self.t.threads.values() if (t.account, t.address) == (account, address))
        return next(same, None)

    def thread_by_id(self, thread_id):
        return self.t.threads.get(thread_id)

    locked = thread_by_id

    def threads_of(self, conversation_id):
        return [t for t in self.t.threads.values() if t.conversation_id == conversation_id]

    def add_thread(self, thread):
        there = self.thread(thread.account, thread.address)
        return there or self.t.threads.setdefault(thread.thread_id, thread)

    def save_thread(self, thread):
        self.t.threads[thread.thread_id] = thread

    def take(self, event):
        json.dumps(event.body)
        ids = {(k.event.account, k.event.event_id) for k in self.t.events.values()}
        if (event.account, event.event_id) in ids:
            return False
        row = max(self.t.events, default=0) + 1
        self.t.events[row] = KeptEvent(replace(event, row=row), event.received_at)
        return True

    def _unworked(self, thread_id):
        kept = [k for k in self.t.events.values() if k.due_at and k.event.thread_id == thread_id]
        return sorted(kept, key=lambda k: _place(k.event))

    def _settled(self, event, since):
        if event.received_at <= since:
            return True
        if event.order is None:
            return False
        own = [k for k in self.t.events.values() if k.event.account == event.account]
        orders = {k.event.order for k in own}
        done = [
            k.event.order
            for k in own
            if k.event.order < event.order and (k.due_at is None or k.event.received_at <= since)
        ]
        return bool(done) and set(range(max(done), event.order)) <= orders

    def claim_threads(self, now, *, lease, limit, settled):
        free = []
        for thread_id, thread in self.t.threads.items():
            waiting = self._unworked(thread_id)
            if thread.account not in settled or not waiting:
                continue
            if self.t.leases.get(thread_id, now) > now:
                continue
            if self.waiting(thread_id, now, limit=1, settled=settled[thread.account]):
                free.append((waiting[0].due_at, waiting[0].event.row, thread_id))
        found = [thread_id for _, _, thread_id in sorted(free)][:limit]
        self.t.leases |= dict.fromkeys(found, now + timedelta(seconds=lease))
        return found

    def release_thread(self, thread_id):
        self.t.leases.pop(thread_id, None)

    def waiting(self, thread_id, now, *, limit, settled):
        found = []
        for kept in self._unworked(thread_id)[:limit]:
            if kept.due_at > now or not self._settled(kept.event, settled):
                break
            found.append(kept.event)
        return found

    def worked(self, rows):
        waited = [row for row in rows if self.t.events[row].due_at]
        for row in waited:
            self.t.events[row] = KeptEvent(replace(self.t.events[row].event, body={}), None)
        return len(waited)

    def put_off(self, rows, *, until, is_failure=True):
        for row in rows:
            event = self.t.events[row].event
            if self.t.events[row].due_at:
                event = replace(event, failures=event.failures + is_failure)
                self.t.events[row] = KeptEvent(event, until)

    def behind(self, *, limit, accounts=None, since=None):
        last = {}
        for event in self._tables.events:
            last[event.conversation_id] = max(last.get(event.conversation_id, 0), event.seq)
        if since is not None:
            lately = {each.conversation_id for each in self._tables.events if each.at >= since}
            last = {name: seq for name, seq in last.items() if name in lately}
        found = (
            t
            for t in self.t.threads.values()
            if last.get(t.conversation_id, 0) > t.noted_seq
            and (accounts is None or t.account in accounts)
        )
        return list(found)[:limit]

    def add_send(self, send):
        json.dumps(send.body)
        key = (send.thread_id, send.conversation_id, send.seq, send.part)
        sends = (k.send for k in self.t.sends.values())
        if key in {(s.thread_id, s.conversation_id, s.seq, s.part) for s in sends}:
            return False
        self.t.sends[send.send_id] = KeptSend(len(self.t.sends) + 1, send)
        return True

    def send(self, send_id):
        return self.t.sends[send_id].send if send_id in self.t.sends else None

    def send_by_ref(self, account, ref):
        sends = (k.send for k in self.t.sends.values())
        same = [s for s in sends if s.ref == ref and self._account(s) == account]
        return same[-1] if same else None

    def _account(self, send):
        return self.t.threads[send.thread_id].account

    def sends_of(self, conversation_id, *, since):
        sends = (k.send for k in self.t.sends.values())
        own = [s for s in sends if s.conversation_id == conversation_id and s.seq > since]
        return sorted(own, key=lambda s: (s.seq, s.part))

    def claim_sends(self, now, *, lease, limit):
        found = sorted(
            (k for k in self.t.sends.values() if self._may_leave(k, now)),
            key=lambda k: (k.send.due_at, k.row),
        )[:limit]
        until = now + timedelta(seconds=lease)
        for kept in found:
            lapsed = kept.send.state is SendState.SENDING
            attempts = kept.send.attempts + 1
            send = replace(kept.send, state=SendState.SENDING, attempts=attempts, lapsed=lapsed)
            claimed_at = kept.claimed_at if lapsed else now
            self.t.sends[send.send_id] = KeptSend(kept.row, send, claimed_at, until)
        return [self.t.sends[kept.send.send_id].send for kept in found]

    def _may_leave(self, kept, now):
        send = kept.send
        if send.state is SendState.SENDING:
            return kept.leased_until <= now
        if send.state is not SendState.PENDING or send.due_at > now:
            return False
        quiet = self.t.threads[send.thread_id].quiet_until
        others = (k for k in self.t.sends.values() if k.send.thread_id == send.thread_id)
        stopped = any(self._stops(each, kept, now) for each in others if each != kept)
        return not stopped and (quiet is None or quiet <= now)

    def _stops(self, other, kept, now):
        if other.send.state is SendState.SENDING:
            return True
        if other.row > kept.row:
            return False
        if other.send.state is SendState.UNKNOWN:
            return other.claimed_at is not None and other.claimed_at > now - timedelta(minutes=1)
        held = other.send.state is SendState.HELD and not kept.send.is_template
        return held or other.send.state is SendState.PENDING

    def save_send(self, send):
        self.t.sends[send.send_id] = replace(self.t.sends[send.send_id], send=send)

    def change_sends(self, thread_id, of, to, *, now, seq=None):
        found = [k.send for k in self.t.sends.values() if k.send.thread_id == thread_id]
        moved = [s for s in found if s.state in of and seq in {None, s.seq}]
        for send in moved:
            self.save_send(replace(send, state=to, due_at=now))
        return len(moved)

    def counts(self):
        sends = (k.send for k in self.t.sends.values())
        return dict(Counter((self._account(s), s.state) for s in sends if s.state in NOT_OVER))

    def forget(self, conversation_id):
        for kept in list(self.t.sends.values()):
            if kept.send.conversation_id == conversation_id:
                waits = kept.send.state in {SendState.PENDING, SendState.HELD}
                state = SendState.WITHDRAWN if waits else kept.send.state
                self.save_send(replace(kept.send, state=state, body={}, options=()))
        for thread in self.threads_of(conversation_id):
            self.worked([k.event.row for k in self._unworked(thread.thread_id)])
            seqs = (e.seq for e in self._tables.events if e.conversation_id == conversation_id)
            after = replace(thread, name="", choices=(), topic="", noted_seq=max(seqs, default=0))
            self.save_thread(after)

    def add_link(self, link):
        assert self.link_of(link.thread_id) is None
        self.t.links[link.link_id] = link

    def link_of(self, thread_id):
        own = (x for x in self.t.links.values() if x.thread_id == thread_id)
        return next((x for x in own if x.revoked_at is None), None)

    def links_of_buyer(self, storefront, buyer_id):
        own = [
            x
            for x in self.t.links.values()
            if (x.storefront, x.buyer_id) == (storefront, buyer_id)
        ]
        return sorted(own, key=lambda x: x.linked_at, reverse=True)

    def save_link(self, link):
        self.t.links[link.link_id] = link

    def cursor(self, account):
        return self.t.cursors.get(account)

    def save_cursor(self, account, cursor):
        self.t.cursors[account] = cursor

"""In-memory fakes of conversations, cases, outbox and ledger; see `fakes` for the transaction."""

import json
from dataclasses import replace
from datetime import timedelta

from aftersale.domain.cases import OPEN_CASES, move_case
from aftersale.domain.conversations import Event
from aftersale.domain.requests import OutboxState
from aftersale.services import ports, ports_cases, ports_mail, ports_secure


class FakeConversations(ports.Conversations):
    def __init__(self, tables):
        self.t = tables

    def add(self, conversation):
        self.t.conversations[conversation.conversation_id] = conversation

    save = add

    def get(self, conversation_id):
        return self.t.conversations.get(conversation_id)

    locked = get

    def move_owner(self, conversation_id, owner, *, version):
        before = self.get(conversation_id)
        if before is None or before.owner_version != version:
            return False
        moved = replace(before, owner=owner, owner_version=version + 1)
        self.t.conversations[conversation_id] = moved
        return True

    def latest_of_buyer(self, storefront, buyer_id):
        mine = [
            c
            for c in self.t.conversations.values()
            if (c.storefront, c.buyer_id) == (storefront, buyer_id) and c.closed_at is None
        ]
        open_ = [c for c in mine if c.channel == "chat" or self._is_connected(c)]
        return max(open_, key=lambda c: c.heard_at or c.created_at, default=None)

    def _is_connected(self, talk):
        channels = self.t.channels
        here = {
            t.thread_id
            for t in channels.threads.values()
            if t.conversation_id == talk.conversation_id
        }
        return any(x.thread_id in here and not x.revoked_at for x in channels.links.values())

    def append(self, conversation_id, *, type, author, at, body):
        json.dumps(body)
        event = Event(conversation_id, len(self.t.events) + 1, type, author, at, dict(body))
        self.t.events.append(event)
        return event

    def events(self, conversation_id, *, since, limit=200):
        return [e for e in self.t.events if e.conversation_id == conversation_id and e.seq > since]

    def note_news(self, conversation_id, seq):
        self.t.news[conversation_id] = seq

    def note_seen(self, conversation_id, seq):
        news = self.t.news.get(conversation_id, 0)
        if seq < news or self.t.seen.get(conversation_id, 0) >= news:
            return False
        self.t.seen[conversation_id] = news
        return True

    def has_seen(self, conversation_id, seq):
        return self.t.seen.get(conversation_id, 0) >= seq

    def recent_messages(self, conversation_id, *, before=None, limit=6):
        mine = [e for e in self.t.events if e.conversation_id == conversation_id]
        return [e for e in mine if before is None or e.seq < before][-limit:]

    def add_buttons(self, buttons):
        self.t.buttons.extend(buttons)


class FakeCases(ports_cases.Cases):
    def __init__(self, tables):
        self.t = tables

    def next_number(self):
        return f"C-{len(self.t.cases) + 1:06}"

    def add(self, case, first, *, audit):
        assert self.by_key(case.idempotency_key) is None
        self.t.cases[case.number] = case
        self.t.entries.append(first)
        self.t.audit.append(audit)

    def entries(self, number):
        return [entry for entry in self.t.entries if entry.case_number == number]

    def add_entry(self, entry):
        if entry.entry_key and any(e.entry_key == entry.entry_key for e in self.t.entries):
            return False
        self.t.entries.append(entry)
        return True

    def save(self, case, *, audit):
        move_case(self.t.cases[case.number], case)
        self.t.cases[case.number] = case
        self.t.audit.append(audit)

    def of_buyer(self, storefront, buyer_id, *, limit=20):
        mine = [
            c
            for c in self.t.cases.values()
            if (c.storefront, c.buyer_id) == (storefront, buyer_id)
        ]
        return sorted(mine, key=lambda c: c.created_at, reverse=True)[:limit]

    def of_conversation(self, conversation_id):
        mine = [c for c in self.t.cases.values() if c.conversation_id == conversation_id]
        return sorted(mine, key=lambda c: c.created_at, reverse=True)

    def overdue(self, now, *, after=None, limit=100):
        def due(at):
            return at is not None and at <= now

        def is_late(c):
            late = (c.ack_at is None and due(c.ack_due_by)) or due(c.info_due_by)
            return late or (c.stepped_in_at is None and due(c.first_line_due_by))

        def place(c):
            return c.created_at, c.number

        late = [c for c in self.t.cases.values() if c.state in OPEN_CASES and is_late(c)]
        return sorted((c for c in late if not after or place(c) > place(after)), key=place)[:limit]

    def list(self, *, storefront=None, limit=100):
        return [c for c in self.t.cases.values() if storefront in (None, c.storefront)][:limit]

    def get(self, number):
        return self.t.cases.get(number)

    def by_key(self, idempotency_key):
        return next(
            (c for c in self.t.cases.values() if c.idempotency_key == idempotency_key), None
        )

    def open_about(self, storefront, order_number, subject):
        wanted = (storefront, order_number, subject)
        cases = [c for c in self.t.cases.values() if c.state in OPEN_CASES]
        about = {(c.storefront, c.order_number, c.subject): c for c in cases}
        return about.get(wanted)


class FakeAttachments(ports_cases.Attachments):
    def __init__(self, tables):
        self.t = tables

    def add(self, attachment):
        self.t.attachments[attachment.attachment_id] = attachment

    def get(self, attachment_id):
        return self.t.attachments.get(attachment_id)

    def loose(self, conversation_id):
        own = self.of_conversation(conversation_id)
        return [a for a in own if a.case_number is None and a.purpose != "agent"]

    def of_conversation(self, conversation_id):
        return [a for a in self.t.attachments.values() if a.conversation_id == conversation_id]

    def of_case(self, case_number):
        return [a for a in self.t.attachments.values() if a.case_number == case_number]

    def bind(self, attachment_ids, case_number):
        for one in attachment_ids:
            if self.t.attachments[one].case_number is None:
                self.t.attachments[one] = replace(self.t.attachments[one], case_number=case_number)


class FakeMails(ports_mail.InboundMails):
    def __init__(self, tables):
        self.t = tables

    def taken(self, message_key):
        return message_key in self.t.mails

    def take(self, message_key, *, at, kind):
        self.t.mails.setdefault(message_key, (at, kind))
        self.t.mail_failures.pop(message_key, None)

    def failed(self, message_key, *, at):
        self.t.mail_failures[message_key] = self.t.mail_failures.get(message_key, 0) + 1
        return self.t.mail_failures[message_key]


class FakeSecureNotes(ports_secure.SecureNotes):
    def __init__(self, tables):
        self.t = tables

    def add(self, note):
        self.t.secure[note.note_id] = note

    save = add

    def get(self, note_id):
        return self.t.secure.get(note_id)

    def of_case(self, case_number):
        return [note for note in self.t.secure.values() if note.case_number == case_number]

    def forget(self, received_before):
        old = [n for n in self.t.secure.values() if n.sealed and n.received_at < received_before]
        for note in old:
            self.t.secure[note.note_id] = replace(note, sealed=None)
        return len(old)


class FakeOutbox(ports.Outbox):
    def __init__(self, tables):
        self.t = tables

    def add(self, row):
        json.dumps(row.payload)
        self.t.outbox.setdefault(row.idempotency_key, row)

    def claim(self, now, *, lease, limit=10, only=None):
        due = [
            r
            for r in self.t.outbox.values()
            if r.state is OutboxState.PENDING
            and (only is None or r.kind in only)
            and r.not_before <= now
            and (r.lease_until is None or r.lease_until <= now)
        ][:limit]
        taken = [
            replace(r, lease_until=now + timedelta(seconds=lease), attempts=r.attempts + 1)
            for r in due
        ]
        self.t.outbox.update({r.idempotency_key: r for r in taken})
        return taken

    def withdraw(self, idempotency_key, now):
        row = self.t.outbox.get(idempotency_key)
        if row is None or row.state is not OutboxState.PENDING or row.attempts:
            return False
        self.t.outbox[idempotency_key] = replace(row, state=OutboxState.WITHDRAWN)
        return True

    def get(self, outbox_id):
        return next((r for r in self.t.outbox.values() if r.outbox_id == outbox_id), None)

    def list(self, state, *, limit):
        fitting = [r for r in self.t.outbox.values() if state in (None, r.state)]
        return sorted(fitting, key=lambda r: r.created_at, reverse=True)[:limit]

    def _from_dead(self, outbox_id, **changes):
        row = self.get(outbox_id)
        if row is None or row.state is not OutboxState.DEAD:
            return False
        self.t.outbox[row.idempotency_key] = replace(row, **changes)
        return True

    def requeue(self, outbox_id, *, now):
        pending = OutboxState.PENDING
        return self._from_dead(outbox_id, state=pending, not_before=now, attempts=1)

    def discard(self, outbox_id, *, now):
        return self._from_dead(outbox_id, state=OutboxState.WITHDRAWN)

    def _by_id(self, outbox_id):
        return next(r for r in self.t.outbox.values() if r.outbox_id == outbox_id)

    def finish(self, outbox_id):
        row = self._by_id(outbox_id)
        self.t.outbox[row.idempotency_key] = replace(row, state=OutboxState.DONE)

    def rewrite(self, outbox_id, payload):
        json.dumps(payload)
        row = self._by_id(outbox_id)
        self.t.outbox[row.idempotency_key] = replace(row, payload=payload)

    def retry(self, outbox_id, *, not_before, error, dead):
        row = self._by_id(outbox_id)
        self.t.outbox[row.idempotency_key] = replace(
            row,
            lease_until=None,
            not_before=not_before,
            last_error=error,
            state=OutboxState.DEAD if dead else OutboxState.PENDING,
        )

    def by_key(self, idempotency_key):
        return self.t.outbox.get(idempotency_key)


class FakeLedger(ports.Ledger):
    def __init__(self, tables):
        self.t = tables

    def promise(self, promise):
        self.t.promises[promise.promise_id] = promise

    def promises(self, conversation_id):
        return [p for p in self.t.promises.values() if p.conversation_id == conversation_id]

    def due_promises(self, now, *, code, limit=100):
        return [
            p
            for p in self.t.promises.values()
            if p.code == code and p.kept_at is None and p.due_at and p.due_at <= now
        ][:limit]

    def keep(self, promise_id, *, at):
        if self.t.promises[promise_id].kept_at is not None:
            return False
        self.t.promises[promise_id] = replace(self.t.promises[promise_id], kept_at=at)
        return True

    def made_to(self, storefront, *, conversation_id, buyer_id):
        talks = {conversation_id} | {
            c.conversation_id
            for c in self.t.conversations.values()
            if buyer_id is not None and c.buyer_id == buyer_id
        }
        orders = {n for (s, n), o in self.t.orders.items() if s == storefront}
        own = {n for n in orders if self.t.orders[storefront, n].buyer_id == buyer_id}
        return [
            p
            for p in self.t.promises.values()
            if p.storefront == storefront and (p.conversation_id in talks or p.order_number in own)
        ]

    def overdue(self, now, *, untold=False, limit=100):
        every = [p for p in self.t.promises.values() if not (untold and p.breached_at)]
        return [p for p in every if p.kept_at is None and p.due_at and p.due_at < now][:limit]

    def breach(self, promise_id, *, at):
        if self.t.promises[promise_id].breached_at is not None:
            return False
        self.t.promises[promise_id] = replace(self.t.promises[promise_id], breached_at=at)
        return True

    def audit(self, entry):
        self.t.audit.append(entry)

    def trail(self, subject):
        return [e for e in self.t.audit if e.subject == subject]

"""In-memory fake of what is kept for a while only."""

import json

from aftersale.domain.conversations import Author
from aftersale.domain.requests import OutboxKind, OutboxState
from aftersale.services import ports_passing
from aftersale.services.ports_passing import Passing

_ACCOUNT = {OutboxKind.PASSWORD_RESET, OutboxKind.GUEST_CODE, OutboxKind.DESK}


class FakePassingThings(ports_passing.PassingThings):
    def __init__(self, tables):
        self.t = tables

    def forget(self, what, *, over_before, limit):
        if what is Passing.RESETS:
            over = [each for each in self.t.resets if each.asked_at < over_before][:limit]
            self.t.resets = [each for each in self.t.resets if each not in over]
            return len(over)
        if what in {Passing.CALLBACKS, Passing.MESSAGES, Passing.SENDS}:
            return 0  # none are here: no test of services has an outside desk or a messenger
        rows = {
            Passing.CODES: self.t.codes,
            Passing.LINKS: self.t.links,
            Passing.NOTES: self.t.secure,
            Passing.EFFECTS: self.t.outbox,
        }[what]
        over = [key for key, row in rows.items() if _over(what, row, over_before)][:limit]
        for key in over:
            del rows[key]
        return len(over)

    def unused_files(self, sent_before, *, limit):
        return [a for a in self.t.attachments.values() if self._unused(a, sent_before)][:limit]

    def drop_file(self, attachment_id, *, sent_before):
        found = self.t.attachments.get(attachment_id)
        if found is None or not self._unused(found, sent_before):
            return False
        del self.t.attachments[attachment_id]
        return True

    def named_files(self, stored_as):
        return {a.stored_as for a in self.t.attachments.values()} & set(stored_as)

    def names_files(self):
        return bool(self.t.attachments)

    def _unused(self, attachment, sent_before):
        named = any(
            event.conversation_id == attachment.conversation_id
            and event.author in {Author.BUYER, Author.AGENT}
            and attachment.attachment_id in json.dumps(event.body)
            for event in self.t.events
        )
        return attachment.created_at < sent_before and not attachment.case_number and not named


def _over(what, row, before):
    match what:
        case Passing.NOTES:
            return row.created_at < before and row.received_at is None
        case Passing.EFFECTS:
            settled = row.state is not OutboxState.PENDING
            return row.kind in _ACCOUNT and row.created_at < before and settled
        case _:
            return row.expires_at < before

"""In-memory fake of handoffs; see `fakes` for the transaction."""

from aftersale.domain.handoffs import HandoffEnd, HandoffState
from aftersale.services import ports_handoffs


class FakeHandoffs(ports_handoffs.Handoffs):
    def __init__(self, tables):
        self.t = tables

    def add(self, handoff):
        if self.open_of(handoff.conversation_id):
            return False
        self.t.handoffs[handoff.handoff_id] = handoff
        return True

    def save(self, handoff):
        self.t.handoffs[handoff.handoff_id] = handoff

    def get(self, handoff_id):
        return self.t.handoffs.get(handoff_id)

    def _where(self, fits):
        found = [one for one in self.t.handoffs.values() if fits(one)]
        return sorted(found, key=lambda one: (one.asked_at, one.handoff_id))

    def open_of(self, conversation_id):
        opened = [one for one in self.all_of(conversation_id) if one.is_open]
        return opened[0] if opened else None

    def last_of(self, conversation_id):
        every = self.all_of(conversation_id)
        return every[-1] if every else None

    def all_of(self, conversation_id):
        return self._where(lambda one: one.conversation_id == conversation_id)

    def waiting(self, storefront=None):
        return self._where(
            lambda one: one.state is HandoffState.WAITING and storefront in (None, one.storefront)
        )

    def claimed(self, agent=None):
        return self._where(
            lambda one: one.state is HandoffState.CLAIMED and agent in (None, one.agent)
        )

    def waiting_before(self, handoff):
        return sum(one.asked_at < handoff.asked_at for one in self.waiting(handoff.storefront))

    def unclaimed(self, now, *, limit=100):
        return [one for one in self.waiting() if one.claim_by and one.claim_by <= now][:limit]

    def missed_since(self, storefront, since):
        return self._where(
            lambda one: (
                (one.storefront, one.state) == (storefront, HandoffState.MISSED)
                and one.asked_at >= since
                and one.offered_at is None
            )
        )

    def untold(self, conversation_id):
        return [
            one
            for one in self.all_of(conversation_id)
            if not one.engine_told_at
            and (
                one.ended_as in {HandoffEnd.RETURNED, HandoffEnd.LEFT}
                or (one.state is HandoffState.MISSED and one.claim_by)
            )
        ]

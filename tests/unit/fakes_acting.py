"""In-memory fakes of proposals, blocks and look-ups; see `fakes` for the transaction."""

from aftersale.domain.acting import ProposalState
from aftersale.services import ports_acting


class FakeProposals(ports_acting.Proposals):
    def __init__(self, tables):
        self.t = tables

    def add(self, proposal):
        self.t.proposals[proposal.proposal_id] = proposal

    def get(self, proposal_id):
        return self.t.proposals.get(proposal_id)

    def finish(self, proposal):
        if self.t.proposals[proposal.proposal_id].state is not ProposalState.OPEN:
            return False
        self.t.proposals[proposal.proposal_id] = proposal
        return True

    def of_order(self, storefront, number):
        return [
            each
            for each in self.t.proposals.values()
            if (each.storefront, each.order_number, each.state)
            == (storefront, number, ProposalState.DONE)
        ]


class FakeBlocks(ports_acting.Blocks):
    def __init__(self, tables):
        self.t = tables

    def put(self, block):
        self.t.blocks[block.buyer_id] = block

    def of(self, buyer_id, now):
        block = self.t.blocks.get(buyer_id)
        return block if block and (block.until is None or block.until > now) else None

    def lift(self, buyer_id):
        return self.t.blocks.pop(buyer_id, None) is not None


class FakeLookups(ports_acting.Lookups):
    def __init__(self, tables):
        self.t = tables

    def cases_of(self, storefront, number):
        return [
            each
            for each in self.t.cases.values()
            if (each.storefront, each.order_number) == (storefront, number)
        ]

    def add_note(self, note):
        self.t.case_notes.append(note)

    def notes(self, case_number):
        return [each for each in self.t.case_notes if each.case_number == case_number]

    def was_written(self, actor, action, subject, since):
        return any(
            (row.actor, row.action, row.subject) == (actor, action, subject) and row.at > since
            for row in self.t.audit
        )

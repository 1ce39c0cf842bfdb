"""A proposal in the shape in which effects, and cases they file, know what was confirmed."""

from aftersale.domain.acting import Proposal
from aftersale.domain.requests import CommandKind, CommandState, PendingCommand


def command_of(proposal: Proposal, conversation_id: str, kind: CommandKind) -> PendingCommand:
    """Return the proposal as the effects know what was confirmed; its id is the key of all."""
    return PendingCommand(
        command_id=proposal.proposal_id,
        conversation_id=conversation_id,
        kind=kind,
        state=CommandState.DONE,
        storefront=proposal.storefront,
        order_number=proposal.order_number,
        decision_id=None,
        order_version=None,
        terms_hash=proposal.terms_hash,
        terms={"shown": proposal.terms["shown"], "wish": proposal.wish},
        created_at=proposal.created_at,
        expires_at=proposal.expires_at,
    )

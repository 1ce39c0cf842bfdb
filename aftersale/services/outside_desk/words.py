"""What people at an outside desk read from us. The desk is in English; buyers never see these."""

from aftersale.domain.conversations import Author
from aftersale.domain.handoffs import HandoffReason
from aftersale.domain.ownership import OwnerMove

NAMES = {
    Author.BUYER: "Buyer",
    Author.BOT: "Assistant",
    Author.SYSTEM: "Aftersale",
    Author.SELLER: "Seller",
    Author.AGENT: "Agent",
}
REASONS = {
    HandoffReason.ASKED: "The buyer asked for a person.",
    HandoffReason.STUCK: "The assistant did not understand again and again.",
    HandoffReason.ANGER: "The buyer is upset.",
    HandoffReason.POLICY: "The rules leave it to a person.",
    HandoffReason.TROUBLE: "Something the assistant needs was not there.",
    HandoffReason.TAKEN_OVER: "An agent stepped in.",
    HandoffReason.STARTED: "An agent wrote first.",
}
# What the move of a conversation means to the people there.
MOVES = {
    OwnerMove.LEAVE.value: "The buyer went back to the assistant.",
    OwnerMove.GIVE_BACK.value: "The conversation is with the assistant again.",
    OwnerMove.EXPIRE.value: "Nobody came in time: the buyer was given the number of a case.",
    OwnerMove.CLOSE.value: "The conversation is closed.",
    OwnerMove.TAKE_OVER.value: "Somebody took the conversation over at the other desk.",
}
NOT_SENT_OVER = "Not delivered: this conversation has ended."
FILE_LEFT_OUT = "Not delivered: a file. Photos (JPEG, PNG, WebP, HEIC) and PDFs reach the buyer."
LEFT_ALREADY = (
    "This message had left for {channel} and cannot be taken back there: the buyer may read it."
)
FILES_MISSING = "({count} files could not be shown here; they are at {link})"
OPENED = "{reason}\n{link}\n\n{said}"
NOTHING_SAID = "(Nothing was said before.)"
GUEST = "Guest"

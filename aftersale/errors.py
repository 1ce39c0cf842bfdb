"""The error tree of the product: every class has a stable `code` and a `detail` a caller may read.

AftersaleError (internal)
├── IllegalMove (illegal_move)              a state cannot become the wanted one
├── CurrencyMismatch (currency_mismatch)    two currencies were mixed
├── NotFound (not_found)                    unknown, or somebody else's: never told apart
├── NotVerified (not_verified)              needs a verified buyer
├── OwnershipMoved (ownership_moved)        somebody else has the conversation by now
├── StaleOrder (stale_order)                somebody changed the order in between
├── RequestOpen (request_open)              an open cancellation holds one of the lines
├── StorefrontUnknown (unknown_storefront)  this installation does not serve that storefront
├── IdentityInvalid (identity_invalid)      the shop's signature does not hold
│   ├── IdentityExpired (identity_expired)  it held, but its time is over
│   └── IdentityMismatch (identity_mismatch) the conversation is another buyer's
├── NoAddress (no_address)                  there is no address of the buyer's own to write to
├── TokenInvalid (token_invalid)            the conversation token is wrong or over
├── MessageRefused (message_refused)        a buyer's message cannot be taken
│   ├── MessageTooLarge (message_too_large)
│   ├── MessageEmpty (message_empty)
│   ├── DuplicateMessage (duplicate_message)  its first copy is being stored
│   ├── ButtonGone (button_gone)            unknown, expired, used up or another conversation's
│   ├── ClientIdChosen (client_id_chosen)   ids are minted here
│   ├── ClientIdReused (client_msg_id_reused)     one id, two different messages
│   ├── TooManyWaiting (too_many_requests)        the earlier messages are not answered yet
│   └── ConversationClosed (conversation_closed)  nothing is taken any more
├── UploadRefused (upload_refused)          a photo or document cannot be taken
│   ├── UploadTooLarge (upload_too_large)           more bytes than are taken
│   ├── UploadTooManyPixels (upload_too_many_pixels)
│   ├── UploadUnreadable (upload_unreadable)        its content is no photo and no PDF
│   └── UploadsFull (uploads_full)                  too many, or too much, in one conversation
├── AttachmentGone (attachment_gone)        unknown, another conversation's, or given to a case
├── TurnNotOpen (turn_not_open)             the action does not belong to the running turn
├── ReviewNotIndependent (review_not_independent)  the reviewer decided the case before
├── PartyToCase (party_to_case)             whoever takes part in a case cannot decide it
├── CaseOver (case_over)                    decided or closed: the next step is another one
├── TermsChanged (terms_changed)            what was shown is no longer what would happen
├── OverrideNeeded (override_needed)        a rule stands against it; nothing was done
├── BuyerBlocked (buyer_blocked)            new messages of this buyer are not taken
├── NotPossible (not_possible)              what a case waits for cannot happen (any more)
├── LinkGone (link_gone)                    a one-time link is unknown, used, expired or overtaken
├── SignInRefused (sign_in_refused)         name, password or code: never told apart
├── SignInTooSoon (sign_in_too_soon)        too many failures; it names the seconds to wait
├── DeskUserInvalid (desk_user_invalid)     a user of the desk cannot be made like that
├── NotAllowed (not_allowed)                the role at the desk does not include it
├── PeriodInvalid (period_invalid)          the days asked for are no days, or too many
├── EffectOver (effect_over)                an outside effect that was not given up
├── SealBroken (seal_broken)                sealed words were closed with another key
├── Outside (outside)                       something behind a port failed
│   ├── ProviderRefused (provider_refused)          a definite no: do not retry
│   ├── ProviderUnavailable (provider_unavailable)  no answer: retry with the same key
│   ├── ProviderPending (provider_pending)          taken, and not settled yet: ask again
│   └── EngineUnavailable (engine_unavailable)
└── Wrong input of an operator, every problem listed
    ├── SettingsInvalid (settings_invalid)
    ├── PolicyInvalid (policy_invalid)      each problem by its path
    ├── ImportInvalid (import_invalid)      each problem by line and field
    └── ArticlesInvalid (articles_invalid)  each problem by file and field
"""

from aftersale.domain.errors import AftersaleError, CurrencyMismatch, IllegalMove
from aftersale.domain.errors_desk import (
    DeskUserInvalid,
    NotAllowed,
    OwnershipMoved,
    SignInRefused,
    SignInTooSoon,
)
from aftersale.domain.errors_input import (
    ArticlesInvalid,
    ImportInvalid,
    PolicyInvalid,
    SettingsInvalid,
)

__all__ = [
    "AftersaleError",
    "ArticlesInvalid",
    "AttachmentGone",
    "ButtonGone",
    "BuyerBlocked",
    "CaseOver",
    "ClientIdChosen",
    "ClientIdReused",
    "ConversationClosed",
    "CurrencyMismatch",
    "DeskUserInvalid",
    "DuplicateMessage",
    "EffectOver",
    "EngineUnavailable",
    "IdentityExpired",
    "IdentityInvalid",
    "IdentityMismatch",
    "IllegalMove",
    "ImportInvalid",
    "LinkGone",
    "MessageEmpty",
    "MessageRefused",
    "MessageTooLarge",
    "NoAddress",
    "NotAllowed",
    "NotFound",
    "NotPossible",
    "NotVerified",
    "Outside",
    "OverrideNeeded",
    "OwnershipMoved",
    "PartyToCase",
    "PeriodInvalid",
    "PolicyInvalid",
    "ProviderPending",
    "ProviderRefused",
    "ProviderUnavailable",
    "RequestOpen",
    "ReviewNotIndependent",
    "SealBroken",
    "SettingsInvalid",
    "SignInRefused",
    "SignInTooSoon",
    "StaleOrder",
    "StorefrontUnknown",
    "TermsChanged",
    "TokenInvalid",
    "TooManyWaiting",
    "TurnNotOpen",
    "UploadRefused",
    "UploadTooLarge",
    "UploadTooManyPixels",
    "UploadUnreadable",
    "UploadsFull",
]


class NotFound(AftersaleError):
    """The thing is unknown here, or belongs to somebody else: the two are never told apart."""

    code = "not_found"


class NotVerified(AftersaleError):
    """The wish needs a buyer whom the shop vouched for."""

    code = "not_verified"


class StaleOrder(AftersaleError):
    """Somebody changed the order between reading and writing it."""

    code = "stale_order"


class RequestOpen(AftersaleError):
    """One of the lines already has an open cancellation."""

    code = "request_open"


class StorefrontUnknown(AftersaleError):
    """This installation does not serve that storefront."""

    code = "unknown_storefront"


class IdentityInvalid(AftersaleError):
    """The shop's signed identity does not hold."""

    code = "identity_invalid"


class IdentityExpired(IdentityInvalid):
    """The shop's signed identity is over; the shop can sign a new one."""

    code = "identity_expired"


class IdentityMismatch(IdentityInvalid):
    """The conversation already belongs to another buyer, whose history must not be shown."""

    code = "identity_mismatch"


class NoAddress(AftersaleError):
    """The buyer is not verified, or the shop named no address of theirs."""

    code = "no_address"


class TokenInvalid(AftersaleError):
    """The conversation token is wrong or over."""

    code = "token_invalid"


class MessageRefused(AftersaleError):
    """A buyer's message cannot be taken as it is."""

    code = "message_refused"


class MessageTooLarge(MessageRefused):
    """The message is longer than the gateway takes."""

    code = "message_too_large"


class MessageEmpty(MessageRefused):
    """The message holds nothing to read."""

    code = "message_empty"


class ButtonGone(MessageRefused):
    """The button is unknown, expired, used up, or another conversation's."""

    code = "button_gone"


class ClientIdChosen(MessageRefused):
    """The caller tried to choose an id that only the server mints."""

    code = "client_id_chosen"


class ClientIdReused(MessageRefused):
    """The same `client_msg_id` came with a different message."""

    code = "client_msg_id_reused"


class TooManyWaiting(MessageRefused):
    """Too many messages of the conversation still wait for their answer."""

    code = "too_many_requests"


class ConversationClosed(MessageRefused):
    """The conversation was ended; a new one can be opened."""

    code = "conversation_closed"


class DuplicateMessage(MessageRefused):
    """A retry of a message arrived while the first was being stored; the first counts."""

    code = "duplicate_message"


class UploadRefused(AftersaleError):
    """A photo or document cannot be taken; nothing of it is kept."""

    code = "upload_refused"


class UploadTooLarge(UploadRefused):
    """The file has more bytes than are taken."""

    code = "upload_too_large"


class UploadTooManyPixels(UploadRefused):
    """The picture is larger than is decoded, whatever its file's size."""

    code = "upload_too_many_pixels"


class UploadUnreadable(UploadRefused):
    """The content is no photo and no PDF, whatever the file is called."""

    code = "upload_unreadable"


class UploadsFull(UploadRefused):
    """The conversation holds as much as it may."""

    code = "uploads_full"


class AttachmentGone(AftersaleError):
    """The attachment is unknown, another conversation's, or belongs to a case already."""

    code = "attachment_gone"


class TurnNotOpen(AftersaleError):
    """The action does not belong to the turn that runs."""

    code = "turn_not_open"


class ReviewNotIndependent(AftersaleError):
    """The review of a decision is by somebody else than who decided (R3.24)."""

    code = "review_not_independent"


class PartyToCase(AftersaleError):
    """Buyer, seller and leader answer in the thread; they never decide their own case."""

    code = "party_to_case"


class CaseOver(AftersaleError):
    """The case is decided or closed, so this can no longer be done to it."""

    code = "case_over"


class NotPossible(AftersaleError):
    """What an accepted case would do is not possible (any more); the detail says why."""

    code = "not_possible"


class TermsChanged(AftersaleError):
    """What an agent was shown is no longer what would happen; it is looked at again first."""

    code = "terms_changed"


class OverrideNeeded(AftersaleError):
    """A rule stands against what an agent wants; setting it aside takes a role and a reason."""

    code = "override_needed"


class BuyerBlocked(AftersaleError):
    """New messages of this buyer are not taken; the detail names another way to reach us."""

    code = "buyer_blocked"


class LinkGone(AftersaleError):
    """A one-time link is unknown, used, expired, or events have overtaken it."""

    code = "link_gone"


class PeriodInvalid(AftersaleError):
    """The days that numbers are asked for are no days, the wrong way round, or too many."""

    code = "period_invalid"


class EffectOver(AftersaleError):
    """Only an outside effect that was given up can be sent again or let go."""

    code = "effect_over"


class SealBroken(AftersaleError):
    """Confidential words were sealed with another key than this installation's."""

    code = "seal_broken"


class Outside(AftersaleError):
    """Something behind a port failed."""

    code = "outside"


class ProviderRefused(Outside):
    """A provider said a definite no: trying again changes nothing."""

    code = "provider_refused"


class ProviderUnavailable(Outside):
    """A provider gave no usable answer: try again with the same idempotency key."""

    code = "provider_unavailable"


class ProviderPending(Outside):
    """A provider has taken it and settles it later: ask again, with patience."""

    code = "provider_pending"


class EngineUnavailable(Outside):
    """The engine did not answer in time."""

    code = "engine_unavailable"

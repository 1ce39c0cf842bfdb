"""What a buyer's message becomes: masked text, a pressed button, photos; once per client id."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from aftersale.domain.cases import Attachment
from aftersale.domain.conversations import Conversation, Event
from aftersale.errors import ButtonGone, ClientIdReused
from aftersale.services.ports import UnitOfWork
from aftersale.services.uploads import sent_with

PHOTOS_ALONE = "inform_evidence"  # the intent of a message without words
ENGINE_LIMIT = 2_000  # characters of a message that are read to understand it
FALLBACKS = {"application/pdf": "PDF document"}


@dataclass(frozen=True, slots=True)
class Screened:
    """A text that may be stored, the same made safe for the engine, and what was hidden."""

    text: str
    for_engine: str
    notices: tuple[str, ...] = ()


class Screen(Protocol):
    """Makes text safe to keep: masks card numbers and credentials. Pure."""

    def __call__(  # noqa: D102
        self, text: str, *, known_numbers: Callable[[], Collection[str]], said: Sequence[Event]
    ) -> Screened: ...


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message of a buyer: cleaned text, attachments, or a button's id.

    The caller minted `client_msg_id`. `notices` tell what was hidden in the text before it came
    here; `intent` is what a text stands for that nobody needs to understand.
    """

    client_msg_id: str
    text: str | None = None
    payload: str | None = None
    attachment_ids: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    intent: str | None = None


class Within(Protocol):
    """What is done in the transaction that takes a message: all of it, or nothing."""

    def begin(self, uow: UnitOfWork) -> None:
        """Do what comes before the conversation is held; raise what must not go on."""
        ...

    def end(self, uow: UnitOfWork, conversation: Conversation) -> None:
        """Do what comes after the message stands in the log."""
        ...


def taken(
    uow: UnitOfWork,
    screen: Screen,
    conversation: Conversation,
    incoming: Incoming,
    *,
    now: datetime,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the body to store and the input of the turn."""
    body: dict[str, Any] = {"client_msg_id": incoming.client_msg_id}
    if incoming.payload is not None:
        button = uow.conversations.use_button(conversation.conversation_id, incoming.payload, now)
        if button is None:
            raise ButtonGone("This button is no longer available; please type your answer.")
        pressed = {"text": button.title, "payload": button.button_id}
        return body | pressed, {"intent": button.intent, "entities": button.entities}
    if incoming.attachment_ids:
        # Held, so that what is named is not removed as unused in the same moment.
        uow.conversations.locked(conversation.conversation_id)
        sent = sent_with(uow, conversation.conversation_id, incoming.attachment_ids)
        body["blocks"] = [photo_block(each) for each in sent]
    if incoming.text is None:
        return body, {"intent": PHOTOS_ALONE, "entities": {}}
    screened = _screened(uow, screen, conversation, incoming.text, before=None)
    if incoming.intent is not None:
        return body | {"text": screened.text}, {"intent": incoming.intent, "entities": {}}
    turn_input = {
        "text": screened.for_engine[:ENGINE_LIMIT],
        "notices": list(dict.fromkeys([*incoming.notices, *screened.notices])),
    }
    return body | {"text": screened.text}, turn_input


def photo_block(sent: Attachment) -> dict[str, Any]:
    """Return what a message shows of an attachment; its link is added for whoever reads it."""
    return {
        "type": "photo",
        "attachment_id": sent.attachment_id,
        "media_type": sent.media_type,
        "width": sent.width,
        "height": sent.height,
        "fallback": FALLBACKS.get(sent.media_type, "Photo"),
    }


def require_same(
    uow: UnitOfWork,
    screen: Screen,
    conversation: Conversation,
    incoming: Incoming,
    *,
    earlier: Event,
) -> None:
    """Refuse a message that came before with another content.

    Raises:
        ClientIdReused: the id was used for another message.
    """
    text = None
    if incoming.text is not None:
        text = _screened(uow, screen, conversation, incoming.text, before=earlier.seq).text
    photos = tuple(block["attachment_id"] for block in earlier.body.get("blocks", ()))
    payload = earlier.body.get("payload")
    said = None if payload else earlier.body.get("text")
    if (incoming.payload, text, tuple(dict.fromkeys(incoming.attachment_ids))) != (
        payload,
        said,
        photos,
    ):
        raise ClientIdReused("This client_msg_id was used for another message.")


def _screened(
    uow: UnitOfWork, screen: Screen, conversation: Conversation, text: str, *, before: int | None
) -> Screened:
    said = uow.conversations.recent_messages(conversation.conversation_id, before=before)
    return screen(text, known_numbers=lambda: known_numbers_of(uow, conversation), said=said)


def masked(uow: UnitOfWork, screen: Screen, conversation: Conversation, text: str) -> str:
    """Return an agent's words without what must not be kept: they may paste a card, too.

    The buyer's own numbers stay readable.
    """
    return screen(text, known_numbers=lambda: known_numbers_of(uow, conversation), said=()).text


def known_numbers_of(uow: UnitOfWork, conversation: Conversation) -> set[str]:
    """Numbers of this buyer that may look like a card and must stay readable."""
    if conversation.buyer_id is None:
        return set()
    orders = uow.orders.of_buyer(conversation.storefront, conversation.buyer_id)
    tracking = {
        shipment.tracking_number
        for order in orders
        for shipment in order.shipments
        if shipment.tracking_number
    }
    return tracking | {order.number for order in orders}

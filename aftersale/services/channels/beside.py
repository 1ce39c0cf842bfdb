"""Words that belong to no conversation: said in a chat once a day, and written nowhere else."""

import secrets
from collections.abc import Collection
from datetime import datetime

from aftersale.domain.channels import Send, SendState, Thread
from aftersale.services.channels.new_talks import locale_of
from aftersale.services.channels.passing_on import Overtaken
from aftersale.services.ports_channels import Connector
from aftersale.services.wiring import Wiring

GROUP, BLOCKED = "utter_channel_group", "utter_channel_blocked"
_PLACES = (GROUP, BLOCKED)  # each has a place of its own in a day


def say_beside(
    wiring: Wiring,
    connector: Connector,
    thread: Thread,
    response: str,
    *,
    rows: Collection[int],
    now: datetime,
) -> None:
    """Answer these events with one polite word, unless it was said today.

    Raises:
        Overtaken: somebody else has worked them off.
    """
    text = wiring.voice.plain(
        response,
        {},
        storefront=thread.storefront,
        locale=locale_of(thread.language) or "en",
        timezone="UTC",
    )
    said = [{"type": "text", "text": text, "fallback": text}]
    with wiring.uow() as uow:
        uow.channels.locked(thread.thread_id)
        if uow.channels.worked(rows) != len(rows):
            raise Overtaken
        for part, rendered in enumerate(connector.render(said, connector.capabilities)):
            uow.channels.add_send(
                Send(
                    send_id=secrets.token_hex(16),
                    thread_id=thread.thread_id,
                    conversation_id="",
                    seq=now.date().toordinal(),
                    part=_PLACES.index(response) * 100 + part,
                    state=SendState.PENDING,
                    body=rendered.body,
                    created_at=now,
                    due_at=now,
                )
            )
        uow.commit()

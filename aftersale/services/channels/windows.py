"""Channels that are open for a while only: what is said later waits until the buyer writes.

Once in such a while a template of the provider's asks the buyer to write.
"""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from aftersale.domain.capabilities import Capabilities
from aftersale.domain.channels import Send, SendState, Thread
from aftersale.services.ports import UnitOfWork
from aftersale.services.ports_channels import Connector

_MARGIN = timedelta(minutes=1)  # clocks differ
TEMPLATE_PART = 1_000  # beside the parts of the message that had to wait


def is_open(thread: Thread, capabilities: Capabilities, now: datetime) -> bool:
    """Whether the channel takes anything there now."""
    if capabilities.window is None:
        return True
    heard = thread.heard_at
    return heard is not None and now < heard + capabilities.window - _MARGIN


def hold(
    uow: UnitOfWork, thread: Thread, send: Send, connector: Connector, *, now: datetime
) -> None:
    """Let the send and all behind it wait for the buyer, who is asked to write once.

    Inside the caller's transaction, which holds the thread.
    """
    uow.channels.save_send(replace(send, state=SendState.HELD))
    # Those behind it, too: the template overtakes what is held, and nothing else.
    pending = {SendState.PENDING}
    uow.channels.change_sends(thread.thread_id, pending, SendState.HELD, now=now)
    if send.is_template or uow.channels.send(_template_id(thread)) is not None:
        return
    template = _template(uow, thread, send, connector, now=now)
    if template is not None:
        uow.channels.add_send(template)


def open_again(uow: UnitOfWork, thread: Thread, now: datetime) -> int:
    """Let leave what waited for the buyer, in its order; return how many there were.

    Inside the transaction that takes what the buyer wrote; `thread` is as it was before.
    """
    template = uow.channels.send(_template_id(thread))
    if template is not None and template.state in {SendState.PENDING, SendState.HELD}:
        uow.channels.save_send(replace(template, state=SendState.WITHDRAWN))
    held = {SendState.HELD}
    return uow.channels.change_sends(thread.thread_id, held, SendState.PENDING, now=now)


def _template(
    uow: UnitOfWork, thread: Thread, send: Send, connector: Connector, *, now: datetime
) -> Send | None:
    conversation = uow.conversations.get(send.conversation_id) if send.conversation_id else None
    locale = conversation.locale if conversation else thread.language or "en"
    rendered = connector.template(locale, {"name": thread.name})
    if rendered is None:
        return None
    return Send(
        send_id=_template_id(thread),
        thread_id=thread.thread_id,
        conversation_id=send.conversation_id,
        seq=send.seq,
        part=TEMPLATE_PART,
        state=SendState.PENDING,
        body=rendered.body,
        created_at=now,
        due_at=now,
        is_template=True,
    )


def _template_id(thread: Thread) -> str:
    """Return the one id of a template after what the buyer wrote last."""
    heard = thread.heard_at.isoformat() if thread.heard_at else ""
    return hashlib.sha256(f"template:{thread.thread_id}:{heard}".encode()).hexdigest()[:32]

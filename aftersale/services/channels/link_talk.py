"""Connecting, listing and disconnecting chats, as the assistant does it in a conversation."""

from dataclasses import replace
from typing import Any

from aftersale.domain.accounts import CodeKind
from aftersale.domain.channels import Link, LinkLevel, Thread
from aftersale.domain.guests import is_guest
from aftersale.services.call import Call
from aftersale.services.channels.belonging import Bond, bind, channel_word, unbind
from aftersale.services.channels.link_codes import ask_for_code, tried
from aftersale.services.channels.link_offer import link_words, told
from aftersale.services.channels.not_known import not_known
from aftersale.services.guest_codes import typed_code
from aftersale.services.identifiers import named_in
from aftersale.services.open_turn import require_open
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice, date
from aftersale.services.wiring import Wiring

ADDRESS, CODE = "link_address", "link_code"  # the slots of the form
LINK = "link"  # entity of a button: which chat it disconnects
_AGAIN = [choice("link_chat"), choice("talk_to_human")]


class ChatLinks:
    """What the assistant does about chats and accounts. It never looks an account up."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def start(self, call: Call, *, named: str | None = None) -> Reply:
        """Ask whose account it is, or have the code sent at once when the message named it.

        Replies `utter_link_elsewhere` in our own chat, `utter_link_already`, `utter_link_by_shop`
        where a code is not enough, `utter_link_ask_address`, or what `take` replies.
        """
        with self._wiring.uow() as uow:
            thread, link = _here(uow, call)
        if thread is None:
            return Reply("utter_link_elsewhere", {"choices": [choice("list_links")]})
        if link is not None and link.holds(call.now) and _is_buyer(call):
            words = link_words(thread, link.until)
            ways = [choice("list_links"), choice("unlink_chat")]
            return Reply("utter_link_already", words | {"choices": ways})
        if not self._wiring.policy(thread.storefront).linked.may_read(LinkLevel.CODE):
            return Reply("utter_link_by_shop", {"channel": channel_word(thread), "choices": []})
        return self._send(call, named) if named else _ask_address(thread)

    def take(self, call: Call, asked: str | None, text: str) -> Reply:
        """Take what was asked for: the code, else the account."""
        return self._open(call, text) if asked == CODE else self._send(call, text)

    def again(self, call: Call, asked: str | None) -> Reply:
        """Ask the same once more, after something else was answered."""
        return _ask_code("utter_link_ask_code") if asked == CODE else self.start(call)

    def code_alone(self, call: Call, text: str) -> Reply | None:
        """Take a code that no form asked for, when one was sent for this chat; else None."""
        with self._wiring.uow() as uow:
            known = uow.accounts.open_code(call.conversation_id, kind=CodeKind.LINK)
        if known is None or typed_code(text) is None:
            return None
        reply = self._open(call, text)
        order = {name: reply.slots[name] for name in ("last_order",) if name in reply.slots}
        return replace(reply, slots=order, done=True)  # no form waits for an answer here

    def shown(self, call: Call) -> Reply:
        """`utter_links`: the connected chats, each with a button; else `utter_links_none`."""
        if not _is_buyer(call):
            return not_known(self._wiring, call)
        with self._wiring.uow() as uow:
            known = _holding(uow, call)
        if not known:
            return Reply("utter_links_none", {"choices": []})
        return Reply("utter_links", {"chats": [channel_word(t) for t, _ in known]} | _ways(known))

    def unlink(self, call: Call, link_id: str | None) -> Reply:
        """Disconnect the named chat, else this one, else the only one.

        Replies `utter_link_ended`, `utter_link_ended_there`, `utter_links` to choose from,
        `utter_links_none` or `utter_link_needed`.
        """
        with self._wiring.uow() as uow:
            require_open(uow, call)
            thread, link = _here(uow, call)
            known = _holding(uow, call) if _is_buyer(call) else []
            meant = _meant(link, known, link_id)
            if meant is not None:
                unbind(self._wiring, uow, meant, now=call.now, why="revoked")
                uow.commit()
                here = thread is not None and meant.thread_id == thread.thread_id
                there = next((t for t, each in known if each == meant), thread)
                return _ended(there, here=here)
        return self.shown(call)

    def _send(self, call: Call, text: str) -> Reply:
        account = named_in(text, member_ids=True)
        with self._wiring.uow() as uow:
            require_open(uow, call)
            thread, _ = _here(uow, call)
            if thread is None:
                return Reply("utter_link_elsewhere", {"choices": []})
            if account is None:
                return _ask_address(thread, missed=True)
            if not ask_for_code(self._wiring, uow, call, thread=thread, account=account):
                return Reply("utter_link_wait", {"choices": [choice("talk_to_human")]})
            uow.commit()
        return _ask_code("utter_link_code_sent", resend=True)

    def _open(self, call: Call, text: str) -> Reply:
        code = typed_code(text)
        if code is None:
            return _ask_code("utter_link_ask_code", missed=True)
        with self._wiring.uow() as uow:
            require_open(uow, call)
            reply = self._try(uow, call, code)
            uow.commit()
        return reply

    def _try(self, uow: UnitOfWork, call: Call, code: str) -> Reply:
        thread, _ = _here(uow, call)
        buyer, left = tried(uow, call, code)
        if buyer is not None and thread is not None:
            bond = Bond(buyer, LinkLevel.CODE)
            bound = bind(self._wiring, uow, thread, bond, now=call.now)
            return told(self._wiring, uow, bound, thread)
        if left:
            return _ask_code("utter_link_code_wrong", left=left)
        return Reply("utter_link_code_over", {"choices": _AGAIN})


def _here(uow: UnitOfWork, call: Call) -> tuple[Thread | None, Link | None]:
    """Return the chat that the conversation is held in, held, and its link."""
    threads = uow.channels.threads_of(call.conversation_id)
    thread = uow.channels.locked(threads[0].thread_id) if threads else None
    return thread, uow.channels.link_of(thread.thread_id) if thread else None


def _is_buyer(call: Call) -> bool:
    return call.identity.buyer_id is not None and not is_guest(call.identity.buyer_id)


def _holding(uow: UnitOfWork, call: Call) -> list[tuple[Thread, Link]]:
    """Return the buyer's chats that are connected now, newest first."""
    links = uow.channels.links_of_buyer(call.identity.storefront, call.identity.buyer_id or "")
    holding = [link for link in links if link.holds(call.now)]
    threads = [(uow.channels.thread_by_id(link.thread_id), link) for link in holding]
    return [(thread, link) for thread, link in threads if thread is not None]


def _meant(
    link: Link | None, known: list[tuple[Thread, Link]], link_id: str | None
) -> Link | None:
    if link_id is not None:
        return next((each for _, each in known if each.link_id == link_id), None)
    if link is not None:
        return link
    return known[0][1] if len(known) == 1 else None


def _ways(known: list[tuple[Thread, Link]]) -> dict[str, Any]:
    return {
        "choices": [
            choice("unlink_chat", **{LINK: link.link_id})
            | {"title_vars": {"channel": channel_word(thread), "since": date(link.linked_at)}}
            for thread, link in known
        ]
    }


def _ended(thread: Thread | None, *, here: bool) -> Reply:
    words: dict[str, Any] = {
        "channel": channel_word(thread) if thread else None,
        "choices": [],
    }
    return Reply("utter_link_ended" if here else "utter_link_ended_there", words)


def _ask_address(thread: Thread, *, missed: bool = False) -> Reply:
    again = {"missed": True} if missed else {}
    words = {"channel": channel_word(thread), "choices": []}
    return Reply("utter_link_ask_address", words, {"requested_slot": ADDRESS, **again}, done=False)


def _ask_code(
    response: str, *, missed: bool = False, left: int | None = None, resend: bool = False
) -> Reply:
    slots = {"requested_slot": CODE} | ({"missed": True} if missed else {})
    another = [choice("link_chat")] if resend else []
    return Reply(response, {"tries_left": left, "choices": another}, slots, done=False)

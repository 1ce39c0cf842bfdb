"""A world with chats of a messenger that can be connected to accounts."""

import re
from dataclasses import replace
from datetime import timedelta

from aftersale.domain.channels import Account, Channel, Thread
from aftersale.domain.conversations import Author
from aftersale.domain.link_tokens import link_token_in
from aftersale.services.channels.link_making import ChannelLinks, Reachable
from aftersale.services.channels.link_talk import CODE, ChatLinks
from aftersale.services.channels.linking import LinkTaking
from aftersale.services.channels.opening import held_in
from aftersale.services.channels.settling import settle
from aftersale.services.conversations import SHOP_JWT, identity_of
from aftersale.services.saying import say
from aftersale.services.seller_links import hash_token
from tests.unit.services.world import S2, World

TELEGRAM = Account("tg", Channel.TELEGRAM, S2)
MAIL = Account("mail", Channel.EMAIL, S2)


class Chats(World):
    def __init__(self):
        super().__init__(S2)
        self.taking = LinkTaking(self.wiring)
        self.talk = ChatLinks(self.wiring)
        reachable = [Reachable(TELEGRAM, "@Shop_bot"), Reachable(MAIL, "help@shop.example")]
        self.links = ChannelLinks(self.wiring, reachable)
        self.thread("t1")

    @property
    def rows(self):
        return self.store.tables

    def thread(self, name, account=TELEGRAM):
        own = f"anon-{name}"
        self.rows.conversations[own] = replace(
            self.conversation(own, None), verified_until=None, channel=account.channel.value
        )
        self.rows.channels.threads[name] = Thread(
            name, account.name, account.channel, f"address-{name}", S2, self.now, own
        )
        return name

    def talk_of(self, thread="t1"):
        return self.rows.conversations[self.rows.channels.threads[thread].conversation_id]

    def asking(self, thread="t1"):
        talk = self.talk_of(thread)
        call = self.call(conversation=talk.conversation_id)
        return replace(call, identity=identity_of(talk, self.now))

    def signed_in(self, who="ann"):
        name = f"web-{who}"
        talk = replace(self.conversation(name, who), verified_by=SHOP_JWT)
        until = self.now + timedelta(hours=1)
        self.rows.conversations[name] = replace(talk, verified_until=until)
        return self.rows.conversations[name]

    def token(self, who="ann", order=None):
        made = self.links.make(self.signed_in(who), "tg", order, self.now)
        return link_token_in(made.words)

    def start(self, thread, token):
        with self.store() as uow:
            found = uow.channels.locked(thread)
            reply = self.taking.take(uow, found, hash_token(token), self.now)
            found = uow.channels.locked(thread)
            say(
                uow,
                self.wiring.voice,
                held_in(self.wiring, uow, found, self.now),
                response=reply.response,
                variables=reply.variables,
                author=Author.SYSTEM,
                now=self.now,
            )
            uow.commit()

    def settle(self, thread="t1"):
        with self.store() as uow:
            settle(self.wiring, uow, uow.channels.locked(thread), self.now)
            uow.commit()

    def said(self, thread="t1"):
        own = self.talk_of(thread).conversation_id
        return [e.body["response"] for e in self.rows.events if e.conversation_id == own]

    def yes(self, thread="t1"):
        return self.cancel.confirm(self.asking(thread))

    def linked(self, who="ann", thread="t1", order=None):
        self.start(thread, self.token(who, order))
        return self.yes(thread)

    def buyer_of(self, thread="t1"):
        return identity_of(self.talk_of(thread), self.now).buyer_id

    def code(self):
        self.run_relay()
        *_, (to, _, text) = self.mail.sent.values()
        return to, re.search(r"\b([0-9A-Z]{3}-[0-9A-Z]{3})\b", text).group(1)

    def by_code(self, thread="t1", text="ann@x.example"):
        self.talk.take(self.asking(thread), None, text)
        _, code = self.code()
        return self.talk.take(self.asking(thread), CODE, code)

    def audited(self, action):
        return [entry for entry in self.rows.audit if entry.action == action]

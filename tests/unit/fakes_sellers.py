"""Fakes of the ports about sellers: goods, letters, bounces, counts."""

import re
from dataclasses import replace

from aftersale.domain.sellers import Direction, SellerMetrics
from aftersale.services import ports_sellers


def _bare(text):
    return re.sub(r"[\W_]+", "", text.casefold())


class FakeProducts(ports_sellers.Products):
    def __init__(self, tables):
        self.t = tables

    def put(self, product):
        self.t.products[product.storefront, product.sku] = product

    def by_sku(self, storefront, sku):
        found = (p for (s, k), p in self.t.products.items() if s == storefront)
        return next((p for p in found if p.sku.upper() == sku.strip().upper()), None)

    def by_words(self, storefront, words, *, limit=6):
        wanted = set(words.casefold().split())
        offered = [p for (s, _), p in self.t.products.items() if s == storefront]
        scored = [(len(wanted & set(p.name.casefold().split())), p) for p in offered]
        best = max((score for score, _ in scored), default=0)
        return [p for score, p in scored if best and score == best][:limit]


class FakeSellerMail(ports_sellers.SellerMail):
    def __init__(self, tables):
        self.t = tables

    def sellers_called(self, storefront, name):
        mine = [s for s in self.t.sellers.values() if s.storefront == storefront]
        return [s for s in mine if _bare(s.nickname) in _bare(name)]

    def add(self, message):
        assert message.message_id not in self.t.seller_messages
        self.t.seller_messages[message.message_id] = message

    def get(self, message_id):
        return self.t.seller_messages.get(message_id)

    def _all(self, fits):
        return sorted(filter(fits, self.t.seller_messages.values()), key=lambda m: m.at)

    def by_reply(self, reply_hash):
        return next(iter(self._all(lambda m: m.reply_hash == reply_hash)), None)

    def of_case(self, case_number):
        return next(iter(self._all(lambda m: m.case_number == case_number)), None)

    def thread(self, thread_id):
        return self._all(lambda m: m.thread_id == thread_id)

    def about_order(self, seller_id, order_number):
        return self._all(lambda m: (m.seller_id, m.order_number) == (seller_id, order_number))

    def answered_at(self, seller_id, order_number):
        about = self.about_order(seller_id, order_number)
        return max((m.at for m in about if m.direction is Direction.FROM_SELLER), default=None)

    def _sent(self, since):
        return self._all(lambda m: m.direction is Direction.TO_SELLER and m.at > since)

    def sent_since(self, conversation_id, since):
        return sum(m.conversation_id == conversation_id for m in self._sent(since))

    def strangers_since(self, seller_id, since):
        sent = self._sent(since)
        return sum((m.seller_id, m.buyer_id) == (seller_id, None) for m in sent)

    def outcome(self, message_id, outcome):
        self.t.contacts = [
            {**c, "outcome": outcome} if c.get("message_id") == message_id else c
            for c in self.t.contacts
        ]

    def mark_bounced(self, seller_id, at):
        self.t.sellers[seller_id] = replace(self.t.sellers[seller_id], email_bounced_at=at)

    def add_report(self, report):
        return self.t.bounces.setdefault(report.idempotency_key, report) is report

    def reports(self, seller_id):
        return [r for r in self.t.bounces.values() if r.seller_id == seller_id]

    def count(self, event):
        return self.t.seller_events.setdefault(event.event_key, event) is event

    def uncounted_stockouts(self, *, limit=100):
        out = [
            (o.storefront, o.number)
            for o in self.t.orders.values()
            if o.seller_id and not all(line.in_stock for line in o.lines)
        ]
        counted = self.t.seller_events
        return [each for each in out if f"stockout:{':'.join(each)}" not in counted][:limit]

    def times(self, seller_id, kind, since):
        events = self.t.seller_events.values()
        return sum((e.seller_id, e.kind) == (seller_id, kind) and e.at > since for e in events)

    def flag(self, flag):
        return self.t.seller_flags.setdefault((flag.seller_id, flag.reason), flag) is flag

    def metrics(self, *, storefront=None):
        flagged = {seller_id for seller_id, _ in self.t.seller_flags}
        return [
            SellerMetrics(s.seller_id, s.storefront, s.nickname, flags=("stockouts",))
            for s in self.t.sellers.values()
            if s.seller_id in flagged and storefront in (None, s.storefront)
        ]

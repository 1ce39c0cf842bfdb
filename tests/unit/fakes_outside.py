"""Fakes of the voice and of everything outside: shop, payment provider, mail."""

import itertools
import json

from aftersale.adapters.shop_ledger import ShopSaid
from aftersale.services import ports, ports_mail


class FakeVoice(ports.Voice):
    """Says the name of the response; letters carry their variables so that tests can read them."""

    def say(self, response, variables, *, conversation, now):
        json.dumps(variables)
        return [{"type": "text", "text": response, "fallback": response}], []

    def plain(self, response, variables, *, storefront, locale, timezone):
        return json.dumps({"response": response, **variables})


class FakeShop(ports.ShopOrders):
    """A shop that remembers keys: a repeated command is answered, not done twice."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.calls, self.done = [], {}

    def cancel(self, *, storefront, number, line_ids, idempotency_key):
        self.calls.append((storefront, number, tuple(line_ids), idempotency_key))
        answer = self.answers.pop(0) if self.answers else ShopSaid(acknowledged=True)
        if isinstance(answer, Exception):
            raise answer
        self.done[idempotency_key] = number
        return answer


class FakePayments(ports.Payments):
    def __init__(self, *failures):
        self.failures = list(failures)
        self.done = {}

    def _take(self, key, what):
        if self.failures:
            raise self.failures.pop(0)
        return self.done.setdefault(key, what) and f"ref-{key}"

    def refund(self, *, provider_ref, amount_minor, currency, idempotency_key):
        return self._take(idempotency_key, ("refund", provider_ref, amount_minor, currency))

    def release(self, *, provider_ref, idempotency_key):
        return self._take(idempotency_key, ("release", provider_ref))


class FakeMail(ports_mail.Mail):
    def __init__(self, *failures):
        self.failures = list(failures)
        self.sent = {}

    def send(self, letter):
        if self.failures:
            raise self.failures.pop(0)
        self.sent[letter.message_id] = (letter.to, letter.subject, letter.text)


def counting_ids(prefix="id"):
    counter = itertools.count(1)
    return lambda: f"{prefix}-{next(counter):04}"

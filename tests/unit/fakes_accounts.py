"""In-memory fake of accounts, requests for new passwords and codes for guests."""

from dataclasses import replace

from aftersale.domain.accounts import CodeKind, Tally
from aftersale.services import ports_accounts


class FakeAccounts(ports_accounts.Accounts):
    def __init__(self, tables):
        self.t = tables

    def get(self, buyer_id):
        return self.t.accounts.get(buyer_id)

    def save(self, account):
        self.t.accounts[account.buyer_id] = account

    def holders(self, storefront, *, email, member_id, limit=3):
        def fits(buyer):
            if email is not None:
                return buyer.email.lower() == email
            return (buyer.member_id or "").upper() == member_id.upper()

        here = [b for b in self.t.buyers.values() if b.storefront == storefront]
        return [buyer for buyer in here if fits(buyer)][:limit]

    def end_sessions(self, buyer_id, *, at):
        ended = 0
        for key, talk in self.t.conversations.items():
            if talk.buyer_id == buyer_id:
                ended += 1
                self.t.conversations[key] = replace(talk, token_expires_at=at, verified_until=at)
        return ended

    def add_reset(self, request):
        self.t.resets.append(request)

    def resets_since(self, asked, since):
        return _tally(self.t.resets, asked, since)

    def add_code(self, code):
        for key, other in self.t.codes.items():
            same = (other.asked.conversation_id, other.kind)
            if same == (code.asked.conversation_id, code.kind) and not other.used_at:
                self.t.codes[key] = replace(other, used_at=code.asked_at)
        self.t.codes[code.code_id] = code

    def codes_since(self, asked, since, *, kind=CodeKind.GUEST):
        return _tally([c for c in self.t.codes.values() if c.kind is kind], asked, since)

    def codes_in_all(self, kind, since):
        return sum(c.kind is kind and c.asked_at > since for c in self.t.codes.values())

    def open_code(self, conversation_id, *, kind=CodeKind.GUEST):
        wanted = (conversation_id, kind, None)
        codes = self.t.codes.values()
        mine = (c for c in codes if (c.asked.conversation_id, c.kind, c.used_at) == wanted)
        return next(mine, None)

    def arm_code(self, code_id, *, code_hash, buyer_id=None):
        armed = replace(self.t.codes[code_id], code_hash=code_hash, buyer_id=buyer_id)
        self.t.codes[code_id] = armed

    def count_try(self, code_id, *, at_most):
        code = self.t.codes[code_id]
        if code.tries >= at_most:
            return None
        self.t.codes[code_id] = replace(code, tries=code.tries + 1)
        return code.tries + 1

    def use_code(self, code_id, *, at):
        if self.t.codes[code_id].used_at is not None:
            return False
        self.t.codes[code_id] = replace(self.t.codes[code_id], used_at=at)
        return True


def _tally(things, asked, since):
    late = [thing.asked for thing in things if thing.asked_at > since]
    return Tally(
        about=sum(one.about_key == asked.about_key for one in late),
        conversation=sum(one.conversation_id == asked.conversation_id for one in late),
        address=sum(one.opened_from == (asked.opened_from or "") for one in late),
    )

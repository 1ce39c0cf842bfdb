"""A fake of whole chats: nothing is idle here; what is done to chats is tested on the store."""

from aftersale.services import ports_chats


class FakeChats(ports_chats.Chats):
    def idle(self, storefront, *, before, limit):
        return []

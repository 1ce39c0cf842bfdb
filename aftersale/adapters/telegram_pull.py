"""Asks Telegram for news (long polling). One thread at a time asks.

The cursor is the number of the next update. Telegram forgets what came before it when it is asked
for more: by then the store has it.
"""

from datetime import datetime

from aftersale.adapters.telegram_http import TelegramHttp
from aftersale.adapters.telegram_parse import KINDS, parse_polled
from aftersale.services.ports_channels import Pulled, Refused, Shut, Unreachable

WAIT = 4  # seconds that a call waits for news; so long `stop` may take
AT_ONCE = 100


class TelegramPuller:
    """The news of one bot."""

    def __init__(self, http: TelegramHttp, account: str) -> None:
        self._http, self._account = http, account
        self._is_over = False

    def stop(self) -> None:
        """Let the call that waits be the last."""
        self._is_over = True

    def pull(self, cursor: str | None, now: datetime) -> Pulled:
        """Wait a moment for news and return them."""
        asked = {"limit": AT_ONCE, "timeout": 0 if self._is_over else WAIT}
        since = {"offset": int(cursor)} if cursor else {}
        try:
            updates = self._http.call(
                "getUpdates", asked | since | {"allowed_updates": KINDS}, wait=WAIT
            )
        except Refused as no:
            raise self._conflict(no) if no.code.startswith("Conflict") else no from None
        parsed, last = parse_polled(updates, now)
        return Pulled(parsed, cursor if last is None else str(last + 1))

    def _conflict(self, no: Refused) -> Shut | Unreachable:
        """Return what a 409 means, with what to do about it."""
        if "webhook" in no.code:
            return Shut(f"A webhook is set: aftersale channels webhook {self._account} delete")
        return Unreachable("Somebody else asks for the news of this bot, too.")

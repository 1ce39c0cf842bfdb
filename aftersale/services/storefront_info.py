"""Answers that need nothing but the storefront's own links and names."""

from aftersale.services.call import Call
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


class StorefrontInfo:
    """Gives a response of `domain.yml` the storefront's links."""

    def __init__(self, wiring: Wiring) -> None:
        raise NotImplementedError

    def tell(self, call: Call, response: str) -> Reply:
        """Return `response` with `name, party, my_orders_url, sign_in_url, reset_url, privacy_url`."""
        raise NotImplementedError

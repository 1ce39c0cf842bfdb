"""Answers that need nothing but the storefront's own links and names."""

from aftersale.services.call import Call
from aftersale.services.reply import Reply
from aftersale.services.wiring import Wiring


class StorefrontInfo:
    """Gives a response of `domain.yml` the storefront's links."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def tell(self, call: Call, response: str) -> Reply:
        """Return `response` with the storefront's name, party word and links."""
        policy = self._wiring.policy(call.identity.storefront)
        return Reply(
            response,
            {
                "name": policy.name,
                "party": policy.party,
                "my_orders_url": policy.my_orders_url,
                "sign_in_url": policy.sign_in_url,
                "reset_url": policy.reset_url,
                "privacy_url": policy.privacy_url,
                "choices": [],
            },
        )

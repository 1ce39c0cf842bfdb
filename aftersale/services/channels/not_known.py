"""What is said to somebody whom nobody vouches for, in the words of where they ask."""

from typing import Any

from aftersale.domain.channels import Channel, LinkLevel
from aftersale.services.call import Call
from aftersale.services.reply import Reply, choice
from aftersale.services.reply import say as phrase
from aftersale.services.wiring import Wiring


def not_known(wiring: Wiring, call: Call) -> Reply:
    """Return how a buyer makes themself known.

    Replies `utter_cancel_not_verified` in our own chat; in a messenger `utter_link_needed`, or
    `utter_link_needed_shop` where a code is not enough.
    """
    policy = wiring.policy(call.identity.storefront)
    words: dict[str, Any] = {
        "party": policy.party,
        "my_orders_url": policy.my_orders_url,
        "sign_in_url": policy.sign_in_url,
    }
    guest = choice("guest_order")
    if call.identity.channel == Channel.CHAT:
        return Reply(
            "utter_cancel_not_verified", words | {"choices": [choice("sign_in_help"), guest]}
        )
    words |= {"channel": phrase(f"channel_{call.identity.channel}")}
    if not policy.linked.may_read(LinkLevel.CODE):
        return Reply("utter_link_needed_shop", words | {"choices": [guest]})
    return Reply("utter_link_needed", words | {"choices": [choice("link_chat"), guest]})

"""Ready replies of the desk, with the words of each storefront filled in. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aftersale.policy.knobs import Policy

FILLED_BY_THE_PAGE = frozenset({"buyer_name", "agent_name", "order_number"})
FILLED_HERE = frozenset({"shop", "my_orders_url", "privacy_url"})
VARIABLE = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class Canned:
    """One ready reply; no storefronts means all of them."""

    id: str
    title: str
    text: str
    storefronts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CannedReplies:
    """All of them, as the file says, and the policies whose words they hold."""

    replies: Sequence[Canned]
    policies: Mapping[str, Policy]

    def of(self, storefront: str) -> list[Canned]:
        """Return the storefront's replies; one that needs an address it does not have is left out.

        An unknown storefront has none.
        """
        policy = self.policies.get(storefront)
        if policy is None:
            return []
        words = _words(policy)
        here = (
            each for each in self.replies if not each.storefronts or storefront in each.storefronts
        )
        return [_filled(each, words) for each in here if _needs(each) <= words.keys()]


def _words(policy: Policy) -> dict[str, str]:
    known = {
        "shop": policy.name,
        "my_orders_url": policy.my_orders_url,
        "privacy_url": policy.privacy_url,
    }
    return {name: value for name, value in known.items() if value}


def _needs(reply: Canned) -> set[str]:
    return set(VARIABLE.findall(reply.text)) - FILLED_BY_THE_PAGE


def _filled(reply: Canned, words: Mapping[str, str]) -> Canned:
    text = VARIABLE.sub(lambda match: words.get(match[1], match[0]), reply.text)
    return Canned(reply.id, reply.title, text, reply.storefronts)

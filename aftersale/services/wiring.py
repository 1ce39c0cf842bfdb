"""What every use case is made with; built once, by `bootstrap`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from aftersale.errors import StorefrontUnknown
from aftersale.policy.knobs import Policy
from aftersale.services.address_letters import Latin, without_accents
from aftersale.services.ports import NewId, UowFactory, Voice
from aftersale.services.ports_articles import Meaning

OFFER_LASTS = timedelta(minutes=15)  # a yes after that sees the terms again


@dataclass(frozen=True, slots=True)
class Wiring:
    """The store, the policies, the voice and a source of ids.

    `base_url` is where links in letters lead; `new_id` must come from `secrets`.
    """

    uow: UowFactory
    policies: Mapping[str, Policy]
    voice: Voice
    new_id: NewId
    base_url: str
    meaning: Meaning | None = None  # without it articles are found by their words alone
    news_after: timedelta | None = None  # unread news go by mail after it; None: never
    latin: Latin = without_accents  # writes words of other scripts in plain letters

    def policy(self, storefront: str) -> Policy:
        """Return the storefront's policy.

        Raises:
            StorefrontUnknown: this installation does not serve it.
        """
        try:
            return self.policies[storefront]
        except KeyError as exc:
            raise StorefrontUnknown("This installation does not serve that storefront.") from exc

"""What a page must know to show the chat of a storefront, before anybody has said a word."""

from dataclasses import dataclass
from datetime import datetime

from aftersale.policy.knobs import Policy
from aftersale.policy.opening import Opening, opening
from aftersale.policy.problem_knobs import LiveParty
from aftersale.services.reply import time
from aftersale.services.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Shown:
    """The storefront's knobs, with its words."""

    policy: Policy
    greeting: str
    is_open: bool  # a person could join now
    hours: str


class Widget:
    """Reads policies and wording; holds nothing."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def shown(self, storefront: str, locale: str, now: datetime) -> Shown:
        """Return what the storefront's chat shows now.

        Raises:
            StorefrontUnknown: this installation does not serve it.
        """
        policy = self._wiring.policy(storefront)
        stands = opening(policy, now) if policy.live.party is LiveParty.PLATFORM else None
        return Shown(
            policy=policy,
            greeting=self._said("widget_greeting", policy, locale),
            is_open=stands is not None and stands.is_open,
            hours=self._hours(policy, stands, locale),
        )

    def _hours(self, policy: Policy, stands: Opening | None, locale: str) -> str:
        if stands is not None and stands.is_open:
            return self._said("widget_open", policy, locale, until=time(stands.until))
        if stands is not None and stands.opens_at:
            return self._said("widget_closed", policy, locale, opens_at=time(stands.opens_at))
        return self._said("widget_no_hours", policy, locale)

    def _said(self, response: str, policy: Policy, locale: str, **variables: object) -> str:
        return self._wiring.voice.plain(
            response,
            variables,
            storefront=policy.storefront,
            locale=locale,
            timezone=policy.hours.timezone if policy.hours else "UTC",
        )

"""Who moves money in this installation, and whether it tells by itself."""

from aftersale.adapters.payments_ledger import PaymentsLedger
from aftersale.services.ports import Payments
from aftersale.services.provider_word import ProviderWord
from aftersale.services.wiring import Wiring
from aftersale.settings import Settings


def payments_of(settings: Settings, wiring: Wiring) -> tuple[Payments, ProviderWord | None]:
    """Return the provider, and what takes its events; the ledger has none to tell."""
    if settings.payments == "ledger":
        return PaymentsLedger(), None
    # Here, because the library is large and most installations do without.
    from aftersale.adapters.payments_stripe import StripePayments

    stripe = StripePayments(settings.stripe_secret_key or "", api_base=settings.stripe_api_base)
    return stripe, ProviderWord(wiring, refunds_of=stripe.refunds_of)

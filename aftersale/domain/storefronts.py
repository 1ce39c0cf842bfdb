"""The five reference storefronts by the keys that code, policies and data use."""

from enum import StrEnum


class Storefront(StrEnum):
    """Key of a storefront; an installation may serve any subset of them."""

    SELLER_DIRECT = "seller-direct"  # S0: the seller decides, the platform stays out
    SUPPLIER_CONSENT = "supplier-consent"  # S1: cancellation needs the supplier's agreement
    STATUS_GATED = "status-gated"  # S2: the order's status decides
    HELPDESK = "helpdesk"  # S3: tickets, review, escalation
    GROUP_BUY = "group-buy"  # S4: group buying with leaders and authorisations

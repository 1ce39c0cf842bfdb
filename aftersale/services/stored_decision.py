"""A past decision as it was written down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """What was asked and answered, JSON-ready."""

    decision_id: str
    at: datetime
    storefront: str
    order_number: str | None
    conversation_id: str | None
    outcome: str
    reason_code: str
    policy_version: str
    request: dict[str, Any]
    decision: dict[str, Any]

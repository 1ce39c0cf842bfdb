"""Which version of a storefront's rules counts."""

from collections.abc import Sequence
from datetime import datetime

from aftersale.policy.knobs import Policy, VersionDate


def policy_at(
    versions: Sequence[Policy], *, now: datetime, placed_at: datetime | None = None
) -> Policy:
    """Return the version in force when the request is made, or when the order was placed.

    The version in force now says whose date counts. An order older than every version gets the
    oldest one, so that there is always an answer.

    Args:
        versions: all versions of one storefront, in any order, at least one.
        now: the time of the request.
        placed_at: when the order was placed, if there is one.
    """
    current = _in_force(versions, now)
    if current.version_date is VersionDate.REQUEST or placed_at is None:
        return current
    return _in_force(versions, placed_at)


def _in_force(versions: Sequence[Policy], moment: datetime) -> Policy:
    oldest_first = sorted(versions, key=lambda policy: policy.effective_from)
    begun = [policy for policy in oldest_first if policy.effective_from <= moment]
    return begun[-1] if begun else oldest_first[0]

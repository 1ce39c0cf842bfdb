"""The demo shop's signing keys. Production refuses them: whoever holds one can be any buyer."""

import json
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from aftersale.adapters.identity_jwt import Key, load_key_rings, sign_identity
from aftersale.domain.parties import Buyer
from aftersale.errors import NotFound

KID = "demo"
ISSUER = "https://demo-shop.invalid"


def ensure_demo_keys(path: Path, storefronts: Iterable[str]) -> None:
    """Write one demo key per storefront, readable by the owner only, unless the file is there."""
    rings = {
        storefront: {KID: {"alg": "HS256", "key": secrets.token_urlsafe(48), "iss": ISSUER}}
        for storefront in storefronts
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(rings, file, indent=1)


def has_demo_key(path: Path) -> bool:
    """Say whether any ring of the file holds a demo key."""
    return any(KID in ring for ring in load_key_rings(path).values())


def sign_for(path: Path, buyer: Buyer, now: datetime) -> str:
    """Sign an identity of the buyer as the demo shop would.

    Raises:
        NotFound: the storefront has no demo key.
    """
    return sign_identity(
        demo_key(path, buyer.storefront),
        kid=KID,
        storefront=buyer.storefront,
        subject=buyer.subject,
        now=now,
        email=buyer.email,
        given_name=buyer.first_name,
        zoneinfo=buyer.timezone,
        locale=buyer.locale,
    )


def demo_key(path: Path, storefront: str) -> Key:
    """Return the demo key of the storefront.

    Raises:
        NotFound: it has none.
    """
    key = load_key_rings(path).get(storefront, {}).get(KID)
    if key is None:
        raise NotFound(
            f"There is no demo key for this storefront in {path}: `make demo` makes one."
        )
    return key

"""The shop's signed identity: a JWT, checked against one key ring per storefront.

Algorithms are fixed per key by us, never by the token. Times are checked against the given `now`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt

from aftersale.errors import IdentityExpired, IdentityInvalid, SettingsInvalid, StorefrontUnknown
from aftersale.services.conversations import VerifiedClaims

ALGORITHMS = frozenset({"HS256", "RS256", "EdDSA"})
LIFETIME = timedelta(minutes=15)  # longest from iat to exp: a leaked token is soon worthless
SKEW = timedelta(seconds=30)  # clocks of shops are not exact
TEXT_LIMIT = 254
MIN_SHARED_SECRET = 32  # bytes, RFC 7518 section 3.2


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """One key of a shop: the only algorithm it may be used with, and who signs with it."""

    algorithm: str
    material: str
    issuer: str


KeyRings = Mapping[str, Mapping[str, Key]]


def load_key_rings(path: Path) -> dict[str, dict[str, Key]]:
    """Read `{storefront: {kid: {alg, key, iss}}}`; a missing file means no shops.

    Raises:
        SettingsInvalid: with every mistake by storefront and kid.
    """
    if not path.exists():
        return {}
    problems: list[str] = []
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as exc:
        raise SettingsInvalid([f"{path.name}: not readable as JSON."]) from exc
    rings = {
        storefront: {kid: _key(f"{storefront}.{kid}", raw, problems) for kid, raw in ring.items()}
        for storefront, ring in loaded.items()
    }
    if problems:
        raise SettingsInvalid(problems)
    return rings


def _key(where: str, raw: Mapping[str, str], problems: list[str]) -> Key:
    key = Key(raw.get("alg", ""), raw.get("key", ""), raw.get("iss", ""))
    if key.algorithm not in ALGORITHMS:
        problems.append(f"{where}: alg must be one of {', '.join(sorted(ALGORITHMS))}.")
    if not key.issuer:
        problems.append(f"{where}: iss is missing.")
    if key.algorithm == "HS256" and len(key.material.encode()) < MIN_SHARED_SECRET:
        problems.append(f"{where}: an HS256 key needs at least {MIN_SHARED_SECRET} bytes.")
    return key


class ShopIdentity:
    """Verifies identities with key rings that were loaded at start."""

    def __init__(self, rings: KeyRings) -> None:
        self._rings = rings

    def storefronts(self) -> frozenset[str]:
        """Return the storefronts that can vouch for buyers."""
        return frozenset(self._rings)

    def verify(self, storefront: str, token: str, now: datetime) -> VerifiedClaims:
        """Return the claims of a token that this storefront signed for itself.

        Raises:
            StorefrontUnknown: no key ring for the storefront.
            IdentityInvalid: forged, malformed, or meant for another storefront.
            IdentityExpired: true once, but its time is over.
        """
        ring = self._rings.get(storefront)
        if ring is None:
            raise StorefrontUnknown("This storefront is not served here.")
        key = ring.get(_kid(token))
        if key is None:
            raise IdentityInvalid("The identity is not signed with a known key.")
        claims = _decode(token, key, storefront)
        _check_times(claims, now)
        return _claims(storefront, claims)


def _kid(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError) as exc:  # a lone surrogate is a ValueError
        raise IdentityInvalid("The identity is not a signed token.") from exc
    kid = header.get("kid")
    return kid if isinstance(kid, str) else ""


def _decode(token: str, key: Key, storefront: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key.material,
            algorithms=[key.algorithm],
            audience=storefront,
            issuer=key.issuer,
            # Times are ours to check: PyJWT reads the machine's clock.
            options={
                "require": ["iss", "aud", "sub", "iat", "exp"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "strict_aud": True,
            },
        )
    except (jwt.PyJWTError, ValueError) as exc:
        raise IdentityInvalid("The identity cannot be verified for this storefront.") from exc
    return claims


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    issued, expires = (_instant(claims[name]) for name in ("iat", "exp"))
    if expires <= now:
        raise IdentityExpired("The identity has expired; ask the shop for a new one.")
    if issued > now + SKEW or expires - issued > LIFETIME:
        raise IdentityInvalid("The identity is valid for too long or not yet.")
    not_before = claims.get("nbf")
    if not_before is not None and _instant(not_before) > now + SKEW:
        raise IdentityInvalid("The identity is not valid yet.")


def _instant(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise IdentityInvalid("The identity has no usable times.")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError) as exc:
        raise IdentityInvalid("The identity has no usable times.") from exc


def _claims(storefront: str, claims: Mapping[str, Any]) -> VerifiedClaims:
    subject = _text(claims, "sub")
    if not subject:
        raise IdentityInvalid("The identity names nobody.")
    return VerifiedClaims(
        storefront=storefront,
        subject=subject,
        email=_text(claims, "email"),
        first_name=_text(claims, "given_name") or _text(claims, "name"),
        timezone=_text(claims, "zoneinfo"),
        locale=_text(claims, "locale"),
        issued_at=_instant(claims["iat"]),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name, "")
    if not isinstance(value, str) or len(value) > TEXT_LIMIT or not _is_clean(value):
        raise IdentityInvalid("The identity holds a claim of the wrong shape.")
    return value


def _is_clean(text: str) -> bool:
    # NUL and lone surrogates break databases; nothing honest carries them.
    return text.isprintable() and not any(0xD800 <= ord(char) <= 0xDFFF for char in text)


def sign_identity(
    key: Key, *, kid: str, storefront: str, subject: str, now: datetime, **claims: str
) -> str:
    """Sign an identity as a shop would: for `aftersale token`, the demo shop and tests.

    Only for keys whose material both signs and verifies (HS256).
    """
    body = {
        "iss": key.issuer,
        "aud": storefront,
        "sub": subject,
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        **claims,
    }
    return jwt.encode(body, key.material, algorithm=key.algorithm, headers={"kid": kid})

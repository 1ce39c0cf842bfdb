"""One-time codes of RFC 6238: six digits, half a minute, as every authenticator app makes them."""

import hmac
from datetime import datetime

import pyotp

ISSUER = "Aftersale desk"
_NEIGHBOURS = (0, -1, 1)  # a clock may be half a minute off, and typing takes its time


class Rfc6238Codes:
    """The `OneTimeCodes` port."""

    def new_secret(self) -> str:
        """Return a new secret of 160 bits, in base 32."""
        return pyotp.random_base32()

    def step(self, secret: str, code: str, at: datetime) -> int | None:
        """Return the time step that the code is of; it takes the same time whatever is wrong."""
        codes = pyotp.TOTP(secret)
        now = codes.timecode(at)
        typed = code.encode("utf-8", "replace")
        found = None
        for step in (now + offset for offset in _NEIGHBOURS):
            same = hmac.compare_digest(codes.generate_otp(step).encode(), typed)
            found = step if same and found is None else found
        return found

    def code(self, secret: str, at: datetime) -> str:
        """Return the code of that time."""
        return pyotp.TOTP(secret).at(at)

    def address(self, secret: str, user: str) -> str:
        """Return the otpauth address that an authenticator app reads from a QR code."""
        return pyotp.TOTP(secret).provisioning_uri(name=user, issuer_name=ISSUER)

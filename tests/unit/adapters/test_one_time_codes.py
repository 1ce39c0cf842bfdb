"""One-time codes against the published vectors of RFC 6238 (appendix B, SHA-1)."""

import base64
from datetime import UTC, datetime

import pytest

from aftersale.adapters.one_time_codes import Rfc6238Codes

SECRET = base64.b32encode(b"12345678901234567890").decode()
CODES = Rfc6238Codes()


@pytest.mark.parametrize(
    ("seconds", "eight_digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
    ],
)
def test_codes_are_those_of_the_standard(seconds, eight_digits):
    at = datetime.fromtimestamp(seconds, UTC)
    assert CODES.code(SECRET, at) == eight_digits[-6:]
    assert CODES.step(SECRET, eight_digits[-6:], at) == seconds // 30


@pytest.mark.parametrize("off", [-2, -1, 0, 1, 2])
def test_a_code_is_good_one_step_before_and_after(off):
    at = datetime.fromtimestamp(2000000000, UTC)
    other = datetime.fromtimestamp(2000000000 + 30 * off, UTC)
    expected = 2000000000 // 30 + off if abs(off) <= 1 else None
    assert CODES.step(SECRET, CODES.code(SECRET, other), at) == expected


@pytest.mark.parametrize("typed", ["", "1", "94287082", "٦٦٦٦٦٦", "\ud800" * 6, "000000\n"])
def test_what_is_no_code_is_refused(typed):
    assert CODES.step(SECRET, typed, datetime.fromtimestamp(59, UTC)) is None


def test_secrets_are_of_160_bits_and_all_different():
    made = {CODES.new_secret() for _ in range(20)}
    assert len(made) == 20
    assert all(len(base64.b32decode(secret)) == 20 for secret in made)


def test_the_address_names_the_desk_and_the_user():
    address = CODES.address(SECRET, "ann")
    assert address.startswith("otpauth://totp/Aftersale%20desk:ann?")
    assert f"secret={SECRET}" in address

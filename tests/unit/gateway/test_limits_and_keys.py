import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from aftersale.adapters.identity_jwt import Key, ShopIdentity, load_key_rings, sign_identity
from aftersale.errors import IdentityInvalid, SettingsInvalid
from aftersale.gateway.limits import Buckets, client_address
from aftersale.settings import Rate

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_bucket_gives_its_burst_and_fills_again():
    at = [0.0]
    buckets = Buckets(Rate(2, 1.0), lambda: at[0])
    assert [buckets.take("a") for _ in range(3)] == [True, True, False]
    assert buckets.take("b")
    at[0] = 1.0
    assert [buckets.take("a") for _ in range(2)] == [True, False]


def test_a_bucket_that_is_off_never_ends():
    buckets = Buckets(Rate(0, 0), lambda: 0.0)
    assert all(buckets.take("a") for _ in range(1000))


@pytest.mark.parametrize(
    ("forwarded", "trusted", "address"),
    [
        (["6.6.6.6, 1.1.1.1"], 0, "9.9.9.9"),
        (["6.6.6.6, 1.1.1.1"], 1, "1.1.1.1"),
        (["6.6.6.6", "1.1.1.1"], 1, "1.1.1.1"),  # a proxy that adds a header of its own
        (["6.6.6.6, 1.1.1.1, 2.2.2.2"], 2, "1.1.1.1"),
        ([], 1, "9.9.9.9"),
        ([""], 1, "9.9.9.9"),
        (["1.1.1.1"], 2, "9.9.9.9"),
        (["2001:db8:1:2:3:4:5:6"], 1, "2001:db8:1:2::/64"),  # one customer has all of it
        (["::ffff:1.1.1.1"], 1, "::ffff:1.1.1.1"),
    ],
)
def test_only_what_our_proxies_wrote_names_the_client(forwarded, trusted, address):
    assert client_address("9.9.9.9", forwarded, trusted) == address


def _pem(key):
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private, public.decode()


@pytest.mark.parametrize(
    ("algorithm", "make"),
    [
        ("RS256", lambda: rsa.generate_private_key(65537, 2048)),
        ("EdDSA", ed25519.Ed25519PrivateKey.generate),
    ],
)
def test_shops_may_sign_with_keys_of_their_own(algorithm, make):
    private, public = _pem(make())
    identity = sign_identity(
        Key(algorithm, private, "iss"), kid="k", storefront="s", subject="ann", now=NOW
    )
    shop = ShopIdentity({"s": {"k": Key(algorithm, public, "iss")}})
    assert shop.verify("s", identity, NOW).subject == "ann"
    with pytest.raises(IdentityInvalid):
        ShopIdentity({"s": {"k": Key("HS256", "x" * 64, "iss")}}).verify("s", identity, NOW)


def test_key_rings_are_refused_with_every_mistake(tmp_path):
    file = tmp_path / "keys.json"
    ring = {"s": {"a": {"alg": "none", "key": "", "iss": "x"}, "b": {"alg": "HS256", "key": "x"}}}
    file.write_text(json.dumps(ring))
    with pytest.raises(SettingsInvalid) as refused:
        load_key_rings(file)
    assert len(refused.value.problems) == 3
    assert load_key_rings(tmp_path / "none.json") == {}

"""Passwords at their real cost."""

from aftersale.adapters.passwords_argon2 import Argon2Hasher

PASSWORDS = Argon2Hasher()


def test_a_hash_is_argon2id_at_the_cost_that_rfc_9106_recommends():
    hashed = PASSWORDS("four lamps beside the harbour")
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert PASSWORDS.matches(hashed, "four lamps beside the harbour")
    assert not PASSWORDS.matches(hashed, "four lamps beside the harbou")


def test_what_is_no_hash_matches_nothing():
    assert not PASSWORDS.matches("", "")
    assert not PASSWORDS.matches("plain", "plain")

"""Who calls a WhatsApp webhook: signatures that hold or not, and the question before the first."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.adapters import whatsapp_verify
from aftersale.adapters.whatsapp_verify import SIGNATURE, challenge, verify
from aftersale.services.ports_channels import NotSigned

SECRETS = ("new-secret", "old-secret")
CONFIG = {"verify_token": "word"}


def signature(body, secret="new-secret"):
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def holds(value, body, secrets=SECRETS):
    try:
        verify({} if value is None else {SIGNATURE: value}, body, secrets=secrets)
    except NotSigned:
        return False
    return True


@given(st.binary(), st.sampled_from(SECRETS))
def test_what_any_of_our_secrets_signed_holds(body, secret):
    assert holds(signature(body, secret), body)


@given(st.binary(), st.text())
def test_no_other_signature_holds(body, value):
    assert holds(value, body) is (value in {signature(body, each) for each in SECRETS})


@given(st.binary(min_size=1), st.data())
def test_a_changed_body_does_not_hold(body, data):
    place = data.draw(st.integers(0, len(body) - 1))
    changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
    assert not holds(signature(body), changed)


@given(st.binary(), st.integers(0, 70))
def test_a_part_of_the_signature_does_not_hold(body, length):
    assert not holds(signature(body)[:length], body)


@pytest.mark.parametrize("value", [None, "", "sha256=", "sha1=" + "0" * 40, "\udcff", "ß" * 71])
def test_nothing_and_nonsense_do_not_hold(value):
    assert not holds(value, b"{}")


def test_the_prefix_and_the_secret_count():
    bare = signature(b"{}").removeprefix("sha256=")
    assert not holds(bare, b"{}")
    assert not holds(f"sha1={bare}", b"{}")
    assert not holds(signature(b"{}", "another"), b"{}")
    assert not holds(signature(b"{}"), b"{}", secrets=())


def test_every_secret_is_compared_in_constant_time(monkeypatch):
    compared = []

    def compare(one, other):
        compared.append((len(one), one == other))
        return one == other

    monkeypatch.setattr(whatsapp_verify.hmac, "compare_digest", compare)
    assert holds(signature(b"{}"), b"{}")
    assert compared == [(71, True), (71, False)]


def asked(**more):
    question = {"mode": "subscribe", "verify_token": "word", "challenge": "1158201444"} | more
    return {f"hub.{name}": value for name, value in question.items()}


def test_the_question_is_answered_with_its_own_word():
    assert challenge(asked(), CONFIG) == "1158201444"


@pytest.mark.parametrize(
    "query",
    [
        {},
        asked(mode="unsubscribe"),
        asked(verify_token="wort"),
        asked(verify_token=""),
        asked(challenge=""),
        asked(challenge="<script>"),
        asked(challenge="1" * 201),
        {"mode": "subscribe", "verify_token": "word", "challenge": "1"},
    ],
)
def test_no_other_question_is_answered(query):
    with pytest.raises(NotSigned):
        challenge(query, CONFIG)


def test_an_empty_word_opens_nothing():
    with pytest.raises(NotSigned):
        challenge(asked(verify_token=""), {"verify_token": ""})


@given(st.dictionaries(st.sampled_from(tuple(asked())), st.text()))
def test_any_question_is_answered_or_refused(query):
    try:
        said = challenge(query, CONFIG)
    except NotSigned:
        return
    assert (query["hub.verify_token"], said) == ("word", query["hub.challenge"])

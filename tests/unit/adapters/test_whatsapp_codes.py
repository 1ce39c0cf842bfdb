"""Every error code of the contract leads to what the contract says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.adapters.whatsapp_codes import trouble
from aftersale.services.ports_channels import (
    Busy,
    ChannelTrouble,
    Gone,
    Refused,
    Shut,
    Uncertain,
    Unreachable,
    WindowClosed,
)


def meant(code, status=400, *, is_transient=False, seconds=0.0):
    return trouble(status, code, is_transient=is_transient, seconds=seconds)


TABLE = [
    (Shut, [0, 3, 10, 190, 200, 299, 368, 131031, 131042, 131045, 131048]),
    (Busy, [4, 80007, 130429, 131056, 131064, 133016]),
    (WindowClosed, [131047]),
    (Gone, [131026, 130472, 131050, 130497]),
    (Refused, [100, 131008, 131009, 131051, 131052, 131053, 131049, 131062, 137000]),
    (Refused, [132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016]),
    (Unreachable, [131000, 131016, 131057, 135000]),
]


@pytest.mark.parametrize(
    ("kind", "code"), [(kind, code) for kind, codes in TABLE for code in codes]
)
@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
def test_a_code_is_a_definite_word_whatever_the_status(kind, code, status):
    found = meant(code, status)
    assert (type(found), found.code) == (kind, str(code))


@pytest.mark.parametrize(
    ("code", "whole"), [(4, True), (80007, True), (130429, True), (131056, False)]
)
def test_too_much_to_one_person_holds_up_nobody_else(code, whole):
    assert meant(code).whole_account is whole


def test_who_asks_for_more_patience_gets_it():
    assert meant(130429, seconds=300.0).seconds == 300.0
    assert meant(130429, seconds=1.0).seconds == 60.0
    assert meant(None, 429, seconds=7.0).seconds == 7.0


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        (None, 429, Busy),
        (None, 401, Shut),
        (None, 403, Shut),
        (None, 400, Refused),
        (None, 302, Uncertain),
        (None, 408, Uncertain),
        (None, 500, Uncertain),
        (None, 502, Uncertain),
        (999_999, 400, Refused),
        (999_999, 500, Uncertain),
    ],
)
def test_without_a_word_nobody_knows_what_a_broken_server_did(code, status, kind):
    assert type(meant(code, status)) is kind


def test_what_says_that_it_passes_is_tried_again():
    assert type(meant(999_999, 500, is_transient=True)) is Unreachable
    assert type(meant(100, 400, is_transient=True)) is Refused


@given(st.none() | st.integers(), st.integers(300, 599), st.booleans(), st.floats(0, 3600))
def test_every_answer_means_something(code, status, is_transient, seconds):
    found = trouble(status, code, is_transient=is_transient, seconds=seconds)
    assert isinstance(found, ChannelTrouble)
    assert found.code

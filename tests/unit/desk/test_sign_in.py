"""Signing in at the desk: one way in, one refusal, and limits that lock nobody out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.desk import Role
from aftersale.errors import DeskUserInvalid, SignInRefused, SignInTooSoon
from aftersale.services.desk.limits import OF_ADDRESS, OF_BROWSER, OF_USER
from aftersale.services.desk.sign_in import csrf_of, session_hash
from tests.unit.desk.people import ANN, NOW, Door


@pytest.fixture
def door():
    return Door()


def refused(door, **more):
    with pytest.raises(SignInRefused) as caught:
        door.enter(**more)
    return caught.value.detail


def test_name_password_and_code_open_a_session(door):
    done = door.enter()
    assert done.who == ANN
    assert door.sessions.enter(done.token, NOW).who == ANN
    assert door.audited()[-1] == "desk.signed_in"


def test_only_hashes_of_the_token_are_stored(door):
    done = door.enter()
    (stored,) = door.store.tables.desk_sessions
    assert stored == session_hash(done.token) != done.token
    assert csrf_of(done.token) not in (stored, done.token)


def test_the_name_is_taken_as_it_is_typed_and_the_code_with_its_gap(door):
    code = door.code()
    assert door.enter(user="  Ann ", code=f"{code[:3]} {code[3:]}").who == ANN


def wrong_ways(door):
    code = door.code()
    return {
        "nobody": {"user": "bob"},
        "password": {"password": "four lamps beside it"},
        "code": {"code": "000000" if code != "000000" else "000001"},
        "no code": {"code": ""},
        "old code": {"code": door.codes.code(door.ann.secret, NOW - timedelta(minutes=2))},
        "early code": {"code": door.codes.code(door.ann.secret, NOW + timedelta(minutes=2))},
    }


def test_whatever_is_wrong_the_words_and_the_work_are_the_same(door):
    seen = set()
    for way, given in wrong_ways(door).items():
        before = len(door.store.tables.audit)
        door.passwords.checked.clear()
        door.codes.checked.clear()
        seen.add(refused(door, address=f"192.0.2.{len(way)}", **given))
        assert (len(door.passwords.checked), len(door.codes.checked)) == (1, 1), way
        assert door.audited()[before:] == ["desk.sign_in_refused"], way
        door.pass_time(hours=2)
        door.now = NOW
        door.store.tables.desk_attempts.clear()
    assert len(seen) == 1


def test_who_is_disabled_is_refused_in_the_same_words_and_with_the_same_work(door):
    words = refused(door, user="bob")
    door.users.disable("ann", now=NOW)
    door.passwords.checked.clear()
    door.codes.checked.clear()
    assert refused(door) == words
    assert (len(door.passwords.checked), len(door.codes.checked)) == (1, 1)


def test_a_name_that_nobody_has_is_not_written_down(door):
    refused(door, user="my-secret-password")
    entry = door.store.tables.audit[-1]
    assert "my-secret-password" not in str(entry)
    assert "my-secret-password" not in str(door.store.tables.desk_attempts)


def test_a_code_is_accepted_once(door):
    code = door.code()
    door.enter(code=code)
    refused(door, code=code)


def test_nor_is_an_earlier_code_accepted_after_a_later_one(door):
    earlier = door.codes.code(door.ann.secret, NOW - timedelta(seconds=30))
    door.enter(code=door.codes.code(door.ann.secret, NOW))
    refused(door, code=earlier)


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_clock_may_be_half_a_minute_off(seconds):
    door = Door()
    code = door.codes.code(door.ann.secret, NOW + timedelta(seconds=seconds))
    assert door.enter(code=code).who == ANN


def test_a_wrong_password_uses_no_code_up(door):
    code = door.code()
    refused(door, password="not the one", code=code)
    assert door.enter(code=code).who == ANN


@pytest.mark.parametrize(
    "change",
    [
        lambda users, at: users.disable("ann", now=at),
        lambda users, at: users.reset("ann", now=at),
        lambda users, at: users.change("ann", now=at, role=Role.ADMIN),
    ],
)
def test_who_is_changed_while_the_password_is_checked_is_not_let_in_by_it(door, change):
    class Slow(type(door.passwords)):
        def matches(self, password_hash, password):
            change(door.users, NOW + timedelta(seconds=1))
            return super().matches(password_hash, password)

    door.sign_in._tools = replace(door.sign_in._tools, passwords=Slow())
    refused(door)


def test_after_five_failures_a_stranger_waits_and_nobody_for_ever(door):
    for _ in range(OF_USER.free):
        refused(door, password="wrong password")
    with pytest.raises(SignInTooSoon) as caught:
        door.enter()
    assert caught.value.seconds == OF_USER.first.total_seconds()
    for number in range(40):  # however many go on failing, others wait a minute, never longer
        door.pass_time(seconds=61)
        refused(door, password="wrong password", address=f"198.51.100.{number}")
    with pytest.raises(SignInTooSoon) as caught:
        door.enter()
    assert caught.value.seconds <= 60
    door.pass_time(seconds=61)
    assert door.enter().who == ANN


def test_attempts_too_soon_do_not_count(door):
    for _ in range(OF_USER.free):
        refused(door, password="wrong password")
    for _ in range(20):
        with pytest.raises(SignInTooSoon):
            door.enter()
    door.pass_time(seconds=16)
    assert door.enter().who == ANN


def test_a_browser_that_was_signed_in_before_is_locked_out_by_nobody(door):
    browser = door.enter().browser
    for _ in range(OF_USER.free):
        refused(door, password="wrong password")
    with pytest.raises(SignInTooSoon):
        door.enter()
    assert door.enter(browser=browser).who == ANN


def test_but_has_a_limit_of_its_own(door):
    browser = door.enter().browser
    for _ in range(OF_BROWSER.free):
        refused(door, password="wrong password", browser=browser)
    with pytest.raises(SignInTooSoon):
        door.enter(browser=browser)


@pytest.mark.parametrize("forged", ["", "x", "x.y", "x." + "0" * 64])
def test_a_browser_is_known_by_its_signature_only(door, forged):
    for _ in range(OF_USER.free):
        refused(door, password="wrong password")
    with pytest.raises(SignInTooSoon):
        door.enter(browser=forged)


def test_anothers_browser_is_nobody_here(door):
    bob = door.users.add(replace(ANN, user="bob", name="Bob"), email="bob@desk.example", now=NOW)
    code = door.users.code("bob", now=NOW, demo_only=False)
    browser = door.enter(user="bob", password=bob.password, code=code).browser
    for _ in range(OF_USER.free):
        refused(door, password="wrong password")
    with pytest.raises(SignInTooSoon):
        door.enter(browser=browser)


def test_an_address_that_tries_many_names_waits(door):
    for number in range(OF_ADDRESS.free):
        refused(door, user=f"name{number}")
    with pytest.raises(SignInTooSoon):
        door.enter()
    assert door.enter(address="192.0.2.99").who == ANN


def test_a_sign_in_forgets_the_failures_of_the_user(door):
    for _ in range(OF_USER.free - 1):
        refused(door, password="wrong password")
    door.enter()
    for _ in range(OF_USER.free - 1):
        refused(door, password="wrong password")


def test_an_hour_without_failures_forgives_them(door):
    for _ in range(OF_USER.free):
        refused(door, password="wrong password")
    door.pass_time(minutes=61)
    refused(door, password="wrong password")
    assert door.enter().who == ANN


def test_who_knows_the_password_of_a_secret_that_cannot_be_opened_stays_out(door, caplog):
    account = door.store.tables.desk_users["ann"]
    code = door.code()
    door.store.tables.desk_users["ann"] = replace(account, sealed_secret="broken")
    refused(door, code=code)
    assert "sealed with another key" in caplog.text


# -- sessions ---------------------------------------------------------------------------------


def test_who_does_nothing_is_signed_out(door):
    token = door.enter().token
    assert door.sessions.enter(token, NOW + timedelta(minutes=29)) is not None
    assert door.sessions.enter(token, NOW + timedelta(minutes=58)) is not None
    assert door.sessions.enter(token, NOW + timedelta(minutes=88)) is None
    assert door.store.tables.desk_sessions == {}
    assert door.audited()[-1] == "desk.session_over"


def test_what_the_page_does_by_itself_keeps_no_session_alive(door):
    token = door.enter().token
    for minutes in range(1, 30):
        at = NOW + timedelta(minutes=minutes)
        assert door.sessions.enter(token, at, by_person=False) is not None
    assert door.sessions.enter(token, NOW + timedelta(minutes=30), by_person=False) is None


def test_a_session_is_over_after_its_longest_time_however_busy(door):
    token, at = door.enter().token, NOW
    while at < NOW + timedelta(hours=11, minutes=40):
        at += timedelta(minutes=20)
        assert door.sessions.enter(token, at) is not None
    assert door.sessions.enter(token, NOW + timedelta(hours=12)) is None


@pytest.mark.parametrize(
    "what",
    [
        lambda users, at: users.disable("ann", now=at),
        lambda users, at: users.reset("ann", now=at),
        lambda users, at: users.change("ann", now=at, role=Role.REVIEWER),
    ],
)
def test_a_new_password_another_role_or_being_disabled_ends_every_session(door, what):
    tokens = [door.enter().token, door.enter().token]
    what(door.users, NOW + timedelta(seconds=1))
    assert [door.sessions.enter(token, NOW + timedelta(seconds=2)) for token in tokens] == [
        None,
        None,
    ]


def test_a_session_from_before_a_change_is_void_even_if_it_was_not_found_then(door):
    token = door.enter().token
    account = door.store.tables.desk_users["ann"]
    later = NOW + timedelta(seconds=1)
    door.store.tables.desk_users["ann"] = replace(account, changed_at=later)
    assert door.sessions.enter(token, later) is None


def test_after_a_reset_neither_the_old_password_nor_the_old_code_opens(door):
    before = door.ann
    door.ann = door.users.reset("ann", now=NOW)
    refused(door, password=before.password)
    refused(door, code=door.codes.code(before.secret, NOW))
    assert door.enter().who == ANN


def test_every_sign_in_has_a_token_of_its_own(door):
    assert door.enter().token != door.enter().token


# -- users ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "a", "Ann!", "1ann", "ann lee", "a" * 33, "änn"])
def test_a_name_that_is_none_is_refused(door, name):
    with pytest.raises(DeskUserInvalid):
        door.users.add(replace(ANN, user=name), email="x@desk.example", now=NOW)


def test_a_name_is_given_once(door):
    door.users.disable("ann", now=NOW)
    with pytest.raises(DeskUserInvalid):
        door.users.add(ANN, email="x@desk.example", now=NOW)


@pytest.mark.parametrize("weak", ["short", "password1234", "aaaaaaaaaaaaaa", "Ann Lee Ann Lee"])
def test_a_weak_password_is_refused(door, weak):
    with pytest.raises(DeskUserInvalid):
        door.users.reset("ann", now=NOW, password=weak)


def test_made_up_passwords_are_long_and_all_different(door):
    made = {door.users.reset("ann", now=NOW).password for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) == 23 for password in made)


def test_codes_are_shown_of_the_demos_people_only(door):
    with pytest.raises(Exception, match="demo only"):
        door.users.code("ann", now=NOW, demo_only=True)


@pytest.mark.parametrize(
    ("has", "needed", "enough"),
    [
        (has, needed, order.index(has) >= order.index(needed))
        for order in [[Role.AGENT, Role.REVIEWER, Role.SUPERVISOR, Role.ADMIN]]
        for has in order
        for needed in order
    ],
)
def test_roles_rise(has, needed, enough):
    assert has.includes(needed) is enough

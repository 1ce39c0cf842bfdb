"""People of the desk on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.domain.articles import Presence
from aftersale.domain.desk import Attempts, DeskAccount, DeskSession, DeskUser, Role
from tests.integration.store.things import NOW

ANN = DeskAccount(
    DeskUser("ann", "Ann", Role.REVIEWER, ("helpdesk",), ("en", "de"), "orders", "/face.jpg"),
    email="ann@desk.example",
    password_hash="hash",
    sealed_secret="sealed",
    last_step=7,
    created_at=NOW,
    changed_at=NOW,
)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(uow_factory):
    with uow_factory() as uow:
        assert uow.desk.add(ANN)
        uow.commit()
    return uow_factory


def a_session(name="s1", **more):
    given = {"user": "ann", "created_at": NOW, "seen_at": NOW, "expires_at": NOW + 60 * MINUTE}
    return DeskSession(name, **given | more)


def test_a_user_comes_back_as_it_was_written(people):
    with people() as uow:
        assert uow.desk.account("ann") == ANN
        assert uow.desk.account("bob") is None
        assert uow.desk.accounts() == [ANN]


def test_a_name_is_given_once(people):
    with people() as uow:
        assert not uow.desk.add(replace(ANN, email="other@desk.example"))
        assert uow.desk.account("ann") == ANN


def test_saving_changes_all_but_the_step_of_the_codes(people):
    changed = replace(
        ANN, who=replace(ANN.who, role=Role.ADMIN), disabled_at=NOW, last_step=0, is_demo=True
    )
    with people() as uow:
        uow.desk.save(changed)
        assert uow.desk.account("ann") == replace(changed, last_step=7)


def test_a_step_is_used_once_and_never_an_earlier_one(people):
    with people() as uow:
        used = [uow.desk.use_step("ann", step) for step in (7, 6, 8, 8, 10, 9)]
    assert used == [False, False, True, False, True, False]


def test_a_session_is_opened_seen_and_ended(people):
    with people() as uow:
        uow.desk.open_session(a_session())
        uow.desk.see("s1", NOW + MINUTE)
        uow.desk.see("s1", NOW)  # never backwards
        assert uow.desk.session("s1") == a_session(seen_at=NOW + MINUTE)
        assert uow.desk.end_session("s1")
        assert not uow.desk.end_session("s1")
        assert uow.desk.session("s1") is None


def test_all_sessions_of_a_user_end_and_nobody_elses(people):
    with people() as uow:
        uow.desk.add(replace(ANN, who=replace(ANN.who, user="bob")))
        for name, user in (("s1", "ann"), ("s2", "ann"), ("s3", "bob")):
            uow.desk.open_session(a_session(name, user=user))
        assert uow.desk.end_sessions("ann") == 2
        assert uow.desk.session("s3") is not None


def test_sessions_whose_time_is_over_go_when_the_next_one_is_opened(people):
    with people() as uow:
        uow.desk.open_session(a_session("old", expires_at=NOW + MINUTE))
        uow.desk.open_session(a_session("new", created_at=NOW + MINUTE))
        assert uow.desk.session("old") is None
        assert uow.desk.session("new") is not None


def test_failures_are_counted_and_forgotten(people):
    with people() as uow:
        assert uow.desk.attempts("k") is None
        uow.desk.note_attempts(Attempts("k", 1, NOW))
        uow.desk.note_attempts(Attempts("k", 2, NOW + MINUTE))
        assert uow.desk.attempts("k") == Attempts("k", 2, NOW + MINUTE)
        uow.desk.note_attempts(Attempts("other", 1, NOW + timedelta(days=2)))
        assert uow.desk.attempts("k") is None
        uow.desk.forget_attempts(["other", "nobody"])
        assert uow.desk.attempts("other") is None


def there(uow, storefront, at=NOW):
    return [(one.agent, one.storefront) for one in uow.agents.present(storefront, at)]


def test_somebody_may_be_there_for_several_storefronts(people):
    until = NOW + MINUTE
    with people() as uow:
        uow.agents.arrive(*(Presence("ann", key, NOW, until) for key in ("helpdesk", "group-buy")))
        uow.agents.arrive(Presence("bob", None, NOW, until))
        assert there(uow, "helpdesk") == [("ann", "helpdesk"), ("bob", None)]
        assert there(uow, "group-buy") == [("ann", "group-buy"), ("bob", None)]
        assert there(uow, "seller-direct") == [("bob", None)]
        assert uow.agents.leave("ann", NOW)
        assert not uow.agents.leave("ann", NOW)
        assert there(uow, "helpdesk", NOW) == [("bob", None)]


def test_who_says_it_again_was_there_all_the_time(people):
    with people() as uow:
        for seconds in (0, 20, 40):
            at = NOW + timedelta(seconds=seconds)
            uow.agents.arrive(Presence("ann", None, at, at + MINUTE))
        (ann,) = uow.agents.present("helpdesk", NOW + MINUTE)
        assert (ann.since, ann.until) == (NOW, NOW + timedelta(seconds=100))
        back = NOW + 10 * MINUTE
        uow.agents.arrive(Presence("ann", None, back, back + MINUTE))
        assert uow.agents.present("helpdesk", back)[0].since == back

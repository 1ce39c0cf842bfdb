"""Mail that came in: once, and how often it failed, whatever restarts."""

from datetime import timedelta

from tests.integration.store.things import NOW

LATER = NOW + timedelta(minutes=1)


def failed(uow_factory, key, *, at=NOW):
    with uow_factory() as uow:
        times = uow.mails.failed(key, at=at)
        uow.commit()
    return times


def test_failures_are_counted_a_mail(uow_factory):
    assert [failed(uow_factory, "a"), failed(uow_factory, "b")] == [1, 1]
    assert [failed(uow_factory, "a", at=LATER) for _ in range(4)] == [2, 3, 4, 5]


def test_what_was_taken_in_has_failed_never(uow_factory):
    failed(uow_factory, "a")
    with uow_factory() as uow:
        assert not uow.mails.taken("a")
        uow.mails.take("a", at=NOW, kind="reply")
        uow.mails.take("a", at=LATER, kind="reply")
        uow.commit()
    with uow_factory() as uow:
        assert uow.mails.taken("a")
    assert failed(uow_factory, "a") == 1

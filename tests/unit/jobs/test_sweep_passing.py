"""What is over goes after its time, a little at a time; what somebody may still need stays."""

import os
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from aftersale.adapters.upload_folder import UploadFolder
from aftersale.domain.accounts import AskedFrom, GuestCode, ResetRequest
from aftersale.domain.cases import Attachment
from aftersale.domain.conversations import Author, EventType
from aftersale.domain.requests import (
    LinkPurpose,
    OneTimeLink,
    OutboxKind,
    OutboxRow,
    OutboxState,
)
from aftersale.domain.secure import SecureNote
from aftersale.jobs.sweep import Sweep
from tests.unit.services.world import NOW, S3, World

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
MONTH = 30 * DAY
ASKED = AskedFrom(S3, "key", "conv", None)


class Kept(World):
    """A world with an upload folder."""

    def __init__(self, folder):
        super().__init__(S3)
        self.folder = folder
        self.files = UploadFolder(folder)
        self.sweep = Sweep(self.wiring, files=self.files)

    def write(self, age):
        """Keep a file that was written so long before NOW."""
        name = self.files.keep(b"x")
        at = (NOW - age).timestamp()
        os.utime(self.folder / name, (at, at))
        return name

    def attach(self, age, *, name=None, case=None):
        kept = name or self.write(age)
        sent = Attachment(
            attachment_id=f"{len(self.store.tables.attachments) + 1:032x}",
            storefront=S3,
            conversation_id="conv",
            media_type="image/jpeg",
            size=1,
            sha256="0",
            stored_as=kept,
            created_at=NOW - age,
            case_number=case,
        )
        self.store.tables.attachments[sent.attachment_id] = sent
        return sent

    def send(self, attachment):
        with self.store() as uow:
            uow.conversations.append(
                "conv",
                type=EventType.MESSAGE,
                author=Author.BUYER,
                at=NOW,
                body={"blocks": [{"type": "photo", "attachment_id": attachment.attachment_id}]},
            )
            uow.commit()

    @property
    def lying(self):
        return {path.name for path in self.folder.iterdir()}


@pytest.fixture
def kept(tmp_path):
    return Kept(tmp_path / "uploads")


def effect(key, **more):
    known = {
        "kind": OutboxKind.GUEST_CODE,
        "state": OutboxState.DONE,
        "created_at": NOW,
        "not_before": NOW,
    }
    return OutboxRow(f"o-{key}", idempotency_key=key, payload={}, **known | more)


def fill(tables):
    """Put in one of everything that is over at NOW, and its like that must stay."""
    tables.resets.append(ResetRequest("r", ASKED, NOW, "a***@x.example"))
    tables.codes["k"] = GuestCode("k", ASKED, "N", "h", NOW - HOUR, NOW)
    for name, used in (("expired", None), ("used", NOW - DAY)):
        link = OneTimeLink(name, LinkPurpose.RESET_PASSWORD, "ann", NOW - DAY, NOW, used)
        tables.links[name] = link
    tables.secure["empty"] = SecureNote("empty", S3, "conv", NOW)
    tables.secure["filled"] = SecureNote("filled", S3, "conv", NOW, received_at=NOW)
    tables.outbox["code"] = effect("code")
    tables.outbox["waits"] = effect("waits", state=OutboxState.PENDING, not_before=NOW + 90 * DAY)
    tables.outbox["cancel"] = effect("cancel", kind=OutboxKind.SHOP_CANCEL)


GOING = {"resets": 1, "codes": 1, "links": 2, "secure": 1, "outbox": 1}


@pytest.mark.parametrize(("seconds", "gone"), [(0, False), (1, True)])
def test_what_is_over_goes_after_thirty_days(kept, seconds, gone):
    fill(kept.store.tables)
    there = {name: len(getattr(kept.store.tables, name)) for name in GOING}
    now = NOW + MONTH + seconds * SECOND
    expected = sum(GOING.values()) if gone else 0
    assert kept.sweep.run(now, dry_run=True).records_forgotten == expected
    assert {name: len(getattr(kept.store.tables, name)) for name in GOING} == there
    assert kept.sweep.run(now).records_forgotten == expected
    left = {name: len(getattr(kept.store.tables, name)) for name in GOING}
    assert left == {name: n - (GOING[name] if gone else 0) for name, n in there.items()}
    assert {"filled", "waits", "cancel"} <= {*kept.store.tables.secure, *kept.store.tables.outbox}


def test_much_goes_in_parts_of_their_own_transactions(kept, monkeypatch):
    left = [450]
    kept.store.tables.resets += [
        ResetRequest(f"r{n}", ASKED, NOW, "a***@x.example") for n in range(450)
    ]
    uow = type(kept.store())
    commit = uow.commit

    def counted(self):
        left.append(len(self._tables.resets))
        commit(self)

    monkeypatch.setattr(uow, "commit", counted)
    assert kept.sweep.run(NOW + MONTH + DAY).records_forgotten == 450
    assert kept.store.tables.resets == []
    assert max(before - after for before, after in pairwise(left)) == 200


def test_it_is_done_once_an_hour(kept):
    late = NOW + MONTH + DAY
    assert kept.sweep.run(late).records_forgotten == 0
    fill(kept.store.tables)
    assert kept.sweep.run(late + HOUR - SECOND).records_forgotten == 0
    assert kept.sweep.run(late + HOUR).records_forgotten == sum(GOING.values())


def test_a_file_that_no_row_names_goes_after_an_hour(kept):
    named = kept.attach(40 * DAY, case="C-1")
    young, old = kept.write(HOUR - SECOND), kept.write(HOUR + SECOND)
    assert kept.sweep.run(NOW, dry_run=True).files_removed == 1
    assert kept.lying == {named.stored_as, young, old}
    assert kept.sweep.run(NOW).files_removed == 1
    assert kept.lying == {named.stored_as, young}


def test_what_is_no_upload_is_left_alone(kept):
    kept.attach(DAY, case="C-1")
    strange = kept.folder / "README"
    strange.write_text("not ours")
    os.utime(strange, (0, 0))
    (kept.folder / ("d" * 32)).mkdir()
    os.utime(kept.folder / ("d" * 32), (0, 0))
    assert kept.sweep.run(NOW).files_removed == 0
    assert strange.exists()


def test_a_store_that_names_no_file_at_all_removes_none(kept):
    kept.write(DAY)
    assert kept.sweep.run(NOW).files_removed == 0
    assert len(kept.lying) == 1


def test_without_a_folder_there_is_nothing_to_do(kept):
    assert not kept.folder.exists()
    kept.attach(DAY, name="0" * 32, case="C-1")
    assert kept.sweep.run(NOW).files_removed == 0


@pytest.mark.parametrize(("age", "gone"), [(DAY, False), (DAY + SECOND, True)])
def test_an_upload_that_nobody_used_goes_after_a_day(kept, age, gone):
    loose = kept.attach(age)
    in_case, sent = kept.attach(40 * DAY, case="C-1"), kept.attach(40 * DAY)
    kept.send(sent)
    assert kept.sweep.run(NOW, dry_run=True).uploads_removed == gone
    assert len(kept.lying) == 3
    assert kept.sweep.run(NOW).uploads_removed == gone
    staying = {each.stored_as for each in (in_case, sent, *(() if gone else (loose,)))}
    assert kept.lying == staying
    assert {a.stored_as for a in kept.store.tables.attachments.values()} == staying


def test_the_row_goes_before_its_file_and_the_file_is_found_later(kept, monkeypatch, caplog):
    staying, loose = kept.attach(DAY, case="C-1"), kept.attach(2 * DAY)
    remove = kept.files.remove

    def crash(_name):
        raise OSError("the disk is away")

    monkeypatch.setattr(kept.files, "remove", crash)
    kept.write(2 * DAY)  # nor can this be removed, and neither stops the other
    swept = kept.sweep.run(NOW)
    assert (swept.uploads_removed, swept.files_removed) == (1, 0)
    assert list(kept.store.tables.attachments) == [staying.attachment_id]
    assert "could not be removed" in caplog.text
    monkeypatch.setattr(kept.files, "remove", remove)
    assert kept.sweep.run(NOW + HOUR).files_removed == 2
    assert loose.stored_as not in kept.lying


def test_many_uploads_that_nobody_used_all_go(kept):
    tables = kept.store.tables
    first = kept.attach(2 * DAY)
    for n in range(2, 420):
        more = replace(first, attachment_id=f"{n:032x}", stored_as=f"{n:032x}")
        tables.attachments[more.attachment_id] = more
    assert kept.sweep.run(NOW).uploads_removed == 419
    assert kept.store.tables.attachments == {}

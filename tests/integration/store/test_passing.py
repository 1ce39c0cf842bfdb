"""What is kept for a while only, on both databases: what goes, what stays, in which parts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftersale.adapters.photos import Photos
from aftersale.adapters.upload_folder import UploadFolder
from aftersale.domain.accounts import AskedFrom, GuestCode, ResetRequest
from aftersale.domain.channels import SendState
from aftersale.domain.conversations import Author, EventType
from aftersale.domain.requests import LinkPurpose, OneTimeLink, OutboxKind
from aftersale.domain.secure import SecureNote
from aftersale.errors import AttachmentGone
from aftersale.jobs.sweep import Sweep
from aftersale.services.conversations import Conversations
from aftersale.services.incoming import Incoming
from aftersale.services.photo_links import PhotoLinks
from aftersale.services.ports_desks import TakenEvent
from aftersale.services.ports_passing import Passing
from aftersale.services.uploads import SentFile, Uploads
from tests.integration.store.channel_things import a_send, a_thread, an_event, names
from tests.integration.store.things import (
    NOW,
    SHOP,
    a_case,
    a_conversation,
    an_audit,
    an_effect,
    an_entry,
    fill,
)
from tests.photos import photo
from tests.unit.services.world import World

ASKED = AskedFrom(SHOP, "key", "c1", None)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture
def filled(uow_factory):
    fill(uow_factory, conversations=[a_conversation()])
    with uow_factory() as uow:
        for n in range(3):
            uow.accounts.add_reset(ResetRequest(f"r{n}", ASKED, NOW, "a***@x.example"))
            uow.accounts.add_code(GuestCode(f"k{n}", ASKED, "N", "h", NOW - DAY, NOW))
            link = OneTimeLink(f"{n}" * 64, LinkPurpose.RESET_PASSWORD, "b", NOW - DAY, NOW)
            uow.requests.add_link(link)
            uow.secure.add(SecureNote(f"n{n}", SHOP, "c1", NOW))
            kind = (OutboxKind.PASSWORD_RESET, OutboxKind.GUEST_CODE, OutboxKind.DESK)[n]
            uow.outbox.add(an_effect(f"e{n}", idempotency_key=f"e{n}", kind=kind, created_at=NOW))
            uow.outbox.finish(f"e{n}")
            uow.desk_links.take([TakenEvent(0, f"d{n}", "4", NOW)])
            uow.channels.add_thread(a_thread())
            uow.channels.take(an_event(f"m{n}"))
            uow.channels.add_send(a_send(f"s{n}", seq=n, state=SendState.SENT))
        came = uow.channels.waiting("t1", NOW, limit=9, settled=NOW)
        uow.channels.worked([event.row for event in came])
        done = [taken.event_id for taken in uow.desk_links.waiting(NOW, limit=9)]
        uow.desk_links.worked(done)
        uow.commit()
    return uow_factory


@pytest.mark.parametrize("what", Passing)
def test_what_is_over_goes_in_parts(filled, what):
    with filled() as uow:
        assert uow.passing.forget(what, over_before=NOW, limit=2) == 0
        later = NOW + SECOND
        goes = [uow.passing.forget(what, over_before=later, limit=2) for _ in range(3)]
    assert goes == [2, 1, 0]


def test_nothing_goes_that_somebody_may_still_need(filled):
    with filled() as uow:
        filled_note = SecureNote("kept", SHOP, "c1", NOW)
        uow.secure.add(filled_note)
        uow.secure.save(replace(filled_note, received_at=NOW))
        for name, kind in (("waits", OutboxKind.GUEST_CODE), ("shop", OutboxKind.SHOP_CANCEL)):
            row = an_effect(name, idempotency_key=name, kind=kind, created_at=NOW)
            uow.outbox.add(row)
        uow.outbox.finish("shop")
        uow.desk_links.take([TakenEvent(0, "waits", "4", NOW)])
        uow.channels.take(an_event("waits"))
        uow.channels.add_send(a_send("waits", seq=9, state=SendState.HELD))
        for what in Passing:
            uow.passing.forget(what, over_before=NOW + SECOND, limit=100)
        assert uow.secure.get("kept") is not None
        assert [each.key for each in uow.desk_links.waiting(NOW, limit=9)] == ["waits"]
        assert uow.outbox.by_key("waits") is not None
        assert names(uow.channels.waiting("t1", NOW, limit=9, settled=NOW)) == ["waits"]
        assert names(uow.channels.sends_of("c1", since=0)) == ["waits"]
        assert uow.outbox.by_key("shop") is not None
        assert uow.outbox.by_key("e1") is None
        assert uow.requests.link("1" * 64) is None


@pytest.fixture
def files(tmp_path):
    return UploadFolder(tmp_path / "uploads")


def taken(uow_factory, files, n):
    check, links = Photos(megapixels=1), PhotoLinks("secret")
    uploads = Uploads(uow=uow_factory, check=check, store=files, links=links)
    return [uploads.take(a_conversation(), SentFile(photo()), NOW) for _ in range(n)]


@pytest.mark.parametrize("author", [Author.BUYER, Author.AGENT])
def test_an_upload_goes_when_neither_a_case_nor_a_message_names_it(filled, files, author):
    in_case, sent, loose = taken(filled, files, 3)
    with filled() as uow:
        uow.cases.add(a_case(), an_entry(), audit=an_audit())
        uow.attachments.bind([in_case.attachment_id], a_case().number)
        body = {"blocks": [{"type": "photo", "attachment_id": sent.attachment_id}]}
        kind = EventType.MESSAGE
        uow.conversations.append("c1", type=kind, author=author, at=NOW, body=body)
        uow.commit()
    wiring = replace(World(SHOP).wiring, uow=filled)
    early = Sweep(wiring, files=files).run(NOW + DAY)
    assert (early.uploads_removed, early.files_removed) == (0, 0)
    swept = Sweep(wiring, files=files).run(NOW + DAY + SECOND)
    assert (swept.uploads_removed, swept.files_removed) == (1, 0)
    with filled() as uow:
        left = {each.attachment_id for each in uow.attachments.of_conversation("c1")}
        assert uow.passing.named_files([loose.stored_as, sent.stored_as]) == {sent.stored_as}
        assert uow.passing.names_files()
        for each in (in_case, sent):
            assert not uow.passing.drop_file(each.attachment_id, sent_before=NOW + DAY + SECOND)
    assert left == {in_case.attachment_id, sent.attachment_id}
    assert [files.path(each.stored_as).exists() for each in (in_case, sent, loose)] == [
        True,
        True,
        False,
    ]


def test_a_message_that_names_a_removed_upload_is_told_so(filled, files):
    (loose,) = taken(filled, files, 1)
    wiring = replace(World(SHOP).wiring, uow=filled)
    Sweep(wiring, files=files).run(NOW + DAY + SECOND)
    talk = Conversations(
        uow=filled, verifier=None, screen=None, voice=None, storefronts={}, session_hours=12
    )
    incoming = Incoming("m1", attachment_ids=(loose.attachment_id,))
    with pytest.raises(AttachmentGone):
        talk.receive("c1", incoming, NOW + DAY + SECOND)

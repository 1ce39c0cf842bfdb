"""The part of the composition root that makes a desk of somebody else, where there is one."""

from datetime import timedelta

from aftersale.adapters.chatwoot_desk import Chatwoot, Inbox
from aftersale.adapters.chatwoot_http import ChatwootHttp
from aftersale.adapters.upload_folder import UploadFolder
from aftersale.domain.cases import Attachment
from aftersale.gateway.screen import screen
from aftersale.jobs.outside_desk import DeskJobs, DeskParts, OutsideDesk
from aftersale.services.handoff.agents import AgentDesk
from aftersale.services.outside_desk.answering import Answering
from aftersale.services.outside_desk.card import Cards
from aftersale.services.outside_desk.card_tokens import CardTokens
from aftersale.services.outside_desk.carrying import Carrying
from aftersale.services.outside_desk.falling_back import FallingBack
from aftersale.services.outside_desk.following import Following
from aftersale.services.outside_desk.noting import Noting
from aftersale.services.outside_desk.outside import Outside
from aftersale.services.outside_desk.owning import Owning
from aftersale.services.outside_desk.people import People
from aftersale.services.outside_desk.taking import Taking
from aftersale.services.ports_desks import Desk
from aftersale.services.uploads import Uploads
from aftersale.services.wiring import Wiring
from aftersale.settings import Settings


def outside_desk_of(settings: Settings, wiring: Wiring, uploads: Uploads) -> OutsideDesk | None:
    """Return the desk of the settings; None where agents work at our own."""
    if settings.desk != "chatwoot":
        return None
    return outside_desk(chatwoot_of(settings), settings, wiring, uploads)


def chatwoot_of(settings: Settings) -> Chatwoot:
    """Return Chatwoot as the settings name it; they were checked together."""
    files = tuple(each.origin for each in settings.chatwoot_files)
    http = ChatwootHttp(
        settings.chatwoot_url or "", settings.chatwoot_token or "", file_origins=files
    )
    inbox = Inbox(
        account=settings.chatwoot_account or 0,
        inbox=settings.chatwoot_inbox or 0,
        identifier=settings.chatwoot_inbox_identifier,
        secret=settings.chatwoot_secret,
    )
    return Chatwoot(http, inbox)


def outside_desk(desk: Desk, settings: Settings, wiring: Wiring, uploads: Uploads) -> OutsideDesk:
    """Put the parts around a desk together."""
    folder = UploadFolder(settings.data_dir / "uploads")

    def read_file(sent: Attachment) -> bytes:
        return folder.path(sent.stored_as).read_bytes()

    tokens = CardTokens(settings.links_secret)
    outside = Outside(wiring, desk, tokens, settings.desk_base_url, read_file)
    owning = Owning(outside, AgentDesk(wiring))
    most = settings.upload_megabytes * 1_000_000
    answering = Answering(outside, owning, uploads, screen, most=most)
    parts = DeskParts(
        noting=Noting(outside),
        carrying=Carrying(outside),
        following=Following(
            outside, answering, owning, closes=settings.chatwoot_resolved == "close"
        ),
        falling_back=FallingBack(outside, owning),
        people=People(outside),
    )
    every = timedelta(seconds=settings.chatwoot_every)
    return OutsideDesk(
        desk=desk,
        taking=Taking(outside, screen),
        jobs=DeskJobs(wiring.uow, parts, every=every),
        cards=Cards(wiring, tokens),
    )

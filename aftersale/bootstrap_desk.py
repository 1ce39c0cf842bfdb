"""The parts of the composition root that belong to the desk."""

from collections.abc import Mapping
from datetime import timedelta

from aftersale.adapters.canned_file import read_canned
from aftersale.adapters.goals_file import read_meanings
from aftersale.adapters.one_time_codes import Rfc6238Codes
from aftersale.adapters.passwords_argon2 import Argon2Hasher
from aftersale.adapters.seal import FernetSeal
from aftersale.adapters.upload_folder import UploadFolder
from aftersale.adapters.voice_wording import Wording
from aftersale.gateway.screen import screen
from aftersale.policy.knobs import Policy
from aftersale.services.desk.access import DeskAccess
from aftersale.services.desk.acts import DeskActs
from aftersale.services.desk.canned import CannedReplies
from aftersale.services.desk.chats import DeskChats
from aftersale.services.desk.presence import DeskPresence
from aftersale.services.desk.sessions import Sessions
from aftersale.services.desk.sign_in import SignIn, SignInTools
from aftersale.services.desk.users import DeskUsers
from aftersale.services.measures.supervising import Supervising
from aftersale.services.ports import UowFactory
from aftersale.services.ports_measures import OpenMeasures
from aftersale.services.wiring import Wiring
from aftersale.settings import Settings


def supervising_of(
    settings: Settings, measures: OpenMeasures, policies: Mapping[str, Policy]
) -> Supervising:
    """Return what counts for supervisors.

    Raises:
        SettingsInvalid: the file of goals names what there is not.
    """
    wording = Wording.read(settings.domain_file)
    return Supervising(measures, policies, read_meanings(settings.goals_file, wording))


def desk_users_of(settings: Settings, uow: UowFactory) -> DeskUsers:
    """Return what keeps the users of the desk."""
    return DeskUsers(uow, sign_in_tools(settings))


def sign_in_tools(settings: Settings) -> SignInTools:
    """Return what checks passwords and codes, and makes them."""
    return SignInTools(
        passwords=Argon2Hasher(),
        codes=Rfc6238Codes(),
        seal=FernetSeal(settings.seal_secret),
        secret=settings.links_secret,
    )


def desk_access_of(settings: Settings, wiring: Wiring) -> DeskAccess:
    """Return the desk's door, and what is done behind it.

    Raises:
        SettingsInvalid: with every mistake of the ready replies.
    """
    tools, uow, policies = sign_in_tools(settings), wiring.uow, wiring.policies
    canned = CannedReplies(read_canned(settings.canned_file, policies), policies)
    files = UploadFolder(settings.data_dir / "uploads")
    return DeskAccess(
        sign_in=SignIn(uow, tools, lasts=timedelta(hours=settings.desk_session_hours)),
        sessions=Sessions(uow, idle=timedelta(minutes=settings.desk_idle_minutes)),
        presence=DeskPresence(uow, policies),
        acts=DeskActs.made_with(wiring, screen),
        chats=DeskChats.made_with(wiring, files, screen, canned),
    )

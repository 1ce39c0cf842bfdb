"""The parts of the composition root that belong to the desk."""

from collections.abc import Collection
from datetime import timedelta

from aftersale.adapters.one_time_codes import Rfc6238Codes
from aftersale.adapters.passwords_argon2 import Argon2Hasher
from aftersale.adapters.seal import FernetSeal
from aftersale.services.desk.access import DeskAccess
from aftersale.services.desk.presence import DeskPresence
from aftersale.services.desk.sessions import Sessions
from aftersale.services.desk.sign_in import SignIn, SignInTools
from aftersale.services.desk.users import DeskUsers
from aftersale.services.ports import UowFactory
from aftersale.settings import Settings


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


def desk_access_of(
    settings: Settings, uow: UowFactory, storefronts: Collection[str]
) -> DeskAccess:
    """Return the desk's door."""
    tools = sign_in_tools(settings)
    return DeskAccess(
        sign_in=SignIn(uow, tools, lasts=timedelta(hours=settings.desk_session_hours)),
        sessions=Sessions(uow, idle=timedelta(minutes=settings.desk_idle_minutes)),
        presence=DeskPresence(uow, storefronts),
    )

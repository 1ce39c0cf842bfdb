"""People who work at the desk: who they are, what they may, and their sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do at the desk; each role may all that the ones before it may."""

    AGENT = "agent"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"

    def includes(self, needed: "Role") -> bool:
        """Tell whether this role may what the needed one may."""
        rising = list(Role)
        return rising.index(self) >= rising.index(needed)


@dataclass(frozen=True, slots=True)
class DeskUser:
    """Somebody at the desk, as the rest of the product knows them."""

    user: str  # the name they sign in with: lower case, never given to somebody else
    name: str  # what buyers and colleagues read
    role: Role
    storefronts: tuple[str, ...] = ()  # empty: all of them
    languages: tuple[str, ...] = ()  # language codes they write in; empty: not said
    team: str | None = None
    picture: str | None = None  # address below the public one; None: their first letters

    @property
    def actor(self) -> str:
        """The name of the user in the audit."""
        return f"agent:{self.user}"

    def serves(self, storefront: str) -> bool:
        """Tell whether the user works for that storefront."""
        return not self.storefronts or storefront in self.storefronts


@dataclass(frozen=True, slots=True)
class DeskAccount:
    """A desk user with what signs them in. Neither password nor secret is readable here."""

    who: DeskUser
    email: str
    password_hash: str
    sealed_secret: str  # of the one-time codes
    last_step: int  # the newest time step whose code was accepted: none is accepted twice
    created_at: datetime
    changed_at: datetime  # sessions from before it are over
    disabled_at: datetime | None = None
    is_demo: bool = False  # made by the demo, with a password that lies in a file


@dataclass(frozen=True, slots=True)
class DeskSession:
    """A signed-in browser; its token is stored as a hash only."""

    session_hash: str
    user: str
    created_at: datetime
    seen_at: datetime  # the last time that the person did something, to the half minute
    expires_at: datetime

    def lasts(self, now: datetime, idle: timedelta) -> bool:
        """Tell whether neither its time nor the person's patience is over."""
        return now < self.expires_at and now < self.seen_at + idle


@dataclass(frozen=True, slots=True)
class Attempts:
    """Failed sign-ins in a row under one key: a user's name, a known browser, an address."""

    key_hash: str
    failures: int
    last_at: datetime

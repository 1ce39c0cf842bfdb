"""What the desk's door is made of, made once by `bootstrap`."""

from dataclasses import dataclass

from aftersale.services.desk.presence import DeskPresence
from aftersale.services.desk.sessions import Sessions
from aftersale.services.desk.sign_in import SignIn


@dataclass(frozen=True, slots=True)
class DeskAccess:
    """Signing in, the sessions, and who is there."""

    sign_in: SignIn
    sessions: Sessions
    presence: DeskPresence

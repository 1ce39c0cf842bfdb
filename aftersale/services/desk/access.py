"""What the desk itself is made of, made once by `bootstrap`."""

from dataclasses import dataclass

from aftersale.services.desk.acts import DeskActs
from aftersale.services.desk.chats import DeskChats
from aftersale.services.desk.presence import DeskPresence
from aftersale.services.desk.sessions import Sessions
from aftersale.services.desk.sign_in import SignIn


@dataclass(frozen=True, slots=True)
class DeskAccess:
    """Signing in, the sessions, who is there, and what they do about orders, cases and chats."""

    sign_in: SignIn
    sessions: Sessions
    presence: DeskPresence
    acts: DeskActs
    chats: DeskChats

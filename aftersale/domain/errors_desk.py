"""What is refused at the desk; the whole error tree is drawn in `aftersale.errors`."""

from aftersale.domain.errors import AftersaleError


class SignInRefused(AftersaleError):
    """Name, password or code is wrong, or the desk user is disabled: never told apart."""

    code = "sign_in_refused"


class SignInTooSoon(AftersaleError):
    """After too many failures the next attempt is taken only later."""

    code = "sign_in_too_soon"

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many attempts. Please try again in {seconds} seconds.")
        self.seconds = seconds


class NotAllowed(AftersaleError):
    """The role at the desk does not include it; the detail names the role that does."""

    code = "not_allowed"


class DeskUserInvalid(AftersaleError):
    """A desk user cannot be made or changed like that; the detail says why."""

    code = "desk_user_invalid"


class OwnershipMoved(AftersaleError):
    """Whoever acts does not own the conversation (any more); it is read again first."""

    code = "ownership_moved"

"""The page behind a link in a mail about a forgotten password. A GET changes nothing.

It needs no cookie and no token against forged posts: the one key is in its address, and nobody who
forges a post knows it.
"""

from html import escape

from aiohttp import web

from aftersale.errors import LinkGone
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.pages import page, paragraph, token_of
from aftersale.gateway.replies import Refusal
from aftersale.services.password_rules import LONGEST, SHORTEST, Fault
from aftersale.services.reset_links import ResetPage

TITLE = "Choose a new password"
GONE = (
    "This link has been used, was replaced by a newer one, or has expired. "
    "Nothing was changed. You can ask for a new one in the chat or on the sign-in page."
)
DONE = (
    "Your password was changed, and every session was ended. You can sign in with the new one; "
    "a mail confirms the change."
)
HINT = (
    f"At least {SHORTEST} characters. A few words in a row are easy to remember and hard to guess."
)
FAULTS = {
    Fault.TOO_SHORT: f"Please use at least {SHORTEST} characters.",
    Fault.TOO_LONG: f"Please use at most {LONGEST} characters.",
    Fault.TOO_COMMON: "Many people use this one, so it is guessed at once; please choose another.",
    Fault.OWN_NAME: "Please choose one that is not made of your name, your address or the shop.",
    Fault.NOT_SAME: "The two passwords are not the same; please type both again.",
}


async def show(request: web.Request) -> web.Response:
    """Show the form."""
    services, token = request.app[SERVICES], token_of(request)
    try:
        asked = await services.in_thread(
            lambda: services.new_password.view(token, now=services.clock())
        )
    except LinkGone:
        return _gone()
    return page(TITLE, _form(asked, None))


async def take(request: web.Request) -> web.Response:
    """Take the new password."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise Refusal("unsupported_media_type", "Use the form of the page.")
    sent = await request.post()
    first, second = (_text(sent.get(name)) for name in ("password", "again"))
    services, token = request.app[SERVICES], token_of(request)
    now = services.clock()
    try:
        asked = await services.in_thread(lambda: services.new_password.view(token, now=now))
        fault = Fault.NOT_SAME if first != second else None
        fault = fault or await services.in_thread(
            lambda: services.new_password.choose(token, first, now=now)
        )
    except LinkGone:
        return _gone()
    if fault is not None:
        return page(TITLE, _form(asked, fault), status=422)
    return page("Password changed", paragraph(DONE))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _gone() -> web.Response:
    return page("Link no longer valid", paragraph(GONE), status=410)


def _form(asked: ResetPage, fault: Fault | None) -> str:
    what = f"For your account {asked.account} at {asked.storefront_name}."
    wrong = f'<p id="fault" role="alert">{escape(FAULTS[fault])}</p>' if fault else ""
    return (
        f"{paragraph(what)}{wrong}"
        '<form method="post">'
        f"{_field('password', 'New password', fault)}"
        f'<p id="hint">{escape(HINT)}</p>'
        f"{_field('again', 'The same again', fault)}"
        '<button value="agree">Change the password</button></form>'
        f"{paragraph(f'The link works once, until {asked.expires_at:%d %B %Y %H:%M %Z}.')}"
    )


def _field(name: str, label: str, fault: Fault | None) -> str:
    told = (
        'aria-invalid="true" aria-describedby="fault hint"' if fault else 'aria-describedby="hint"'
    )
    return (
        f'<label for="{name}">{label}</label>'
        f'<input id="{name}" name="{name}" type="password" autocomplete="new-password" '
        f'minlength="{SHORTEST}" maxlength="{LONGEST}" required {told}>'
    )

"""What the interface answers when it refuses: RFC 9457 problem documents with a stable code.

Never the text of an exception from elsewhere, never what the caller sent.
"""

import json
from typing import Any

from aiohttp import web

from aftersale.domain.errors import AftersaleError

TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    410: "Gone",
    413: "Too large",
    415: "Unsupported media type",
    422: "Cannot be processed",
    429: "Too many requests",
    500: "Internal error",
    503: "Unavailable",
}
INTERNAL = "Something went wrong here; please try again."
# Codes that a caller may meet; every other error of ours is a fault of this server.
STATUS = {
    "not_found": 404,
    "not_verified": 403,
    "no_address": 409,
    "ownership_moved": 409,
    "stale_order": 409,
    "unknown_storefront": 404,
    "identity_invalid": 401,
    "identity_expired": 401,
    "identity_mismatch": 409,
    "origin_not_allowed": 403,
    "token_invalid": 401,
    "message_too_large": 413,
    "message_empty": 422,
    "button_gone": 409,
    "client_id_chosen": 422,
    "client_msg_id_reused": 409,
    "too_many_requests": 429,
    "conversation_closed": 409,
    "turn_not_open": 409,
    "link_gone": 410,
    "bad_request": 400,
    "signature_invalid": 401,
    "body_too_large": 413,
    "unsupported_media_type": 415,
    "method_not_allowed": 405,
    "upload_too_large": 413,
    "upload_too_many_pixels": 413,
    "upload_unreadable": 422,
    "uploads_full": 409,
    "attachment_gone": 409,
    "buyer_blocked": 403,
    "unavailable": 503,
}
# The same for codes that only people at the desk meet.
AT_THE_DESK = {
    "sent_already": 409,
    "sign_in_refused": 401,
    "sign_in_too_soon": 429,
    "not_signed_in": 401,
    "csrf_missing": 403,
    "not_allowed": 403,
    "terms_changed": 409,
    "override_needed": 409,
    "not_possible": 409,
    "case_over": 409,
    "party_to_case": 403,
    "review_not_independent": 403,
    "request_open": 409,
    "illegal_move": 409,
    "period_invalid": 422,
}


class Refusal(AftersaleError):
    """A request that the interface itself refuses, with the code of this refusal."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.refused_code = code


def refusal_of(error: AftersaleError) -> dict[str, str]:
    """Return a refusal as a frame tells it; one that no caller can cause stays nameless."""
    code = error.refused_code if isinstance(error, Refusal) else error.code
    if code not in STATUS:
        return {"code": "internal", "title": TITLES[500], "detail": INTERNAL}
    return {"code": code, "title": TITLES[STATUS[code]], "detail": error.detail}


def problem(code: str, detail: str, *, status: int | None = None) -> web.Response:
    """Return the problem document of a code."""
    status = status or STATUS.get(code) or AT_THE_DESK.get(code, 500)
    body = {
        "type": f"urn:aftersale:problem:{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
    }
    return web.json_response(body, status=status, content_type="application/problem+json")


def from_error(error: AftersaleError, *, at_desk: bool = False) -> web.Response:
    """Return the problem document of an error; one that no caller can cause stays nameless.

    `at_desk`: the caller is one of the people there, who can cause more.
    """
    code = error.refused_code if isinstance(error, Refusal) else error.code
    if code not in STATUS and not (at_desk and code in AT_THE_DESK):
        return internal()
    response = problem(code, error.detail)
    if response.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if response.status == 429:
        response.headers["Retry-After"] = "1"
    return response


def internal() -> web.Response:
    """Return the one answer to every failure of our own."""
    return problem("internal", INTERNAL, status=500)


def reply(body: dict[str, Any], *, status: int = 200) -> web.Response:
    """Return JSON."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(text=text, status=status, content_type="application/json")

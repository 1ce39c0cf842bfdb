"""Reads what the desk's pages send: JSON objects of known fields."""

from collections.abc import Collection
from typing import Any

from aiohttp import web

from aftersale.gateway.bodies import body, parse
from aftersale.gateway.replies import Refusal


async def fields(request: web.Request, known: Collection[str]) -> dict[str, Any]:
    """Return the JSON object in the body, with no other fields than the known ones.

    Raises:
        Refusal: unsupported_media_type, body_too_large, bad_request.
    """
    if request.content_type != "application/json":
        raise Refusal("unsupported_media_type", "Send application/json.")
    loaded = parse(await body(request))
    if not isinstance(loaded, dict):
        raise Refusal("bad_request", "The body must be a JSON object.")
    if loaded.keys() - set(known):
        raise Refusal("bad_request", f"Known fields: {', '.join(sorted(known)) or 'none'}.")
    return loaded


def texts(loaded: dict[str, Any], name: str, *, most: int = 50) -> tuple[str, ...]:
    """Return a list of short texts; empty when it is left out."""
    value = loaded.get(name) or []
    if not isinstance(value, list) or len(value) > most:
        raise Refusal("bad_request", f"{name} must be a list of at most {most} texts.")
    if not all(isinstance(each, str) and 0 < len(each) <= 64 for each in value):
        raise Refusal("bad_request", f"{name} must hold texts of at most 64 characters.")
    return tuple(value)

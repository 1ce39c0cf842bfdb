"""The published description of the desk: all but door and numbers, and really checked."""

import pytest
from jsonschema import ValidationError
from openapi_core import OpenAPI

from tests.integration.desk.description import DOCUMENT, check, template_of
from tests.integration.desk.test_door import routes

OTHERS = ("/metrics", "/wallboard")
DOOR = ("/sign-in", "/sign-out", "/me", "/me/presence")


def test_it_is_valid_openapi_3_1():
    assert DOCUMENT["openapi"].startswith("3.1.")
    OpenAPI.from_dict(DOCUMENT)


async def test_every_address_is_described_and_no_other(desk):
    walked = set()
    for method, path, _ in routes(desk):
        own = path.removeprefix("/desk/api")
        if method == "HEAD" or own in DOOR or own.startswith(OTHERS):
            continue
        template = template_of(own)
        assert template is not None, own
        assert method.lower() in DOCUMENT["paths"][template], (method, own)
        walked.add((method.lower(), template))
    described = {
        (method, path)
        for path, operations in DOCUMENT["paths"].items()
        for method in operations
        if method != "parameters"
    }
    assert walked == described


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/mentions", 200, b'{"items": [], "unseen": 0, "secret": 1}'),
        ("GET", "/mentions", 200, b'{"items": []}'),
        ("GET", "/conversations/c1", 404, b'{"code": "not_found"}'),
    ],
)
def test_what_is_not_described_is_found(method, path, status, body):
    kind = "application/json" if status == 200 else "application/problem+json"
    with pytest.raises(ValidationError):
        check(method, path, status, kind, body)
    with pytest.raises(AssertionError):
        check(method, path, 201, kind, body)

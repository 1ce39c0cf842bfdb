"""What each role may: the table of routes that are not for everybody, walked route by route."""

import pytest

from aftersale.domain.desk import Role
from aftersale.gateway.desk.entry import API
from aftersale.gateway.desk.routes import OPEN
from tests.integration.desk.test_door import routes

# Routes that need more than an agent, by name; every other one is for all who are signed in.
NEEDS = {
    "desk_block": Role.SUPERVISOR,
    "desk_unblock": Role.SUPERVISOR,
    "desk_metrics": Role.SUPERVISOR,
    "desk_metrics_sheet": Role.SUPERVISOR,
    "desk_wallboard": Role.SUPERVISOR,
}


async def codes_of(desk, role):
    """Return what each route answers that role: its status and code."""
    person = desk.person(role)
    found = {}
    for method, path, name in routes(desk):
        # A stream has no end to be read; it is for whoever is signed in (test_live).
        if name in OPEN | {"desk_sign_out", "desk_live"} or method == "HEAD":
            continue
        reply = await person.call(method, path.removeprefix(API), json={})
        code = reply.body.get("code") if isinstance(reply.body, dict) else None
        found[name or path] = (reply.status, code)
    return found


@pytest.mark.parametrize("role", list(Role))
async def test_a_route_refuses_the_roles_below_the_one_it_needs_and_no_other(desk, role):
    answers = await codes_of(desk, role)
    refused = {name for name, answer in answers.items() if answer == (403, "not_allowed")}
    assert refused == {name for name, needed in NEEDS.items() if not role.includes(needed)}
    assert NEEDS.keys() <= answers.keys()

"""What a refusal tells depends on who asks: buyers never meet what only the desk can cause."""

import json

import pytest

from aftersale.domain.errors import IllegalMove
from aftersale.errors import CaseOver, NotFound, SealBroken
from aftersale.gateway.replies import from_error


def told(error, **where):
    response = from_error(error, **where)
    return response.status, json.loads(response.text)["code"]


@pytest.mark.parametrize("error", [CaseOver("It is decided."), IllegalMove("case", "a", "b")])
def test_what_only_people_at_the_desk_can_cause_is_nameless_to_everybody_else(error):
    assert told(error) == (500, "internal")
    assert told(error, at_desk=True) == (409, error.code)


@pytest.mark.parametrize("at_desk", [False, True])
def test_the_rest_is_the_same_for_all(at_desk):
    assert told(NotFound("No."), at_desk=at_desk) == (404, "not_found")
    assert told(SealBroken("secret"), at_desk=at_desk) == (500, "internal")

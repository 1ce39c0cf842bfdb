"""The page where a leader answers a case: shows, takes one answer, and gives nothing away."""

from datetime import UTC, datetime

import pytest

from aftersale.errors import LinkGone
from aftersale.gateway.metrics import Metrics
from aftersale.jobs.inbox import Fetched
from aftersale.jobs.sweep import Swept
from aftersale.services.case_life.answering import CasePage

PAGE = CasePage(
    storefront_name="Group <Buy>",
    items=("Jam <img src=x>",),
    text="<script>alert(1)</script> no lid",
    first_name="<b>Ann",
    expires_at=datetime(2026, 3, 4, tzinfo=UTC),
    reference="C-7K3M-92QD",
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_the_page_shows_what_is_wrong_escaped_and_changes_nothing(world):
    answer_case = world.services.answer_case
    answer_case.view.return_value = PAGE
    page = await world.call("GET", "/l/token-1")
    assert page.status == 200
    assert "&lt;script&gt;" in page.body
    for raw in ("<script>", "<img", "<b>Ann", "<Buy>"):
        assert raw not in page.body
    answer_case.answer.assert_not_called()


async def test_what_was_written_is_passed_on(world):
    result = await world.call("POST", "/l/token-1", raw=b"answer=On+Monday", headers=FORM)
    assert result.status == 200
    assert world.services.answer_case.answer.call_args.args == ("token-1", "On Monday")


@pytest.mark.parametrize("body", [b"", b"answer=", b"answer=++", b"other=x"])
async def test_an_empty_answer_is_refused(world, body):
    assert (await world.call("POST", "/l/token-1", raw=body, headers=FORM)).status == 400
    world.services.answer_case.answer.assert_not_called()


async def test_another_type_of_body_is_refused(world):
    headers = {"Content-Type": "application/json"}
    assert (await world.call("POST", "/l/token-1", raw=b"{}", headers=headers)).status == 415


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_link_that_is_over_has_its_own_page(world, method):
    world.services.answer_case.view.side_effect = LinkGone("gone")
    world.services.answer_case.answer.side_effect = LinkGone("gone")
    page = await world.call(method, "/l/token-1", raw=b"answer=x", headers=FORM)
    assert page.status == 410
    assert "Nothing was changed" in page.body


def test_cases_nobody_acknowledged_are_in_the_metrics():
    metrics = Metrics()
    metrics.swept(Swept(cases_unacknowledged=3))
    assert b"aftersale_cases_unacknowledged 3.0" in metrics.text()


def test_mails_that_are_left_to_a_person_are_in_the_metrics():
    metrics = Metrics()
    metrics.fetched(Fetched(taken=7, aside=2))
    assert b"aftersale_mails_set_aside_total 2.0" in metrics.text()

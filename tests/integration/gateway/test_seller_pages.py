"""The page where a seller answers a letter: shows little, runs nothing, takes one answer."""

from datetime import UTC, datetime

import pytest

from aftersale.errors import LinkGone
from aftersale.services.seller_answers import LONGEST, AnswerTaken, LetterPage

PAGE = LetterPage(
    storefront_name="Bright & <Co>",
    items=("<script>alert(1)</script>", "Blue shoes"),
    text='When?"><img src=x>',
    first_name="<b>Ann</b>",
    expires_at=datetime(2026, 3, 4, tzinfo=UTC),
    reference="R-1",
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def answers(world):
    answers = world.services.seller_answers
    answers.view.return_value, answers.answer.return_value = PAGE, AnswerTaken.TOLD
    return answers


async def test_the_page_shows_the_letter_and_changes_nothing(world, answers):
    page = await world.call("GET", "/a/token-1")
    assert page.status == 200
    assert "Blue shoes" in page.body
    assert "<textarea" in page.body
    answers.answer.assert_not_called()


async def test_what_buyers_wrote_is_escaped_and_nothing_runs(world, answers):
    page = await world.call("GET", "/a/token-1")
    for raw in ("<script>", "<img", "<b>Ann", "<Co>"):
        assert raw not in page.body
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


async def test_a_visitor_has_no_name(world, answers):
    answers.view.return_value = LetterPage("Shop", (), "When?", None, PAGE.expires_at, "R-1")
    assert "A visitor writes to you" in (await world.call("GET", "/a/token-1")).body


async def test_an_answer_is_taken(world, answers):
    page = await world.call("POST", "/a/token-1", raw=b"answer=Tomorrow.", headers=FORM)
    assert page.status == 200
    assert "the buyer is told" in page.body
    assert answers.answer.call_args.args == ("token-1", "Tomorrow.")


@pytest.mark.parametrize("body", [b"", b"answer=", b"answer=%20%0A", b"other=1"])
async def test_no_answer_is_asked_for_again(world, answers, body):
    assert (await world.call("POST", "/a/token-1", raw=body, headers=FORM)).status == 400
    answers.answer.assert_not_called()


async def test_only_the_form_of_the_page_is_taken(world, answers):
    refused = await world.call("POST", "/a/token-1", body={"answer": "Tomorrow."})
    assert refused.status == 415


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_link_that_is_over_says_so_and_how_to_write_all_the_same(world, answers, method):
    answers.view.side_effect = answers.answer.side_effect = LinkGone("gone")
    page = await world.call(method, "/a/token-1", raw=b"answer=Hello", headers=FORM)
    assert page.status == 410
    assert "answer the mail" in page.body


async def test_the_page_says_how_long_an_answer_may_be(world, answers):
    assert f'maxlength="{LONGEST}"' in (await world.call("GET", "/a/token-1")).body

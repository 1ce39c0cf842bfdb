"""Photos of a case on the pages of one-time links: shown by links that are over soon."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aftersale.domain.cases import Attachment
from aftersale.services.case_life.answering import CasePage
from aftersale.services.photo_links import LASTS
from aftersale.services.seller_answers import LetterPage
from tests.integration.gateway.world import NOW, SHOP
from tests.photos import photo

WHEN = datetime(2026, 3, 4, tzinfo=UTC)
LETTER = LetterPage("Shop", (), "The sole is off.", "Ann", WHEN, "R-1")
CASE = CasePage("Shop", (), "The sole is off.", "Ann", WHEN, "C-1")
SOURCE = re.compile(r'(?:src|href)="\.\.(/[^"]+)"')


def kept(world, media_type="image/jpeg"):
    """A file that a buyer sent, as it is kept."""
    content = photo()
    stored_as = world.services.uploads._store.keep(content)
    attachment = Attachment(
        stored_as, SHOP, "conv", media_type, len(content), stored_as, stored_as, NOW
    )
    with world.services.uow() as uow:
        uow.attachments.add(attachment)
        uow.commit()
    return attachment


async def fetched(world, source):
    """What a browser gets that shows the picture."""
    async with world.client.get(source) as given:
        return given.status, given.headers


@pytest.fixture(params=["letter", "case"])
def opened(request, world):
    """Return a function that opens either page with these photos on it."""

    async def open_page(*photos):
        if request.param == "letter":
            world.services.seller_answers.view.return_value = replace(LETTER, photos=photos)
            return await world.call("GET", "/a/token-1")
        world.services.answer_case.view.return_value = replace(CASE, photos=photos)
        return await world.call("GET", "/l/token-1")

    return open_page


async def test_a_photo_stands_on_the_page_and_its_link_gives_it_safely(world, opened):
    page = await opened(kept(world))
    [source] = SOURCE.findall(page.body)
    assert f'<img src="..{source}"' in page.body
    assert "img-src 'self'" in page.headers["Content-Security-Policy"]
    status, headers = await fetched(world, source)
    assert (status, headers["Content-Type"]) == (200, "image/jpeg")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("attachment")
    policy = headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy


async def test_a_document_is_a_link_and_no_picture(world, opened):
    page = await opened(kept(world, "application/pdf"))
    assert "<img" not in page.body
    [source] = SOURCE.findall(page.body)
    _, headers = await fetched(world, source)
    assert headers["Content-Type"] == "application/pdf"


async def test_a_page_without_photos_allows_no_pictures(opened):
    page = await opened()
    assert "<img" not in page.body
    assert "img-src" not in page.headers["Content-Security-Policy"]


async def test_the_link_of_a_photo_opens_no_other_one(world, opened):
    shown, other = kept(world), kept(world)
    [source] = SOURCE.findall((await opened(shown)).body)
    for guessed in (other.attachment_id, "0" * 32, f"{shown.attachment_id}x"):
        foreign = source.replace(f"{shown.attachment_id}?", f"{guessed}?")
        assert (await fetched(world, foreign))[0] == 404


async def test_a_link_is_over_soon_and_opening_the_page_again_makes_a_new_one(world, opened):
    photo_sent = kept(world)
    [first] = SOURCE.findall((await opened(photo_sent)).body)
    world.now[0] += LASTS
    assert (await fetched(world, first))[0] == 404
    world.now[0] += timedelta(hours=1)
    [second] = SOURCE.findall((await opened(photo_sent)).body)
    assert (await fetched(world, second))[0] == 200

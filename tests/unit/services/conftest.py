"""Every reply made in these tests is held against the list that the wording is written from."""

import pytest

from tests.unit.replies import check_replies


@pytest.fixture(autouse=True)
def checked_replies(monkeypatch):
    check_replies(monkeypatch)

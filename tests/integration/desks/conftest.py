from datetime import UTC, datetime

import pytest

from aftersale.adapters.chatwoot_desk import Chatwoot, Inbox
from aftersale.adapters.chatwoot_http import ChatwootHttp
from tests.contract.chatwoot_server import IDENTIFIER, SECRET, TOKEN, fake_chatwoot
from tests.contract.chatwoot_state import ACCOUNT, INBOX

NOW = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def version():
    return "4.13"


@pytest.fixture
def server(version):
    with fake_chatwoot(version) as fake:
        fake.state.now = int(NOW.timestamp())
        yield fake


def desk_of(server, *, token=TOKEN, inbox=INBOX, secret=SECRET, **http):
    known = Inbox(ACCOUNT, inbox, IDENTIFIER, secret)
    return Chatwoot(ChatwootHttp(server.url, token, **http), known)


@pytest.fixture
def desk(server):
    return desk_of(server)

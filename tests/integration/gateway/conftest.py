import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from unittest.mock import Mock
from uuid import uuid4

import pytest
from aiohttp.test_utils import TestClient, TestServer

from aftersale.adapters.engine_http import HttpEngine
from aftersale.adapters.identity_jwt import ShopIdentity
from aftersale.adapters.photos import Photos
from aftersale.adapters.policies import load_policies
from aftersale.adapters.upload_folder import UploadFolder
from aftersale.domain.channels import Account, Channel
from aftersale.gateway.app import create_app
from aftersale.gateway.bus import EventBus
from aftersale.gateway.screen import screen
from aftersale.gateway.services import Services
from aftersale.services.buyer_orders import BuyerOrders
from aftersale.services.channels.link_making import ChannelLinks, Reachable
from aftersale.services.chat_uses import ChatUses
from aftersale.services.conversations import Conversations
from aftersale.services.device_tokens import DeviceTokens
from aftersale.services.handoff.rescuing import Rescue
from aftersale.services.photo_links import PhotoLinks
from aftersale.services.topics import Topics
from aftersale.services.turns import Turns
from aftersale.services.uploads import Uploads
from aftersale.services.wiring import Wiring
from aftersale.settings import Settings
from aftersale.store.database import make_engine
from aftersale.store.unit_of_work import make_uow_factory
from tests.integration.gateway.world import KEYS, NOW, FakeEngine, FakeVoice, World


@pytest.fixture(scope="session")
def policies():
    from pathlib import Path

    return load_policies(Path("storefronts"))


@pytest.fixture
def knobs():
    """Settings that a test may change before the world is made."""
    return {
        "AFTERSALE_MODE": "test",
        "AFTERSALE_RATE_ADDRESS": "off",
        "AFTERSALE_RATE_SOCKETS": "off",
    }


@pytest.fixture
def with_jobs():
    return True


@pytest.fixture
async def make_world(tmp_path, empty_database, policies, knobs, with_jobs):
    """Return a function that starts a gateway; a second one over the same store is a restart."""
    running = []
    fake = FakeEngine()
    database = tmp_path / "aftersale.db"
    shutil.copy(empty_database, database)
    engine_server = None

    async def make():
        nonlocal engine_server
        settings = Settings.from_env({"AFTERSALE_DATA_DIR": str(tmp_path), **knobs})
        if engine_server is None:
            engine_server = TestServer(fake.app(settings.engine_secret))
            await engine_server.start_server()
        url = str(engine_server.make_url("")).rstrip("/")
        services, now, supplier = _services(settings, policies, url)
        client = TestClient(TestServer(create_app(services, settings, with_jobs=with_jobs)))
        await client.start_server()
        running.append((client, services))
        return World(client, services, fake, now, supplier)

    make.engine_server = lambda: engine_server
    yield make
    for client, services in running:
        await client.close()
        services.close()
    if engine_server is not None:
        await engine_server.close()


@pytest.fixture
async def world(make_world):
    return await make_world()


def _services(settings, policies, engine_url):
    now, supplier = [NOW], Mock()
    store = make_engine(settings.database_url)
    bus = EventBus()
    given = {
        "clock": lambda: now[0],
        "policies": policies,
        "engine": HttpEngine(engine_url, settings.engine_secret),
        "bus": bus,
        "pool": ThreadPoolExecutor(settings.threads),
        "supplier_answer": supplier,
        "inbox": Mock(run=Mock(return_value=0)),
        "relay": Mock(run=Mock(return_value=0)),
        "shop_events": Mock(acknowledge=Mock(return_value=True)),
        "outside": None,
        "messengers": None,
        "provider_word": Mock(take=Mock(return_value=True)),
        "take_order": Mock(return_value=True),
        "close_store": store.dispose,
        **_on_the_store(settings, policies, make_uow_factory(store, bus.on_events)),
    }
    others = {each.name: Mock() for each in fields(Services) if each.name not in given}
    return Services(**given, **others), now, supplier


def _on_the_store(settings, policies, uow):
    """Return the services that are real here."""
    devices = DeviceTokens(settings.links_secret)
    voice, files = FakeVoice(), UploadFolder(settings.data_dir / "uploads")
    return {
        "uow": uow,
        "voice": voice,
        "conversations": Conversations(
            uow=uow,
            verifier=ShopIdentity(KEYS),
            screen=screen,
            voice=voice,
            storefronts=policies,
            session_hours=settings.session_hours,
            devices=devices,
        ),
        "chat": ChatUses.made_with(
            wiring_of(policies, uow, voice), files, Topics(uow, devices, settings.session_hours)
        ),
        "turns": Turns(
            uow=uow,
            voice=voice,
            lease=settings.turn_lease,
            rescue=Rescue(wiring_of(policies, uow, voice)),
        ),
        "buyer_orders": BuyerOrders(uow=uow, policies=policies),
        "links": ChannelLinks(
            wiring_of(policies, uow, voice),
            [Reachable(Account("tg", Channel.TELEGRAM, "status-gated"), "shop_bot")],
        ),
        "uploads": Uploads(
            uow=uow,
            check=Photos(megapixels=settings.upload_megapixels),
            store=files,
            links=PhotoLinks(settings.links_secret),
        ),
    }


def wiring_of(policies, uow, voice):
    return Wiring(
        uow=uow,
        policies=policies,
        voice=voice,
        new_id=lambda: uuid4().hex,
        base_url="https://chat.example",
    )

"""Put the engine together and serve it on loopback: the composition root of `bot`."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from rasa.shared.core.domain import Domain
from sanic import Sanic

from bot.runtime import quicker
from bot.runtime.action_endpoint import PooledActionEndpoint
from bot.runtime.channel import AftersaleChannel
from bot.runtime.fingerprints import model_fingerprint
from bot.runtime.lock_store import FairLockStore
from bot.runtime.nlg import PassThroughResponses
from bot.runtime.processor import SteadyAgent
from bot.runtime.tracker_store import EventLogTrackerStore

HOST = "127.0.0.1"
BODY_LIMIT = 64 * 1024
GRACE_SECONDS = 5.0
_SMOKE_TEST = "where is my order"


@dataclass(frozen=True)
class EngineSettings:
    """What one engine process needs to know."""

    port: int
    model: Path
    database: str
    secret: str
    actions_url: str
    actions_secret: str


class ModelUnusable(Exception):
    """The model loads but does not understand a plain sentence."""


def load_agent(settings: EngineSettings) -> SteadyAgent:
    """Load the model and check that it understands something."""
    quicker.apply()
    # Rasa's debug lines hold what buyers wrote.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    headers = {"X-Actions-Secret": settings.actions_secret}
    agent = SteadyAgent(
        domain=Domain.empty(),
        generator=PassThroughResponses(),
        tracker_store=EventLogTrackerStore(host=settings.database, domain=Domain.empty()),
        lock_store=FairLockStore(),
        action_endpoint=PooledActionEndpoint(settings.actions_url, headers),
    )
    agent.load_model(str(settings.model))
    parsed = asyncio.run(agent.parse_message(_SMOKE_TEST))
    if not parsed["intent"]["name"]:
        raise ModelUnusable(f"The model {settings.model} understands nothing: train it again.")
    return agent


def make_app(agent: SteadyAgent, settings: EngineSettings) -> Sanic:
    """Build the web application: our channel and nothing of Rasa's own."""
    app = Sanic("aftersale_engine", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = BODY_LIMIT
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = GRACE_SECONDS
    app.config.MOTD = False
    app.ctx.agent = agent
    channel = AftersaleChannel(settings.secret, model_fingerprint(settings.model))
    app.blueprint(channel.blueprint(agent.handle_message), url_prefix="/webhooks/aftersale")

    async def close(_app: Any, _loop: Any) -> None:
        await agent.action_endpoint.close()

    app.register_listener(close, "after_server_stop")
    return app


def serve(settings: EngineSettings) -> None:
    """Serve until SIGTERM or SIGINT."""
    app = make_app(load_agent(settings), settings)
    app.run(host=HOST, port=settings.port, access_log=False, debug=False)

"""What must be there before a stack starts: keys, database, demo data, a trained model."""

import subprocess
from collections.abc import Callable

from aftersale.adapters.policies import load_policies
from aftersale.demo.desk_people import desk_guide, ensure_demo_people
from aftersale.demo.keys import ensure_demo_keys
from aftersale.demo.processes import DidNotStart
from aftersale.demo.stack import ENGINE_PYTHON, MODEL
from aftersale.domain.parties import Buyer
from aftersale.errors import NotFound
from aftersale.settings import Settings, now_of
from aftersale.store.database import make_engine
from aftersale.store.demo_data import demo_guide, fill_demo_data
from aftersale.store.demo_products import fill_demo_products
from aftersale.store.migrate import upgrade
from aftersale.store.unit_of_work import make_uow_factory

DEFAULT_PORT = 8080
Say = Callable[[str], object]


def _silent(_line: str) -> None: ...


def train() -> None:
    """Train the model unless one of the same fingerprint is there; progress is shown.

    Raises:
        DidNotStart: the engine environment is missing, or the training failed.
    """
    if not ENGINE_PYTHON.exists():
        raise DidNotStart("The engine environment .venv-rasa is missing: run `make setup`.")
    argv = [str(ENGINE_PYTHON), "-m", "bot.runtime.train"]
    done = subprocess.run(argv, check=False)  # noqa: S603
    if done.returncode or not MODEL.exists():
        raise DidNotStart("The model could not be trained; the lines above say why.")


def prepare(settings: Settings, say: Say = _silent) -> None:
    """Make the keys of the demo shop, bring the database up to date, fill it when it is empty."""
    ensure_demo_keys(settings.identity_keys, load_policies(settings.storefronts_dir))
    engine = make_engine(settings.database_url)
    try:
        say("Bringing the database up to date …")
        upgrade(engine)
        say("Filling in demo orders …")
        fill_demo_data(engine, now_of(settings))
        fill_demo_products(engine)
        ensure_demo_people(settings, make_uow_factory(engine))
    finally:
        engine.dispose()


def buyer_by_email(settings: Settings, storefront: str, email: str) -> Buyer:
    """Return a buyer of the storefront.

    Raises:
        NotFound: it has none with that address.
    """
    engine = make_engine(settings.database_url)
    try:
        with make_uow_factory(engine)() as uow:
            buyer = uow.parties.buyer_by_email(storefront, email)
    finally:
        engine.dispose()
    if buyer is None:
        raise NotFound("This storefront has no buyer with that e-mail address.")
    return buyer


def guide(settings: Settings) -> str:
    """Return what a newcomer is told once everything answers."""
    here = "" if settings.port == DEFAULT_PORT else f"AFTERSALE_PORT={settings.port} "
    talk = f"{here}make chat S=status-gated BUYER=buyer1@example.com"
    shop = f"Shops with the chat on their pages: {settings.base_url}/shop"
    ready = f"Ready: {settings.base_url}\nTalk in another terminal: {talk}"
    return f"{demo_guide()}\n\n{desk_guide(settings)}\n{shop}\n{ready}"

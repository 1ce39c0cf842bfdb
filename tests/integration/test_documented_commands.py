"""What the documentation and `--help` tell people to type does what it says, on demo data."""

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click import Command, Context, Group
from click.testing import CliRunner

from aftersale.adapters.seal import FernetSeal
from aftersale.cli import main
from aftersale.demo.prepare import prepare
from aftersale.domain.cases import Case, CaseEntry, CaseOwner, CaseState, CaseType
from aftersale.domain.conversations import Conversation, Owner
from aftersale.domain.requests import AuditEntry, OutboxKind, OutboxRow, OutboxState
from aftersale.domain.secure import SecureNote
from aftersale.domain.sellers import Direction, SellerMessage
from aftersale.settings import Settings
from aftersale.store.database import make_engine
from aftersale.store.demo_data import make_demo
from aftersale.store.demo_products import demo_products
from aftersale.store.unit_of_work import make_uow_factory
from tests.contract.telegram_server import FakeTelegram, fake_telegram
from tests.contract.telegram_state import TOKEN

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))]
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SERVERS = {"serve", "demo", "chat"}  # they stay; tests/conversation runs them
CASE = "C-7K3M-92QD"
BOT = """
accounts:
  - name: helpdesk-telegram
    channel: telegram
    storefront: helpdesk
    mode: webhook
    api: {api}
    token: env:TELEGRAM_TOKEN
    secret: env:TELEGRAM_SECRET
"""


def documented() -> set[str]:
    """Return the commands of fenced blocks."""
    blocks = [
        block
        for page in PAGES
        for block in re.findall(r"^```sh\n(.*?)^```", page.read_text("utf-8"), re.S | re.M)
    ]
    return set(re.findall(r"^(?:\.venv/bin/)?aftersale (.+)$", "\n".join(blocks), re.M))


def examples(command: Command) -> Iterator[str]:
    """Yield the examples that `--help` shows."""
    if command.epilog:
        yield command.epilog.removeprefix("Example: aftersale ")
    if isinstance(command, Group):
        context = Context(command)
        for name in command.list_commands(context):
            part = command.get_command(context, name)
            assert part is not None
            yield from examples(part)


COMMANDS = sorted(
    typed for typed in documented() | set(examples(main)) if typed.split()[0] not in SERVERS
)


@pytest.fixture(scope="module")
def bots() -> Iterator[FakeTelegram]:
    """A Telegram of our own."""
    with fake_telegram() as fake:
        yield fake


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, bots: FakeTelegram) -> Path:
    """A folder as an operator has it: policy files, an order file, demo data, one case."""
    folder = tmp_path_factory.mktemp("installation")
    for name in ("storefronts", "old"):
        shutil.copytree(ROOT / "storefronts", folder / name)
    (folder / "docs").mkdir()
    shutil.copy(ROOT / "docs/channels.md", folder / "docs")
    (folder / "channels.yml").write_text(BOT.format(api=bots.url), encoding="utf-8")
    lines = [json.dumps(order) for order in make_demo(NOW)]
    (folder / "orders.jsonl").write_text("\n".join(lines), encoding="utf-8")
    goods = [json.dumps(product) for product in demo_products()]
    (folder / "products.jsonl").write_text("\n".join(goods), encoding="utf-8")
    prepare(Settings.from_env(environ(folder)))
    add_case(f"sqlite:///{folder / 'var/aftersale.db'}")
    add_what_left(Settings.from_env(environ(folder)))
    return folder


def environ(folder: Path) -> dict[str, str]:
    return {
        "AFTERSALE_MODE": "demo",
        "AFTERSALE_DATA_DIR": str(folder / "var"),
        "AFTERSALE_DOMAIN_FILE": str(ROOT / "domain.yml"),
        "AFTERSALE_CLOCK": NOW.isoformat(),
        "AFTERSALE_BASE_URL": "https://help.example",
        "AFTERSALE_CHANNELS_FILE": str(folder / "channels.yml"),
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_SECRET": "s" * 40,
    }


def add_case(url: str) -> None:
    engine = make_engine(url)
    with make_uow_factory(engine)() as uow:
        order = uow.orders.find("helpdesk", "HD/55821")
        assert order is not None
        case = Case(
            number=CASE,
            storefront="helpdesk",
            type=CaseType.CANCELLATION_REVIEW,
            owner=CaseOwner.AGENT,
            state=CaseState.OPEN,
            buyer_id=order.buyer_id,
            order_number=order.number,
            conversation_id=None,
            subject="not_stated",
            created_at=NOW,
            ack_due_by=NOW,
            idempotency_key="documented",
        )
        audit = AuditEntry(NOW, "buyer:1", "case_opened", f"case:{CASE}")
        late = replace(case, number="C-0000-0001", idempotency_key="late")  # stays overdue
        over = replace(case, number="C-0000-0002", idempotency_key="over")
        for each in (case, late, over):
            first = CaseEntry(each.number, NOW, "buyer:1", "Please cancel it.")
            uow.cases.add(each, first, audit=audit)
        uow.commit()
    engine.dispose()


def add_what_left(settings: Settings) -> None:
    """Two effects that were given up, and something confidential for the case."""
    sealed = FernetSeal(settings.seal_secret).close("My account is DE02 1203 0000 0000 2020 51.")
    engine = make_engine(settings.database_url)
    with make_uow_factory(engine)() as uow:
        for name in ("ob-demo-dead", "ob-demo-dead-2"):
            payload = {"storefront": "helpdesk", "number": "HD/55821"}
            kind, dead = OutboxKind.PAYMENT_REFUND, OutboxState.DEAD
            uow.outbox.add(OutboxRow(name, kind, name, payload, NOW, NOW, dead, attempts=8))
        uow.conversations.add(Conversation("c1", "helpdesk", Owner.BOT, 1, NOW, "hash", NOW))
        uow.seller_mail.add(asked_for(CASE))
        uow.secure.add(SecureNote("n1", "helpdesk", "c1", NOW, None, CASE, sealed, NOW))
        uow.commit()
    engine.dispose()


def asked_for(case: str) -> SellerMessage:
    """What a seller is asked because of a case."""
    return SellerMessage(
        message_id="documented",
        thread_id="documented",
        storefront="seller-direct",
        seller_id="seller-direct:harbour-craft",
        direction=Direction.TO_SELLER,
        text="When does it ship?",
        at=NOW,
        channel="person",
        case_number=case,
    )


def test_there_are_commands_to_try():
    assert len(documented()) >= 9
    assert len(COMMANDS) >= 14


@pytest.mark.parametrize("typed", COMMANDS)
def test_a_documented_command_works(typed, installation: Path, monkeypatch):
    monkeypatch.chdir(installation)
    for name, value in environ(installation).items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(main, shlex.split(typed), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert result.stdout.strip()

"""One installation with an account on every messenger, beside the servers that those are on."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml

from tests.browser.five_ways.talkers import (
    SUPPORT,
    ByMail,
    OnMatrix,
    OnTelegram,
    OnWhatsApp,
    Talker,
    until,
)
from tests.browser.stack import Shops, shops
from tests.contract.telegram_buyers import Buyer as TelegramBuyer
from tests.contract.telegram_server import FakeTelegram, fake_telegram
from tests.contract.telegram_state import TOKEN as BOT_TOKEN
from tests.contract.telegram_state import Person as TelegramPerson
from tests.contract.whatsapp_server import SECRET, TOKEN, VERIFY, FakeWhatsApp, fake_whatsapp
from tests.contract.whatsapp_state import NUMBER
from tests.mail_servers import MailServers, mail_servers
from tests.matrix_server import CLIENT, Person, Synapse

STOREFRONT = "helpdesk"


@dataclass
class Scene:
    """The installation and everything around it."""

    world: Shops
    synapse: Synapse
    our_matrix: Person
    mail: MailServers
    telegram: FakeTelegram
    whatsapp: FakeWhatsApp

    def talker(self, channel: str) -> Talker:
        """Return somebody new on a messenger."""
        match channel:
            case "whatsapp":
                webhook = f"{self.world.address}/api/v1/channels/whatsapp/webhook"
                return OnWhatsApp(self.whatsapp, self.whatsapp.state.add_person("Ada"), webhook)
            case "telegram":
                person = TelegramPerson(7_000_001, "Ada")
                return OnTelegram(self.telegram, TelegramBuyer(self.telegram, person))
            case "matrix":
                return self._on_matrix()
            case "email":
                return ByMail(self.mail)
        raise LookupError(channel)

    def _on_matrix(self) -> OnMatrix:
        person, ask = self.synapse.person(), self.synapse.ask
        wanted = {"invite": [self.our_matrix.user_id], "is_direct": True}
        wanted |= {"preset": "trusted_private_chat"}
        room = ask("POST", f"{CLIENT}/createRoom", wanted, token=person.token)["room_id"]
        members = f"{CLIENT}/rooms/{quote(room)}/joined_members"

        def has_come() -> bool:
            joined: dict[str, Any] = ask("GET", members, token=person.token)["joined"]
            return len(joined) == 2

        until(has_come, "our account comes into the room")
        return OnMatrix(self.synapse, person, room)


@contextmanager
def scene(folder: Path, synapse: Synapse) -> Iterator[Scene]:
    """Start everything."""
    with ExitStack() as parts:
        mail = parts.enter_context(mail_servers())
        telegram = parts.enter_context(fake_telegram())
        whatsapp = parts.enter_context(fake_whatsapp())
        us = synapse.person("helpdesk")
        secrets = {
            "FIVE_MATRIX": us.token,
            "FIVE_TELEGRAM": BOT_TOKEN,
            "FIVE_GRAPH": TOKEN,
            "FIVE_APP": SECRET,
            "FIVE_VERIFY": VERIFY,
            "FIVE_IMAP": mail.imap_url("shop"),
            "FIVE_SMTP": mail.smtp_url,
        }
        accounts = _accounts(synapse, us, telegram, whatsapp)
        file = folder / "channels.yml"
        file.write_text(yaml.safe_dump({"accounts": accounts}), encoding="utf-8")
        more = {"AFTERSALE_CHANNELS_FILE": str(file), "AFTERSALE_MAIL_EVERY": "0.3"}
        world = parts.enter_context(shops(folder, os.environ.get("PROOF_STACK"), more | secrets))
        yield Scene(world, synapse, us, mail, telegram, whatsapp)


def _accounts(
    synapse: Synapse, us: Person, telegram: FakeTelegram, whatsapp: FakeWhatsApp
) -> list[dict[str, str]]:
    matrix = {"homeserver": synapse.url, "user": us.user_id, "access_token": "env:FIVE_MATRIX"}
    bot = {"api": telegram.url, "token": "env:FIVE_TELEGRAM"}
    number = {
        "phone_number_id": NUMBER,
        "graph_url": whatsapp.url,
        "media_origins": whatsapp.url,
        "access_token": "env:FIVE_GRAPH",
        "app_secret": "env:FIVE_APP",
        "verify_token": "env:FIVE_VERIFY",
    }
    mailbox = {"address": SUPPORT, "imap_url": "env:FIVE_IMAP", "smtp_url": "env:FIVE_SMTP"}
    return [
        {"name": channel, "channel": channel, "storefront": STOREFRONT} | own
        for channel, own in (
            ("matrix", matrix),
            ("telegram", bot),
            ("whatsapp", number),
            ("email", mailbox),
        )
    ]

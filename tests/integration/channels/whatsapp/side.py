"""The WhatsApp connector and the contract server, connected; for tests without the app."""

from datetime import UTC, datetime

from aftersale.adapters.whatsapp import connector_of
from aftersale.domain.channels import Account, Channel
from tests.contract.whatsapp_server import SECRET, TEMPLATE, TOKEN, VERIFY
from tests.contract.whatsapp_state import NUMBER

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACCOUNT = Account("helpdesk-whatsapp", Channel.WHATSAPP, "helpdesk")


def config_of(server, **more):
    """Return what the number is configured with."""
    config = {
        "phone_number_id": NUMBER,
        "access_token": TOKEN,
        "app_secret": SECRET,
        "verify_token": VERIFY,
        "graph_url": server.url,
        "media_origins": f"{server.url}, https://elsewhere.example",
        "template": TEMPLATE,
        "template_languages": "en,de",
    }
    return config | more


def connected(server, **more):
    return connector_of(ACCOUNT, config_of(server, **more))


def heard(server, ours):
    """Return everything that waits, verified and parsed."""
    (delivery,) = server.deliveries(together=999)
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    ours.verify(headers, delivery.body)
    return ours.parse(delivery.body, NOW)

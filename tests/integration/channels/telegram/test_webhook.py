"""`aftersale channels webhook`: where Telegram calls us, said and changed by an operator."""

import pytest
from click.testing import CliRunner

from aftersale.cli import main
from tests.contract.telegram_buyers import Buyer
from tests.contract.telegram_server import SECRET, TOKEN, Fault, fake_telegram
from tests.contract.telegram_state import Person

HERE = "https://shop.example/api/v1/channels/shop-telegram/webhook"


@pytest.fixture
def server():
    with fake_telegram() as fake:
        yield fake


@pytest.fixture
def run(server, tmp_path):
    def invoke(*arguments, mode="webhook", base="https://shop.example", account="shop-telegram"):
        path = tmp_path / "channels.yml"
        path.write_text(
            "accounts:\n  - {name: shop-telegram, channel: telegram, storefront: helpdesk,"
            f" token: env:BOT_TOKEN, secret: env:BOT_SECRET,"
            f" mode: {mode}, api: '{server.url}'}}\n",
            encoding="utf-8",
        )
        environ = {
            "AFTERSALE_CHANNELS_FILE": str(path),
            "AFTERSALE_BASE_URL": base,
            "BOT_TOKEN": TOKEN,
            "BOT_SECRET": SECRET,
        }
        ran = CliRunner().invoke(main, ["channels", "webhook", account, *arguments], env=environ)
        assert TOKEN not in ran.output
        assert SECRET not in ran.output
        return ran

    return invoke


def test_telegram_is_told_where_to_call_with_which_secret(run, server):
    ran = run("set")
    assert (ran.exit_code, f"Webhook: {HERE}" in ran.stdout) == (0, True)
    assert "Bot: @aftersale_bot" in ran.stdout
    (asked,) = server.called("setWebhook")
    assert asked["secret_token"] == SECRET
    kinds = ["message", "edited_message", "callback_query", "my_chat_member"]
    assert asked["allowed_updates"] == kinds


def test_it_is_said_what_is_set_and_what_went_wrong(run, server):
    assert "Webhook: none" in run().stdout
    run("set")
    Buyer(server, Person(501, "Ann")).says("Hello")
    server.flush(lambda _: 503)
    server.state.allowed = ["message"]
    said = run("info").stdout
    assert "Waiting at Telegram: 1" in said
    assert "Last trouble: 2026-" in said
    assert "503" in said
    assert "set it again: edited_message, callback_query, my_chat_member" in said


def test_what_waits_is_kept_when_nobody_is_called_any_more(run, server):
    run("set")
    Buyer(server, Person(501, "Ann")).says("Hello")
    assert "Webhook: none" in run("delete", mode="polling").stdout
    assert len(server.state.queue) == 1


def test_a_webhook_that_does_not_fit_the_mode_is_pointed_out(run):
    run("set")
    assert "mode is polling" in run("info", mode="polling").stdout


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"mode": "polling"}, "mode: webhook"),
        ({"base": "http://127.0.0.1:8000"}, "https:// only"),
        ({"account": "nobody"}, "no account on Telegram"),
    ],
)
def test_what_cannot_be_set_is_explained(run, server, more, said):
    ran = run("set", **more)
    assert ran.exit_code == 1
    assert said in ran.stderr
    assert server.called("setWebhook") == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault("", 401, "Unauthorized"), "provider_refused"),
        (Fault("", 502), "provider_unavailable"),
    ],
)
def test_what_telegram_refuses_is_one_line(run, server, fault, code):
    server.faults.append(fault)
    ran = run("info")
    assert (ran.exit_code, f"[{code}]" in ran.stderr) == (1, True)
    assert len(ran.stderr.splitlines()) == 1

"""The adapters to the outside: signed, bounded, and safe to repeat."""

import email
import json
import stat
import threading
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from aftersale.adapters.accounts_webhook import AccountsWebhook
from aftersale.adapters.mail_folder import MailFolder
from aftersale.adapters.mail_message import Addresses
from aftersale.adapters.payments_ledger import PaymentsLedger
from aftersale.adapters.shop_ledger import ShopLedger
from aftersale.adapters.shop_webhook import KEY, SIGNATURE, TIMESTAMP, ShopWebhook, sign
from aftersale.errors import ProviderRefused, ProviderUnavailable
from aftersale.services.ports_mail import Outgoing

NOW = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
COMMAND = {"storefront": "s", "number": "A-1", "line_ids": ["1"], "idempotency_key": "k"}


@pytest.fixture
def shop():
    """A shop on loopback that answers what the test says and remembers what it got."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.got.append((dict(self.headers), body))
            status, answer, headers = self.server.answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.answer = [], (200, b"", {})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def webhook(server):
    url = f"http://127.0.0.1:{server.server_port}/orders"
    return ShopWebhook(url=url, secret="s3cret", clock=lambda: NOW)


def test_a_command_is_signed_dated_and_keyed(shop):
    assert webhook(shop).cancel(**COMMAND).acknowledged is True
    ((headers, body),) = shop.got
    assert headers[TIMESTAMP] == str(int(NOW.timestamp()))
    assert headers[SIGNATURE] == sign("s3cret", headers[TIMESTAMP], body)
    assert headers[SIGNATURE] != sign("s3cret", "0", body)
    assert headers[SIGNATURE] != sign("other", headers[TIMESTAMP], body)
    assert headers[KEY] == "k"
    assert json.loads(body)["number"] == "A-1"


@pytest.mark.parametrize(
    ("status", "body", "acknowledged", "reason"),
    [
        (200, b"", True, None),
        (204, b"", True, None),
        (202, b"", None, None),
        (409, b'{"reason": "packed"}', False, "packed"),
        (409, b"<html>", False, None),
        (409, b"[1]", False, None),
        (409, b'{"reason": 7}', False, None),
        (409, json.dumps({"reason": "x" * 9000}).encode(), False, "x" * 500),
    ],
)
def test_an_answer_is_done_later_or_refused(shop, status, body, acknowledged, reason):
    shop.answer = (status, body, {})
    said = webhook(shop).cancel(**COMMAND)
    assert (said.acknowledged, said.reason) == (acknowledged, reason)


@pytest.mark.parametrize("status", [301, 400, 401, 404, 429, 500, 503])
def test_any_other_answer_is_no_answer_and_no_redirect_is_followed(shop, status):
    shop.answer = (status, b"", {"Location": "/elsewhere"})
    with pytest.raises(ProviderUnavailable):
        webhook(shop).cancel(**COMMAND)
    assert len(shop.got) == 1


def test_a_shop_that_is_not_there_is_unavailable():
    with pytest.raises(ProviderUnavailable):
        ShopWebhook(url="http://127.0.0.1:9/", secret="s", clock=lambda: NOW).cancel(**COMMAND)


ASKED = {"storefront": "s", "email": None, "member_id": "M1", "idempotency_key": "k"}


def accounts(server):
    url = f"http://127.0.0.1:{server.server_port}/accounts"
    return AccountsWebhook(url=url, secret="s3cret", clock=lambda: NOW)


def test_a_forgotten_password_is_passed_on_signed_dated_and_keyed(shop):
    accounts(shop).forgot_password(**ASKED)
    ((headers, body),) = shop.got
    stamp = str(int(NOW.timestamp()))
    assert json.loads(body) == {
        "command": "account.password_reset",
        "storefront": "s",
        "email": None,
        "member_id": "M1",
    }
    assert (headers[TIMESTAMP], headers[KEY]) == (stamp, "k")
    assert headers[SIGNATURE] == sign("s3cret", stamp, body)


@pytest.mark.parametrize(
    ("status", "error"),
    [(409, ProviderRefused), (302, ProviderUnavailable), (500, ProviderUnavailable)],
)
def test_a_shop_that_does_not_take_it_is_no_success(shop, status, error):
    shop.answer = (status, b"", {"Location": "http://127.0.0.1:9/"} if status == 302 else {})
    with pytest.raises(error):
        accounts(shop).forgot_password(**ASKED)
    assert len(shop.got) == 1


def test_accounts_of_a_shop_that_is_not_there_are_unavailable():
    nowhere = AccountsWebhook(url="http://127.0.0.1:9/", secret="s", clock=lambda: NOW)
    with pytest.raises(ProviderUnavailable):
        nowhere.forgot_password(**ASKED)


def test_the_ledgers_answer_a_repeated_key_alike():
    assert ShopLedger().cancel(**COMMAND).acknowledged is True
    ledger = PaymentsLedger()
    refund = {"provider_ref": "p", "amount_minor": 1, "currency": "USD"}
    assert ledger.refund(**refund, idempotency_key="a") == ledger.refund(
        **refund, idempotency_key="a"
    )
    assert ledger.release(provider_ref="p", idempotency_key="a") != ledger.release(
        provider_ref="p", idempotency_key="b"
    )


LETTER = Outgoing(
    to="a@b.example", subject="Order\nBcc: x@y.example", text="Grüße", message_id="k"
)
HELP = Addresses("help@shop.example")


def test_a_letter_is_one_file_however_often_it_is_sent(tmp_path):
    mail = MailFolder(tmp_path / "out", HELP)
    mail.send(LETTER)
    mail.send(LETTER)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    (path,) = (tmp_path / "out").iterdir()
    letter = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert letter["Message-ID"] == "<k@shop.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Bcc"] is None
    assert letter.get_body(("plain",)).get_content().strip() == "Grüße"


def test_an_address_cannot_write_headers(tmp_path):
    mail = MailFolder(tmp_path, HELP)
    with pytest.raises(ProviderRefused):
        mail.send(replace(LETTER, to="a@b.example\nBcc: x@y.example"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ProviderUnavailable):
        MailFolder(tmp_path / "file", HELP).send(LETTER)

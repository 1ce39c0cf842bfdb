"""What an answer of a homeserver means for a send, for a file and for the account."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from aftersale.adapters.matrix import connector_of
from aftersale.adapters.matrix_http import MatrixHttp
from aftersale.domain.channels import Account, Channel, Media
from aftersale.errors import SettingsInvalid
from aftersale.services.ports_channels import (
    Busy,
    Gone,
    Out,
    Refused,
    Shut,
    Uncertain,
    Unreachable,
)

ACCOUNT = Account("m", Channel.MATRIX, "status-gated")
CONFIG = {"homeserver": "https://m.example", "user": "@help:m.example", "access_token": "secret"}


@contextmanager
def answering(status, body, **headers):
    """Yield a homeserver that answers everything with the same, and what it was asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append((self.command, self.path, self.headers.get("Authorization")))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = answer

        def log_message(self, *_):
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield MatrixHttp(f"http://127.0.0.1:{server.server_port}", "secret"), asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def says(errcode, **more):
    return json.dumps({"errcode": errcode, "error": "no", **more}).encode()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, says("M_UNKNOWN_TOKEN"), Shut),
        (401, b"", Shut),
        (403, says("M_USER_DEACTIVATED"), Shut),
        (403, says("M_FORBIDDEN"), Gone),
        (404, says("M_NOT_FOUND"), Gone),
        (404, b"<html>not here</html>", Unreachable),
        (403, b"a wall", Unreachable),
        (302, b"", Unreachable),
        (400, says("M_BAD_JSON"), Refused),
        (413, says("M_TOO_LARGE"), Refused),
        (404, says("M_UNRECOGNIZED"), Refused),
        (500, says("M_UNKNOWN"), Uncertain),
        (502, b"bad gateway", Uncertain),
        (200, b"not json", Uncertain),
        (200, b"[]", Uncertain),
        (200, b"[" * 100_000, Uncertain),
    ],
)
def test_what_an_answer_means(status, body, kind):
    with answering(status, body) as (http, _), pytest.raises(kind):
        http.put("/rooms/r/send/m.room.message/t", {})


@pytest.mark.parametrize(
    ("said", "headers", "seconds"),
    [
        ({"retry_after_ms": 2_500}, {}, 2.5),
        ({"retry_after_ms": 10**12}, {}, 900.0),
        ({"retry_after_ms": "soon"}, {"Retry_After": "7"}, 7.0),
        ({}, {"Retry_After": "tomorrow"}, 5.0),
    ],
)
def test_patience_is_taken_as_long_as_it_says(said, headers, seconds):
    body = says("M_LIMIT_EXCEEDED", **said)
    with answering(429, body, **headers) as (http, _), pytest.raises(Busy) as asked:
        http.post("/x", {})
    assert (asked.value.seconds, asked.value.whole_account) == (seconds, True)


def test_the_token_follows_no_redirect():
    with answering(307, b"", Location="http://127.0.0.1:1/elsewhere") as (http, asked):
        with pytest.raises(Unreachable):
            http.get("/sync")
        assert asked == [("GET", "/_matrix/client/v3/sync", "Bearer secret")]


def test_a_homeserver_that_is_not_there_took_nothing():
    with answering(200, b"{}") as (http, _):
        pass
    with pytest.raises(Unreachable):
        http.put("/x", {})


@pytest.mark.parametrize(
    "address", ["mxc://a/b/c", "https://a/b", "", "mxc://a/..%2f", "mxc:///b"]
)
def test_only_a_files_own_address_is_asked_for(address):
    with answering(200, b"x") as (http, asked):
        with pytest.raises(Gone):
            http.download(address, most=10)
        assert asked == []


def test_a_send_without_an_id_is_uncertain():
    with answering(200, b'{"chunk": []}') as (http, _):
        matrix = connector_of(ACCOUNT, CONFIG | {"homeserver": http._url})
        with pytest.raises(Uncertain):
            matrix.send(Out("!r:m.example", {"text": "hi"}, "t1"))


def test_a_file_that_is_gone_is_gone():
    with answering(404, says("M_NOT_FOUND")) as (http, _):
        matrix = connector_of(ACCOUNT, CONFIG | {"homeserver": http._url})
        with pytest.raises(Gone):
            matrix.fetch(Media("mxc://a/b"), most=10)


@pytest.mark.parametrize(
    "url",
    [
        "http://m.example",
        "http://10.0.0.7:8008",
        "ftp://m.example",
        "https://user:pw@m.example",
        "https://",
        "m.example",
        "https://m.example:99999",
        "https://m.example?x=1",
    ],
)
def test_the_token_goes_to_no_address_where_others_could_read_it(url):
    with pytest.raises(SettingsInvalid) as refused:
        connector_of(ACCOUNT, CONFIG | {"homeserver": url})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    ["https://m.example/below", "http://127.0.0.1:8008", "http://localhost", "http://[::1]:1"],
)
def test_a_homeserver_behind_tls_or_on_this_machine_is_taken(url):
    assert connector_of(ACCOUNT, CONFIG | {"homeserver": url}).account == ACCOUNT


@pytest.mark.parametrize("user", ["help", "@help", "help:m.example", "@help m.example:x", ""])
def test_the_account_is_named_in_full(user):
    with pytest.raises(SettingsInvalid):
        connector_of(ACCOUNT, CONFIG | {"user": user})


def test_numbered_choices_can_be_answered_and_are_shown_bold():
    buttons = [{"id": "b1", "title": "Yes, <cancel>"}, {"id": "b2", "title": "No"}]
    asked = [
        {"type": "text", "text": "Sure?", "fallback": "Sure?"},
        {"type": "quick_replies", "buttons": buttons, "fallback": "1. Yes, <cancel>\n2. No"},
    ]
    matrix = connector_of(ACCOUNT, CONFIG)
    [rendered] = matrix.render(asked, matrix.capabilities)
    assert rendered.body == {
        "text": "Sure?\n\n1. Yes, <cancel>\n2. No",
        "html": "Sure?<br><br><b>1.</b> Yes, &lt;cancel&gt;<br><b>2.</b> No",
    }
    assert [each.button_id for each in rendered.options] == ["b1", "b2"]

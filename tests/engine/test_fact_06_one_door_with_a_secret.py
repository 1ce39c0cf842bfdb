"""Fact 6: Rasa's own channels can be hijacked. Ours is one, on loopback, with a secret."""

import pytest
from conftest import SECRET


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "x", "\u00e9"])
@pytest.mark.parametrize("path", ["message", "trigger", "append", "erase"])
def test_without_the_secret_nothing_is_done(engine, path, secret):
    status, body = engine.post(path, {"conversation_id": "c"}, secret=secret)
    assert (status, body["code"]) == (401, "secret_invalid")


@pytest.mark.parametrize(
    "path",
    ["../rest/webhook", "../socketio/", "../../conversations/c/tracker", "../../model", "../../"],
)
def test_none_of_rasas_own_addresses_exist(engine, path):
    assert engine.post(path, {"sender": "a", "message": "hi"})[0] == 404


def test_the_engine_listens_on_loopback_only(engine):
    from pathlib import Path

    port = f":{engine.port:04X}"
    listening = [
        fields.split()[1]
        for table in ("tcp", "tcp6")
        for fields in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if fields.split()[1].endswith(port) and fields.split()[3] == "0A"
    ]
    assert listening == [f"0100007F{port}"]

import pytest

from aftersale.channel_accounts import Keys, read_accounts
from aftersale.domain.channels import Channel
from aftersale.errors import SettingsInvalid

KEYS = {
    Channel.TELEGRAM: Keys(
        meaning={"token": "The bot's token.", "mode": "poll or webhook."},
        needed=frozenset({"token"}),
        secret=frozenset({"token"}),
    )
}
GOOD = "name: bot\n    channel: telegram\n    storefront: shop\n    token: env:TOKEN"


def read(tmp_path, text, **environ):
    path = tmp_path / "channels.yml"
    path.write_text(text, encoding="utf-8")
    return read_accounts(path, environ or {"TOKEN": "t0"}, storefronts={"shop"}, keys=KEYS)


def one(tmp_path, account, **environ):
    return read(tmp_path, f"accounts:\n  - {account}\n", **environ)


def test_without_a_file_there_are_no_messengers():
    assert read_accounts(None, {}, storefronts={"shop"}, keys=KEYS) == []


def test_a_secret_is_looked_up_and_not_shown(tmp_path):
    (found,) = one(tmp_path, GOOD)
    assert (found.account.name, found.account.channel) == ("bot", Channel.TELEGRAM)
    assert found.values == {"token": "t0"}
    assert "t0" not in repr(found)


def test_a_secret_may_lie_in_a_file(tmp_path):
    (tmp_path / "token").write_text("t1\n")
    (found,) = one(tmp_path, GOOD.replace("env:TOKEN", f"file:{tmp_path}/token"))
    assert found.values["token"] == "t1"


@pytest.mark.parametrize(
    ("account", "problem"),
    [
        (GOOD.replace("name: bot", "name: Bot!"), "name is"),
        (GOOD.replace("shop", "elsewhere"), "storefront is one of shop"),
        (GOOD.replace("telegram", "fax"), "channel is one of telegram"),
        (GOOD.replace("env:TOKEN", "12:plain"), "token is a secret"),
        (GOOD.replace("env:TOKEN", "env:OTHER"), "OTHER is not set"),
        (GOOD.replace("env:TOKEN", "file:/nowhere"), "the file cannot be read"),
        (GOOD.replace("    token: env:TOKEN", ""), "token is needed. The bot's token."),
        (GOOD + "\n    colour: red", "colour is not known"),
        (GOOD + "\n    mode: {a: b}", "mode must be one value"),
        (GOOD + "\n    mode: ''", "mode is empty"),
        ("just words", "must be names and values"),
        (f"{GOOD}\n  - {GOOD}", "two accounts are named bot"),
    ],
)
def test_a_mistake_is_named(tmp_path, account, problem):
    with pytest.raises(SettingsInvalid) as refused:
        one(tmp_path, account)
    assert problem in str(refused.value)
    assert "12:plain" not in str(refused.value)


@pytest.mark.parametrize("text", ["accounts: {", "[]", "accounts: 3", "accounts: []\nmore: 1"])
def test_a_file_of_another_shape_is_refused(tmp_path, text):
    with pytest.raises(SettingsInvalid):
        read(tmp_path, text)


def test_every_mistake_is_told_at_once(tmp_path):
    with pytest.raises(SettingsInvalid) as refused:
        one(tmp_path, "name: X!\n    channel: telegram\n    storefront: y\n    token: z")
    assert len(refused.value.problems) == 3

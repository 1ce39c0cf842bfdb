from click.testing import CliRunner

from aftersale.cli import main

BOT = "accounts: [{name: bot, channel: telegram, storefront: helpdesk, token: 'env:T'}]"


def checked(tmp_path, monkeypatch, text=None, **environ):
    environ = {"AFTERSALE_DATA_DIR": str(tmp_path / "data"), **environ}
    if text is not None:
        (tmp_path / "channels.yml").write_text(text)
        environ["AFTERSALE_CHANNELS_FILE"] = str(tmp_path / "channels.yml")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(main, ["channels", "check"])


def test_who_serves_which_storefront_is_listed_without_a_secret(tmp_path, monkeypatch):
    said = checked(tmp_path, monkeypatch, BOT, T="12:secret")
    assert said.output == "bot: telegram, helpdesk\n"


def test_every_mistake_of_the_file_is_told(tmp_path, monkeypatch):
    said = checked(tmp_path, monkeypatch, BOT.replace("helpdesk", "elsewhere"))
    assert said.exit_code == 1
    assert "storefront is one of" in said.output
    assert "T is not set" in said.output


def test_without_a_file_that_is_said(tmp_path, monkeypatch):
    assert "No accounts" in checked(tmp_path, monkeypatch).output

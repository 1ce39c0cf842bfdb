from pathlib import Path

import pytest
from click.testing import CliRunner

from aftersale.adapters.channel_docs import BEGIN, END, rendered, tables
from aftersale.cli import main
from aftersale.domain.capabilities import CAPABILITIES
from aftersale.domain.channels import SendState

PAGE = Path(__file__).parents[3] / "docs" / "channels.md"


def test_the_page_says_what_the_code_can_do():
    written = PAGE.read_text("utf-8")
    assert written == rendered(written), "run `aftersale channels table`"


def test_every_channel_and_every_state_is_in_it():
    said = tables()
    assert all(f" {channel.value} " in said for channel in CAPABILITIES)
    assert all(f"`{state}`" in said for state in SendState)


def test_the_rest_of_the_page_stays(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    ran = CliRunner().invoke(main, ["channels", "table", "--output", str(page)])
    assert ran.exit_code == 0
    written = page.read_text("utf-8")
    assert written.startswith(f"before\n{BEGIN}\n\n| |")
    assert written.endswith(f"{END}\nafter\n")
    assert "old" not in written


def test_a_page_without_a_place_for_them_is_refused():
    with pytest.raises(ValueError, match="aftersale channels table"):
        rendered("nothing here")

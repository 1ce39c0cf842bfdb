"""Blocks as WhatsApp messages: within every limit of the interface, whatever is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.adapters.whatsapp_render import render
from aftersale.domain.capabilities import CAPABILITIES
from aftersale.domain.channels import Channel, Choice
from tests.contract.whatsapp_schema import problems

OURS = CAPABILITIES[Channel.WHATSAPP]


def text(said):
    return {"type": "text", "fallback": said}


def replies(*titles):
    buttons = [{"id": f"b-{place:032}", "title": title} for place, title in enumerate(titles)]
    return {"type": "quick_replies", "buttons": buttons, "fallback": "\n".join(titles)}


def bodies(*blocks):
    return [each.body for each in render(blocks, OURS)]


def test_words_are_a_text():
    assert bodies(text("Hello")) == [{"type": "text", "text": {"body": "Hello"}}]


def test_three_options_are_buttons():
    [made] = render([text("Sure?"), replies("Yes", "No", "Later")], OURS)
    shown = made.body["interactive"]
    assert (shown["type"], shown["body"]) == ("button", {"text": "Sure?"})
    assert [each["reply"]["title"] for each in shown["action"]["buttons"]] == [
        "Yes",
        "No",
        "Later",
    ]
    ids = [each["reply"]["id"] for each in shown["action"]["buttons"]]
    assert made.options == tuple(map(Choice, ids, ["Yes", "No", "Later"]))


def test_ten_options_are_a_list_that_says_long_titles_whole():
    titles = [*"abcdefghi", "A title that is longer than a row of a list"]
    [made] = render([text("Which?"), replies(*titles)], OURS, list_button="Choose")
    action = made.body["interactive"]["action"]
    rows = action["sections"][0]["rows"]
    assert (action["button"], len(rows), len(made.options)) == ("Choose", 10, 10)
    assert rows[0] == {"id": f"b-{0:032}", "title": "a"}
    assert rows[9]["description"] == titles[9]


def test_more_options_are_numbered_text_whose_numbers_mean_them():
    [made] = render([text("Which?"), replies(*map(chr, range(97, 108)))], OURS)
    assert made.body["type"] == "text"
    assert made.body["text"]["body"].endswith("11. k")
    assert made.options[10].title == "k"


def test_a_file_is_a_message_of_its_own():
    photo = {"type": "photo", "attachment_id": "a1", "fallback": "Photo"}
    [first, second] = render([photo, text("Look"), replies("Yes")], OURS)
    assert (first.body, first.attachment_ids) == ({"type": "file"}, ("a1",))
    assert second.body["type"] == "interactive"


TITLES = st.lists(st.text(max_size=120).filter(str.strip), max_size=14, unique=True)


@given(st.lists(st.text(max_size=9000), max_size=3), TITLES, st.sampled_from("ä🙂한 .\n"))
def test_whatever_is_said_fits_the_interface(texts, titles, sign):
    said = [text(each + sign * 900) for each in texts]
    for made in render([*said, replies(*titles)], OURS):
        sent = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "49151"}
        sent |= made.body | {"biz_opaque_callback_data": "t"}
        assert not problems("requests", "POST /messages", sent)


@pytest.mark.parametrize("count", range(1, 15))
def test_every_option_can_be_chosen_once(count):
    titles = [f"Option {n}" for n in range(count)]
    made = render([text("Which?"), replies(*titles)], OURS)
    assert [each.title for one in made for each in one.options] == titles

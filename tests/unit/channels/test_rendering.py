from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersale.adapters.voice_blocks import numbered
from aftersale.domain.capabilities import CAPABILITIES, Capabilities
from aftersale.domain.channels import Channel, Choice
from aftersale.services.channels.choices import chosen
from aftersale.services.channels.rendering import ROW_MORE, Form, Laid, joined, laid_out
from aftersale.services.channels.splitting import length

WHATSAPP, TELEGRAM, EMAIL, MATRIX = (CAPABILITIES[each] for each in CAPABILITIES)


def text(said):
    return {"type": "text", "text": said, "fallback": said}


def replies(*titles, after=0):
    buttons = [{"id": f"b{place}", "title": title} for place, title in enumerate(titles)]
    return {
        "type": "quick_replies",
        "buttons": buttons,
        "fallback": numbered(titles, after=after),
    }


def picker(*titles):
    rows = [{"number": t, "button": {"id": f"o{n}", "title": t}} for n, t in enumerate(titles)]
    return {"type": "order_picker", "orders": rows, "fallback": numbered(titles)}


def photo(attachment="a1"):
    return {"type": "photo", "attachment_id": attachment, "fallback": "Photo"}


def forms(laid):
    return [each.form for each in laid]


def test_few_options_are_buttons():
    [laid] = laid_out([text("Sure?"), replies("Yes", "No")], WHATSAPP)
    assert laid == Laid(
        "Sure?", Form.BUTTONS, (Choice("b0", "Yes"), Choice("b1", "No")), titles=("Yes", "No")
    )


def test_more_options_are_a_list():
    [laid] = laid_out([text("Which?"), replies(*"abcd")], WHATSAPP)
    assert laid.form is Form.LIST


def test_what_fits_neither_is_numbered_below_the_text():
    [laid] = laid_out([text("Which?"), replies(*map(chr, range(97, 108)))], WHATSAPP)
    assert laid.form is Form.NUMBERED
    assert laid.text.startswith("Which?\n\n1. a\n2. b\n")


def test_a_channel_without_buttons_numbers_them():
    [laid] = laid_out([text("Sure?"), replies("Yes", "No")], EMAIL)
    assert laid.text == "Sure?\n\n1. Yes\n2. No"


def test_one_numbering_goes_over_the_whole_message():
    blocks = [text("Which?"), picker("A-1, £5", "A-2, £6"), replies("Never mind")]
    [laid] = laid_out(blocks, EMAIL)
    assert laid.text == "Which?\n\n1. A-1, £5\n2. A-2, £6\n3. Never mind"
    assert [each.button_id for each in laid.options] == ["o0", "o1", "b0"]


@pytest.mark.parametrize(
    ("titles", "form"),
    [
        (("Talk to a real person", "No, thanks"), Form.BUTTONS),  # cut after a word
        (("Cancel the order of £1,250.00", "No"), Form.LIST),  # the amount would be lost
        (("Cancel this very order SC-1", "No"), Form.LIST),
        (("Send everything back now", "Send everything back later"), Form.LIST),  # equal when cut
        (("Donaudampfschifffahrtsgesellschaft", "No"), Form.NUMBERED),  # one word
        (("Pay the rest " + "of it all " * 7 + "now: £5", "No"), Form.NUMBERED),  # no place below
    ],
)
def test_a_title_that_would_not_be_understood_when_cut_is_shown_whole(titles, form):
    [laid] = laid_out([text("Well?"), replies(*titles)], WHATSAPP)
    assert laid.form is form


def test_a_title_is_cut_after_a_word():
    [laid] = laid_out([text("Well?"), replies("Talk to a real person")], WHATSAPP)
    assert laid.titles == ("Talk to a real…",)
    assert laid.options == (Choice("b0", "Talk to a real person"),)


def test_a_long_text_is_cut_at_a_paragraph_and_the_question_stays_below_the_end():
    long = "\n\n".join(f"{n} " + "word " * 300 for n in range(6))
    laid = laid_out([text(long), replies("Yes", "No")], WHATSAPP)
    assert forms(laid) == [*[Form.PLAIN] * (len(laid) - 1), Form.BUTTONS]
    assert length(laid[-1].text) <= 1024
    assert laid[1].text[0].isdigit()


def test_a_photo_goes_as_a_file_before_a_question_and_after_plain_words():
    assert laid_out([text("Look"), photo()], MATRIX) == [
        Laid("Look"),
        Laid("", attachment_ids=("a1",)),
    ]
    asked = laid_out([text("This one?"), photo(), replies("Yes")], WHATSAPP)
    assert forms(asked) == [Form.PLAIN, Form.BUTTONS]


def test_a_photo_is_told_where_files_do_not_go():
    assert laid_out([photo()], replace(EMAIL, sends_files=False)) == [Laid("Photo")]


def test_a_button_that_leads_somewhere_is_a_readable_link():
    block = {
        "type": "quick_replies",
        "buttons": [{"title": "Your orders", "url": "https://shop.example/orders"}],
        "fallback": "",
    }
    [laid] = laid_out([text("Look here:"), block], TELEGRAM)
    assert laid.text == "Look here:\n\nYour orders: https://shop.example/orders"


def test_the_address_of_a_link_is_said():
    block = {"type": "link", "url": "https://shop.example/secure/x", "fallback": "A safe page"}
    [laid] = laid_out([block], TELEGRAM)
    assert laid.text == "A safe page\nhttps://shop.example/secure/x"


def test_stars_are_numbers_once():
    [laid] = laid_out([text("How was it?"), replies(*"12345", "Skip")], EMAIL)
    assert laid.text == "How was it?\n\n1\n2\n3\n4\n5\n6. Skip"


def test_several_messages_become_one():
    one = joined(laid_out([text("Look"), photo("a"), photo("b"), replies("Yes")], EMAIL))
    assert one == Laid("Look\n\n1. Yes", Form.NUMBERED, (Choice("b0", "Yes"),), ("a", "b"))


SIGNS = st.sampled_from(
    [
        *"abCD19£$.,:-\u00e4\u0639\u97d3\U0001d538",
        "e\u0301",
        "2\ufe0f\u20e3",
        "\U0001f44d\U0001f3fd",
        "\U0001f469\u200d\U0001f467",
        "\U0001f1e9\U0001f1ea",
    ]
)
WORDS = st.lists(SIGNS, min_size=1, max_size=12).map("".join)
TEXTS = st.lists(WORDS, min_size=1, max_size=30).flatmap(
    lambda words: st.lists(
        st.sampled_from([" ", "\n", "\n\n"]), min_size=len(words), max_size=len(words)
    ).map(lambda ends: "".join(w + e for w, e in zip(words, ends, strict=True)))
)
TITLES = st.lists(TEXTS.map(lambda t: " ".join(t.split())).filter(bool), min_size=1, max_size=14)
BLOCKS = st.lists(
    st.one_of(
        TEXTS.map(text),
        TITLES.map(lambda titles: replies(*titles)),
        TITLES.map(lambda titles: picker(*titles)),
        st.just(photo()),
    ),
    max_size=5,
)
ANY = st.builds(
    Capabilities,
    channel=st.sampled_from(Channel),
    longest_text=st.integers(60, 400),
    longest_asking=st.none() | st.integers(40, 60),
    buttons=st.integers(0, 10),
    button_title=st.integers(8, 40),
    list_rows=st.integers(0, 12),
    row_title=st.integers(8, 40),
    sends_files=st.booleans(),
)


def bare(said):
    return "".join(said.split())


def offered(blocks):
    rows = [row for block in blocks for row in (*block.get("buttons", ()), *_rows(block))]
    return [Choice(row["id"], row["title"]) for row in rows]


def _rows(block):
    return [row["button"] for row in block.get("orders", ())]


@given(BLOCKS, ANY)
def test_nothing_of_a_fallback_is_lost(blocks, capabilities):
    laid = laid_out(blocks, capabilities)
    spoken = bare(" ".join(each.text for each in laid))
    plain = [block["text"] for block in blocks if block["type"] == "text"]
    whole = bare(" ".join(plain))
    assert spoken[: len(whole)].replace("Photo", "") == whole.replace("Photo", "") or (
        not capabilities.sends_files and all(bare(each) in spoken for each in plain)
    )
    assert [option for each in laid for option in each.options] == offered(blocks)
    photos = [block for block in blocks if block["type"] == "photo"]
    assert sum(len(each.attachment_ids) for each in laid) == (
        len(photos) if capabilities.sends_files else 0
    )


@given(BLOCKS, ANY)
def test_every_limit_holds(blocks, capabilities):
    for laid in laid_out(blocks, capabilities):
        asks = laid.form in {Form.BUTTONS, Form.LIST}
        asking = capabilities.longest_asking if asks else None
        assert length(laid.text) <= (asking or capabilities.longest_text)
        assert laid.text or laid.attachment_ids
        most, title = {
            Form.BUTTONS: (capabilities.buttons, capabilities.button_title),
            Form.LIST: (capabilities.list_rows, capabilities.row_title),
        }.get(laid.form, (len(laid.options), 0))
        assert len(laid.options) <= most
        assert len(laid.titles) == (len(laid.options) if asks else 0)
        assert all(0 < length(each) <= title for each in laid.titles)
        assert len({each.casefold() for each in laid.titles}) == len(laid.titles)


@given(BLOCKS, ANY)
def test_what_can_be_chosen_stands_below_the_last_part(blocks, capabilities):
    laid = laid_out(blocks, capabilities)
    assert [bool(each.options) for each in laid] == [
        bool(offered(blocks)) and each is laid[-1] for each in laid
    ]


@given(BLOCKS, ANY)
def test_a_title_that_was_cut_in_a_list_is_whole_below_it(blocks, capabilities):
    for laid in laid_out(blocks, capabilities):
        for option, title in zip(laid.options, laid.titles, strict=bool(laid.titles)):
            if laid.form is Form.LIST and option.title != title:
                assert length(option.title) <= ROW_MORE


@given(TITLES, ANY)
def test_the_number_that_is_shown_means_the_option_beside_it(titles, capabilities):
    rows = replies(*titles)
    said = laid_out([text("?"), rows], replace(capabilities, buttons=0, list_rows=0))
    shown = "\n".join(each.text for each in said)
    options = said[-1].options
    for place, option in enumerate(options, 1):
        assert bare(f"{place}.{option.title}") in bare(shown) or option.title == str(place)
        titled = [each for each in options if each.title.casefold() == str(place)]
        assert chosen(options, f"{place}") == (titled[0] if titled else option)

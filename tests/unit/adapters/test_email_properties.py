"""Nothing that anybody sends makes the reader fail, or keeps everybody else waiting."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftersale.adapters.email_files import files_of
from aftersale.adapters.email_parse import Verdict
from tests.photos import photo
from tests.unit.adapters.emails import BOX, BUYER, MARKS, THREAD, TOKEN, failed, mail, read

OURS = MARKS.message_id(TOKEN, THREAD)
WHOLE = mail(
    "Größe 42, please.\n\nOn Monday, Shop wrote:\n> Which?\n",
    In_Reply_To=OURS,
    References=f"<a@b> {OURS}",
    files=[(photo(seed=1), "image/jpeg", "Größe.jpg", {"cid": "<a@b>"}), (b"x", "a/b", "c", {})],
)
REPORT = failed(MARKS.bounce_to(TOKEN), f"To: {BUYER}\r\nMessage-ID: {OURS}\r\n")
HEADERS = ("From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Content-Language")
MORE = (*HEADERS, "Content-Type", "Content-Transfer-Encoding", "Return-Path", "X-Loop")


def is_sound(found):
    """What came of it can be stored and answered."""
    assert found.verdict in Verdict
    for each in found.parsed.inbound:
        assert "\0" not in each.text + each.name + each.topic + each.event_id + each.address
        assert "\n" not in each.topic + each.name + each.event_id + each.address
        assert each.address.startswith(f"{each.sender}#")
        assert each.sender.count("@") == 1
        (each.text + each.name + each.topic + each.address + each.event_id).encode()
    assert bool(found.parsed.inbound) == (found.verdict is Verdict.BUYER) or (
        found.verdict is Verdict.BOUNCE
    )
    return True


@given(st.binary(max_size=2000))
@settings(max_examples=200)
def test_no_bytes_at_all_make_reading_fail(content):
    assert is_sound(read(content))
    assert is_sound(read(f"To: {BOX}\nFrom: {BUYER}\n".encode() + content))


@given(
    st.sampled_from([WHOLE, REPORT]),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=40)),
        min_size=1,
        max_size=6,
    ),
)
@settings(max_examples=300)
def test_a_mail_that_was_damaged_on_the_way_makes_nothing_fail(content, damages):
    for where, gone, put in damages:
        at = int(where * len(content))
        content = content[:at] + put + content[at + gone :]
    assert is_sound(read(content))
    files_of(content)


@given(st.sampled_from(MORE), st.text(max_size=200))
@settings(max_examples=300)
def test_no_header_makes_reading_fail(name, value):
    head = f"{name}: {value}\n".encode("utf-8", "surrogatepass")
    assert is_sound(read(head + WHOLE))


@given(st.text(min_size=1, max_size=60))
@settings(max_examples=200)
def test_no_sender_but_the_one_we_wrote_to_goes_on_with_a_thread(sender):
    head = f"From: {sender}\nTo: {MARKS.reply_to(THREAD)}\nIn-Reply-To: {OURS}\n\nHello\n"
    for each in read(head.encode("utf-8", "surrogatepass")).parsed.inbound:
        assert (each.address == THREAD) == (each.sender == BUYER)


def nested(kind, deep):
    return "".join(f'Content-Type: {kind}; boundary="b{n}"\n\n--b{n}\n' for n in range(deep))


HEAD = f"To: {BOX}\nFrom: {BUYER}\nMessage-ID: <a@b>\n"


@pytest.mark.parametrize(
    "hostile",
    [
        HEAD + nested("multipart/mixed", 3000),
        HEAD + nested("multipart/mixed", 30) + "\n" * 3_000_000,
        HEAD + "Content-Type: message/rfc822\n\n" * 100_000,
        HEAD + nested("multipart/report", 30) + "Action: failed\n" * 100_000,
        HEAD + "\n" + "> \n" * 1_000_000,
        HEAD + "\n" + "x@1:\n> x\n" * 300_000,
        HEAD + "References:" + " <a@b>" * 500_000 + "\n\nHello",
        HEAD + "References: " + f"\n {OURS}" * 50_000 + "\n\nHello",
        HEAD + "X-Loop: a\n" * 300_000 + "\nHello",
        HEAD + "To: a@b\n" * 300_000 + "\nHello",
        HEAD + "Subject: " + "Re:" * 1_000_000 + "\n\nHello",
        HEAD + "Subject: " + "a-1" * 1_000_000 + "\n\nHello",
        HEAD + "Content-Disposition: attachment; filename=" + '";' * 1_000_000 + "\n\nHello",
        HEAD
        + 'Content-Type: multipart/mixed; boundary="b"\n\n'
        + '--b\nContent-Type: image/png; name="=?utf-8?q?a?="\n\n\x89PNG\n' * 100_000,
        HEAD + "Content-Type: text/html\n\n" + "<blockquote><p>" * 500_000,
        HEAD + "Content-Type: text/plain; charset=punycode\n\n" + "a-b" * 1_000_000,
        HEAD
        + "Content-Transfer-Encoding: base64\nContent-Type: image/png\n\n"
        + "iVBO" * 2_500_000,
    ],
    ids=lambda hostile: hostile[len(HEAD) : len(HEAD) + 40].encode("unicode_escape").decode(),
)
def test_ten_megabytes_of_anything_are_read_in_a_moment(hostile):
    content = hostile.encode("latin-1")
    began = process_time()
    assert is_sound(read(content))
    assert process_time() - began < 5  # minutes, without the limits

"""Photos: picked, pasted, dropped, taken back, refused; and what is sent is seen."""

import base64
import re

from playwright.sync_api import expect

from tests.conversation.world import line
from tests.photos import photo

# Files as they come from the clipboard or are dropped: content, name, type, zeroes after it.
HAND = """([target, kind, files]) => {
  const data = new DataTransfer();
  for (const [b64, name, type, more] of files) {
    const bytes = [Uint8Array.from(atob(b64), c => c.charCodeAt(0)), new Uint8Array(more || 0)];
    data.items.add(new File(bytes, name, {type}));
  }
  const how = {bubbles: true, cancelable: true, composed: true};
  const event = kind === 'paste'
    ? new ClipboardEvent('paste', {...how, clipboardData: data})
    : new DragEvent(kind, {...how, dataTransfer: data});
  document.querySelector('aftersale-chat').shadowRoot.querySelector(target).dispatchEvent(event);
}"""
COPY = """async b64 => {
  const bytes = Uint8Array.from(atob(b64), c => c.charCodeAt(0));
  const item = new ClipboardItem({'image/png': new Blob([bytes], {type: 'image/png'})});
  await navigator.clipboard.write([item]);
}"""
TAKE_LONG = """() => {
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    window.__held = () => send.call(this, body);
  };
}"""


def hand(buyer, kind, *files):
    target = "textarea" if kind == "paste" else ".log"
    packed = [(base64.b64encode(data).decode(), *rest) for data, *rest in files]
    buyer.page.evaluate(HAND, [target, kind, packed])


def tray(buyer):
    return buyer.chat.locator(".tray")


def asked_for_photos(visit, world, **options):
    record = world.buyer("helpdesk")
    delivered = {"fulfilment": "delivered"}
    parcel = {"shipment_id": "p", "line_ids": ["1"], "state": "delivered"}
    times = {"shipped_at": world.now.isoformat(), "delivered_at": world.now.isoformat()}
    order = world.order(record, lines=[line() | delivered], shipments=[parcel | times])
    buyer = visit(f"/shop/helpdesk?buyer={record.email}", **options)
    buyer.open()
    buyer.say(f"my item arrived damaged, order {order.number}")
    buyer.say("the sole is torn from one side to the other")
    expect(buyer.log.get_by_role("button", name="Add photos")).to_be_visible()
    return buyer


def test_a_photo_that_is_asked_for_is_picked_seen_and_sent(visit, world):
    buyer = asked_for_photos(visit, world)
    with buyer.page.expect_file_chooser() as chooser:
        buyer.log.get_by_role("button", name="Add photos").click()
    picked = {"name": "sole.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    chooser.value.set_files([picked])
    expect(tray(buyer).get_by_role("button", name="Remove sole.jpg")).to_be_visible()
    assert buyer.said[-1] == "sole.jpg is ready to send"
    buyer.box.press("Enter")
    buyer.answered(3)
    shown = buyer.log.get_by_role("img", name="Photo you sent")
    expect(shown).to_have_js_property("complete", value=True)
    assert shown.evaluate("image => image.naturalWidth") > 0
    assert "What would you like" in buyer.last


def test_photos_are_pasted_and_dropped(visit):
    buyer = visit("/shop/helpdesk?buyer=guest")
    buyer.open()
    buyer.say("hello")
    hand(buyer, "paste", (photo(), "pasted.jpg", "image/jpeg"))
    hand(buyer, "drop", (photo(), "dropped.jpg", "image/jpeg"))
    for name in ("pasted.jpg", "dropped.jpg"):
        expect(tray(buyer).get_by_role("button", name=f"Remove {name}")).to_be_visible()
    tray(buyer).get_by_role("button", name="Remove pasted.jpg").click()
    expect(tray(buyer).get_by_role("listitem")).to_have_count(1)


def test_a_picture_of_the_real_clipboard_is_pasted(visit):
    both = ["clipboard-read", "clipboard-write"]
    buyer = visit("/shop/helpdesk?buyer=guest", permissions=both)
    buyer.open()
    buyer.say("hello")
    buyer.page.evaluate(COPY, base64.b64encode(photo("PNG")).decode())
    buyer.box.focus()
    buyer.page.keyboard.press("Control+V")
    expect(tray(buyer).get_by_role("button", name="Remove image.png")).to_be_visible()
    buyer.box.press("Enter")
    expect(buyer.log.get_by_role("img", name="Photo you sent")).to_be_visible()


def test_on_a_phone_the_camera_is_offered_and_takes_one_photo(visit, world):
    buyer = asked_for_photos(visit, world, is_mobile=True, has_touch=True)
    with buyer.page.expect_file_chooser() as chooser:
        buyer.log.get_by_role("button", name="Take a photo", exact=True).tap()
    camera = chooser.value.element.evaluate(
        "input => [input.getAttribute('capture'), input.accept]"
    )
    assert camera[0] == "environment"
    assert "image/jpeg" in camera[1]
    assert not chooser.value.is_multiple()
    taken = {"name": "camera.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    chooser.value.set_files([taken])
    expect(tray(buyer).get_by_role("button", name="Remove camera.jpg")).to_be_visible()


def test_what_was_attached_and_not_sent_outlives_a_reload(visit, world):
    buyer = visit("/shop/helpdesk?buyer=guest")
    buyer.open()
    hand(buyer, "paste", (photo(), "sole.jpg", "image/jpeg"))
    expect(tray(buyer).get_by_role("button", name="Remove sole.jpg")).to_be_visible()
    buyer.page.reload()
    buyer.open()
    expect(tray(buyer).get_by_role("button", name="Remove sole.jpg")).to_be_visible()
    buyer.box.press("Enter")
    expect(buyer.log.get_by_role("img", name="Photo you sent")).to_be_visible()
    expect(tray(buyer)).to_be_hidden()
    buyer.page.reload()
    buyer.open()
    expect(buyer.own).to_have_count(1)
    expect(tray(buyer)).to_be_hidden()


def test_an_attachment_goes_with_its_conversation(visit):
    buyer = visit("/shop/helpdesk?buyer=guest")
    buyer.open()
    hand(buyer, "paste", (photo(), "sole.jpg", "image/jpeg"))
    expect(tray(buyer).get_by_role("button", name="Remove sole.jpg")).to_be_visible()
    buyer.page.evaluate("Aftersale.logout()")
    expect(tray(buyer)).to_be_hidden()
    buyer.page.reload()
    buyer.open()
    expect(tray(buyer)).to_be_hidden()


def test_what_is_no_photo_or_too_large_is_refused_before_it_is_sent(visit):
    buyer = visit("/shop/helpdesk?buyer=guest")
    buyer.open()
    sent = []
    buyer.page.on("request", lambda request: sent.append(request.url))
    hand(buyer, "paste", (b"MZ", "setup.exe", "application/x-msdownload"))
    hand(buyer, "paste", (photo(), "huge.jpg", "image/jpeg", 11_000_000))
    alerts = tray(buyer).get_by_role("alert")
    expect(alerts).to_have_count(2)
    expect(alerts.first).to_contain_text("setup.exe: only photos and PDFs can be sent.")
    expect(alerts.last).to_contain_text("huge.jpg is larger than")
    assert not [url for url in sent if "uploads" in url]


def test_what_only_looks_like_a_photo_is_refused_by_the_server_and_said(visit):
    buyer = visit("/shop/helpdesk?buyer=guest")
    buyer.trouble = True
    buyer.open()
    buyer.say("hello")
    hand(buyer, "paste", (b"MZ\x90 not a photo", "renamed.jpg", "image/jpeg"))
    expect(tray(buyer).get_by_role("alert")).to_have_text(re.compile("renamed.jpg could not be"))
    expect(tray(buyer).locator("img")).to_have_count(0)


def test_an_upload_is_cancelled_on_its_way(visit):
    buyer = visit("/shop/helpdesk?buyer=guest")
    buyer.open()
    buyer.say("hello")
    buyer.page.evaluate(TAKE_LONG)
    hand(buyer, "paste", (photo(), "slow.jpg", "image/jpeg"))
    expect(tray(buyer).get_by_role("progressbar", name="Sending slow.jpg")).to_be_visible()
    tray(buyer).get_by_role("button", name="Cancel slow.jpg").click()
    expect(tray(buyer)).to_be_hidden()
    buyer.say("thanks")
    assert [row["text"] for row in buyer.shown if row["author"] == "buyer"] == ["hello", "thanks"]

"""Every state of the chat that buyers come across, in the order in which one visit meets them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from playwright.sync_api import expect

from aftersale.domain.conversations import Author, EventType
from aftersale.domain.ownership import OwnerMove
from tests.browser.a_person import MIRA, Desk, words
from tests.browser.stack import Shops
from tests.browser.visitor import Visitor
from tests.conversation.buyer import Buyer
from tests.conversation.world import line, shipped
from tests.photos import photo

Open = Callable[..., Visitor]
Step = Callable[[Visitor], None]
MENU = "button[aria-controls=menu]"


@dataclass(frozen=True)
class Scene:
    """A buyer of the help desk with three orders, one of them of two lines that arrived."""

    world: Shops
    buyer: Buyer
    arrived: str

    @classmethod
    def of(cls, world: Shops) -> "Scene":
        """Import the orders of a new buyer."""
        buyer = world.buyer("helpdesk", name="Alex")
        long_ago = shipped(world.now - timedelta(days=5))
        lamp = line(line_id="2", sku="LAMP", name="Brass desk lamp", options={"finish": "brushed"})
        goods = {"fulfilment": "delivered"}
        parcel = long_ago["shipments"][0] | {
            "state": "delivered",
            "carrier": "Swift Parcel",
            "tracking_number": "SWP00123",
            "tracking_url": "https://track.example/swift/SWP00123",
            "line_ids": ["1", "2"],
            "delivered_at": (world.now - timedelta(days=2)).isoformat(),
            "events": _scans(world),
        }
        order = world.order(
            buyer,
            lines=[line(options={"size": "42"}) | goods, lamp | goods],
            shipments=[parcel],
            fulfilment_started_at=long_ago["fulfilment_started_at"],
        )
        for _ in range(3):
            world.order(buyer)
        return cls(world, buyer, order.number)


def _scans(world: Shops) -> list[dict[str, Any]]:
    texts = ("Parcel handed over", "Arrived at the sorting centre", "Delivered")
    ago = (timedelta(days=5), timedelta(days=3), timedelta(days=2))
    return [
        {"at": (world.now - each).isoformat(), "text": text, "place": "Regional hub"}
        for text, each in zip(texts, ago, strict=True)
    ]


def states(
    visit: Open, world: Shops, locale: str, **options: Any
) -> Iterator[tuple[str, Visitor]]:
    """Lead visitors through the states; yield each by name while the visitor is in it."""
    scene = Scene.of(world)
    page = f"/shop/helpdesk?buyer={scene.buyer.email}&locale={locale}"
    buyer = visit(page, **options)
    for name, step in _steps(scene).items():
        step(buyer)
        yield name, buyer
    yield from _with_a_person(visit, world, locale, **options)
    guest = visit(f"/chat?storefront=helpdesk&locale={locale}", **options)
    guest.say("how do returns work here")
    yield "article", guest
    guest.say("I ordered as a guest")
    guest.say(scene.arrived)
    yield "code-field", guest
    guest.chat.locator("fieldset.field input").last.fill("?")
    guest.chat.locator("fieldset.field input").last.press("Enter")
    yield "code-field-wrong", guest


def _with_a_person(
    visit: Open, world: Shops, locale: str, **options: Any
) -> Iterator[tuple[str, Visitor]]:
    """Lead somebody into the queue, to a person and back to the assistant."""
    buyer = visit(f"/shop/helpdesk?buyer=guest&locale={locale}", **options)
    buyer.open()
    _attach(buyer)
    buyer.box.fill("This is how it came.")
    _send_photo(buyer)
    buyer.trouble = True
    desk, button = Desk(world, buyer), buyer.chat.locator(".status button")
    desk.move(OwnerMove.ASK, position=3)
    expect(button).to_be_visible()
    yield "queued", buyer
    button.click()
    yield "leave-question", buyer
    buyer.chat.get_by_role("alertdialog").get_by_role("button").last.click()
    desk.move(OwnerMove.CLAIM, agent=MIRA)
    expect(buyer.chat.locator(".head img.face")).to_be_visible()
    desk.write(*words("Good day! Is it this spot?"), desk.photo_of_the_buyer())
    expect(buyer.rows.last.locator(".photo img")).to_be_visible()
    desk.tell(EventType.TYPING, Author.AGENT, agent=MIRA)
    expect(buyer.chat.locator("#typing")).not_to_be_empty()
    yield "a-person", buyer
    desk.move(OwnerMove.GIVE_BACK)
    buyer.chat.locator(".aside .star").nth(3).click()
    yield "a-person-rated", buyer


def _steps(scene: Scene) -> dict[str, Step]:
    return {
        "closed": lambda buyer: expect(buyer.launcher).to_be_visible(),
        "greeting": Visitor.open,
        "order-picker": lambda buyer: buyer.say("where is my order"),
        "order-card": lambda buyer: _pick(buyer, scene.arrived),
        "stars": lambda buyer: buyer.say("give feedback"),
        "stars-given": _give_stars,
        "line-picker": lambda buyer: _report(buyer, scene.arrived),
        "photos-asked": _describe,
        "photo-in-the-tray": _attach,
        "photo-sent": _send_photo,
        "too-long": lambda buyer: buyer.box.fill("too long " * 300),
        "menu": _menu,
        "delete-question": _ask_delete,
        "offline": _offline,
        "unread": _unread,
    }


def _pick(buyer: Visitor, number: str) -> None:
    before = buyer.own.count()
    buyer.log.locator("button.row", has_text=number).last.click()
    buyer.answered(before + 1)


def _give_stars(buyer: Visitor) -> None:
    before = buyer.own.count()
    stars = buyer.chat.locator(".stars").last
    stars.locator(".star").nth(3).click()
    stars.locator("xpath=following-sibling::button").first.click()
    buyer.answered(before + 1)


def _describe(buyer: Visitor) -> None:
    _pick_line(buyer)
    buyer.say("the shade is cracked on one side")


def _report(buyer: Visitor, number: str) -> None:
    buyer.say("skip")
    buyer.say(f"my item arrived damaged, order {number}")


def _pick_line(buyer: Visitor) -> None:
    before = buyer.own.count()
    buyer.chat.locator("label.box", has_text="Brass desk lamp").last.click()
    buyer.chat.locator("fieldset.pick button.primary").last.click()
    buyer.answered(before + 1)


def _attach(buyer: Visitor) -> None:
    with buyer.page.expect_file_chooser() as chooser:
        buyer.chat.locator(".composer .bar button").first.click()
    chooser.value.set_files({"name": "lamp.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    expect(buyer.chat.locator(".tray img")).to_be_visible()
    expect(buyer.chat.locator(".tray progress")).to_have_count(0)


def _send_photo(buyer: Visitor) -> None:
    before = buyer.own.count()
    buyer.box.press("Enter")
    buyer.answered(before + 1)
    expect(buyer.log.locator("img").last).to_be_visible()


def _menu(buyer: Visitor) -> None:
    buyer.box.fill("")
    buyer.chat.locator(MENU).click()


def _ask_delete(buyer: Visitor) -> None:
    buyer.chat.locator("#menu button").last.click()
    expect(buyer.chat.get_by_role("alertdialog")).to_be_visible()


def _offline(buyer: Visitor) -> None:
    buyer.chat.get_by_role("alertdialog").get_by_role("button").last.click()
    buyer.trouble = True
    buyer.page.context.set_offline(True)
    buyer.box.fill("are you there?")
    buyer.box.press("Enter")
    expect(buyer.chat.locator("#connection")).not_to_be_empty()
    expect(buyer.chat.locator("li.msg[data-state=pending]")).to_have_count(1)


def _unread(buyer: Visitor) -> None:
    buyer.box.press("Escape")
    buyer.page.context.set_offline(False)
    expect(buyer.chat.locator("#count")).not_to_be_empty(timeout=20_000)

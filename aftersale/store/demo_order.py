"""Builds one demo order, in the import format, from a scene, a buyer and products."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from aftersale.store.demo_catalogue import CARRIERS, LEADERS, SELLERS, Person, Product
from aftersale.store.demo_scenarios import DAY, GUIDED, HOUR, Scene

_STREETS = ("Harbour Street", "Mill Road", "Station Lane", "Orchard Way", "Castle Hill")
_LEFT = frozenset({"shipped", "delivered", "lost", "returned"})
_PLACES = ("Sorting centre East", "Regional hub", "Local depot")
_SCANS = ("Parcel handed over", "Arrived at the sorting centre", "On its way to your region")
_LAST_SCAN = {
    "delivered": "Delivered",
    "lost": "The carrier is looking for this parcel",
    "returned": "Returned to the sender",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an order belongs: storefront, number, and the buyer by position (1 is buyer1)."""

    storefront: str
    number: str
    buyer: int
    person: Person

    @property
    def guided(self) -> bool:
        """Whether the guide tells newcomers to try this order."""
        return self.buyer <= len(GUIDED[self.storefront])


def demo_order(
    place: Place, scene: Scene, products: tuple[Product, ...], *, now: datetime, random: Random
) -> dict[str, Any]:
    """Return the order as one object of an import file."""
    lines = [
        _line(place, scene, index, product=product, random=random)
        for index, product in enumerate(products[: len(scene.goods)])
    ]
    total = sum(line["price"]["minor"] * line["quantity"] for line in lines)
    return {
        "number": place.number,
        "storefront": place.storefront,
        "source_version": int(now.timestamp()),
        "kind": "unlimited_group" if scene.campaign_left is not None else "normal",
        "state": scene.state,
        "placed_at": _at(now, -scene.placed),
        "currency": "USD",
        "total": _usd(total),
        "buyer": _buyer(place),
        "seller": _seller(place, random),
        "payment": _payment(place, scene, now),
        "lines": lines,
        "shipments": _shipments(place, scene, lines, now=now, random=random),
        "estimated_delivery_at": _at(now, scene.expected),
        "fulfilment_started_at": _ago(now, scene.started),
        "address": _address(place, random),
        "order_url": f"https://shop.example/{place.storefront}/orders/{place.number}",
        "notification_sent_at": _at(now, -scene.placed + HOUR / 60),
        "notification_sent_to": _email(place),
        **_group(place, scene, now, random),
    }


def _line(
    place: Place, scene: Scene, index: int, *, product: Product, random: Random
) -> dict[str, Any]:
    return {
        "line_id": f"L{index + 1}",
        "sku": product.sku,
        "name": product.name,
        "quantity": random.choice((1, 1, 1, 2)),
        "price": _usd(product.price),
        "options": product.options,
        "return_class": product.return_class,
        "fulfilment": scene.goods[index],
        "cancelled": scene.state == "cancelled",
        "in_stock": scene.in_stock,
        "product_url": f"https://shop.example/{place.storefront}/items/{product.sku}",
    }


def _buyer(place: Place) -> dict[str, Any]:
    return {
        "subject": f"buyer-{place.buyer}",
        "email": _email(place),
        "first_name": place.person.first_name,
        "member_id": f"M{place.buyer:05d}",
        "timezone": place.person.timezone,
        "locale": place.person.locale,
    }


def _email(place: Place) -> str:
    return f"buyer{place.buyer}@example.com"


def _seller(place: Place, random: Random) -> dict[str, Any] | None:
    """Return one of the shop's sellers; the guide's orders have one whom a letter reaches."""
    sellers = SELLERS[place.storefront]
    if place.guided:
        sellers = tuple(seller for seller in sellers if seller.get("email_valid", True))
    return random.choice(sellers) if sellers else None


def _payment(place: Place, scene: Scene, now: datetime) -> dict[str, Any]:
    shown = {"card": place.person.card, "bank_transfer": "Bank transfer", "wallet": "Shop wallet"}
    return {
        "method": scene.method,
        "state": scene.payment,
        "paid_at": _ago(now, scene.paid),
        "verified_at": _ago(now, scene.verified),
        "auth_expires_at": None if scene.auth_left is None else _at(now, scene.auth_left),
        "provider_ref": None if scene.payment == "awaiting" else f"pi_{place.number}",
        "display": shown.get(scene.method, "Cash on delivery"),
    }


def _shipments(
    place: Place, scene: Scene, lines: list[dict[str, Any]], *, now: datetime, random: Random
) -> list[dict[str, Any]]:
    gone = [line for line in lines if line["fulfilment"] in _LEFT]
    return [
        _shipment(place, scene, line, now=now, random=random) for line in gone if scene.shipped
    ]


def _shipment(
    place: Place, scene: Scene, line: dict[str, Any], *, now: datetime, random: Random
) -> dict[str, Any]:
    name, pattern, url = random.choice(CARRIERS)
    tracking = pattern.format(random.randrange(10**6, 10**7))
    return {
        "shipment_id": f"{place.number}-{line['line_id']}",
        "line_ids": [line["line_id"]],
        "state": line["fulfilment"],
        "carrier": name,
        "tracking_number": tracking,
        "tracking_url": url.format(tracking),
        "shipped_at": _ago(now, scene.shipped),
        "delivered_at": _ago(now, scene.delivered),
        "events": _scans(scene, line["fulfilment"], now),
    }


def _scans(scene: Scene, state: str, now: datetime) -> list[dict[str, Any]]:
    shipped = scene.shipped or DAY
    end = scene.delivered if scene.delivered is not None else timedelta(0)
    step = (shipped - end) / (len(_SCANS) + 1)
    scans: list[dict[str, Any]] = [
        {"at": _at(now, -shipped + index * step), "text": text, "place": _PLACES[index]}
        for index, text in enumerate(_SCANS)
    ]
    if state in _LAST_SCAN:
        last = -scene.delivered if scene.delivered is not None else -step
        scans.append({"at": _at(now, last), "text": _LAST_SCAN[state], "place": None})
    return scans


def _address(place: Place, random: Random) -> dict[str, str]:
    street = f"{random.randrange(1, 120)} {random.choice(_STREETS)}"
    return {
        "name": place.person.first_name,
        "street": street,
        "postcode": f"{random.randrange(10000, 99999)}",
        "city": place.person.city,
        "country": place.person.country,
    }


def _group(place: Place, scene: Scene, now: datetime, random: Random) -> dict[str, Any]:
    left = scene.campaign_left
    ends = {"campaign_ends_at": None if left is None else _at(now, left)}
    if place.storefront != "group-buy":
        return ends
    return ends | {
        "group_id": f"G-{random.randrange(100, 999)}",
        "leader_name": (leader := random.choice(LEADERS)),
        "leader_email": f"{leader.lower()}@leaders.example.com",
        "instructions": "Check the parcel when you receive it and keep the packaging for 7 days.",
    }


def _usd(minor: int) -> dict[str, Any]:
    return {"minor": minor, "currency": "USD"}


def _ago(now: datetime, span: timedelta | None) -> str | None:
    return None if span is None else _at(now, -span)


def _at(now: datetime, offset: timedelta) -> str:
    return (now + offset).isoformat()

"""What the demo shops sell and who sells it. Every name, person and place is made up."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Product:
    """Something to buy; the price is in cents."""

    sku: str
    name: str
    price: int
    options: dict[str, str] = field(default_factory=dict)
    return_class: str = "standard"


def _product(
    sku: str, name: str, price: int, return_class: str = "standard", **options: str
) -> Product:
    return Product(sku, name, price, options, return_class)


PRODUCTS: dict[str, tuple[Product, ...]] = {
    "seller-direct": (
        _product("SD-MUG-04", "Stoneware coffee mug", 2400, colour="sea green"),
        _product("SD-SHO-42", "Blue canvas shoes", 6900, size="42", colour="blue"),
        _product("SD-LMP-01", "Brass desk lamp", 8900, finish="brushed"),
        _product("SD-BAG-11", "Waxed cotton backpack", 12400, colour="olive"),
        _product("SD-RNG-07", "Silver ring, engraved", 7800, "made_to_order", size="54"),
        _product("SD-PRT-03", "Lighthouse art print", 3500, size="30 x 40 cm"),
        _product("SD-CND-02", "Beeswax candles, set of six", 2600),
        _product("SD-CLK-05", "Walnut wall clock", 9900, wood="walnut"),
    ),
    "supplier-consent": (
        _product("SC-HDS-20", "Wireless headset", 5900, colour="black"),
        _product("SC-SHO-40", "Blue running shoes", 7400, size="40", colour="blue"),
        _product("SC-BOX-50", "Shipping boxes, pack of 50", 4200, size="40 x 30 x 20 cm"),
        _product("SC-DRN-01", "Folding camera drone", 31900, colour="grey"),
        _product("SC-CBL-10", "USB-C cables, pack of 10", 2900, length="1 m"),
        _product("SC-LED-05", "LED strip, five metres", 1900, light="warm white"),
        _product("SC-SPK-03", "Bluetooth speaker", 4500, colour="red"),
        _product("SC-TNT-02", "Two-person tent", 11900, colour="orange"),
    ),
    "status-gated": (
        _product("SG-JKT-M", "Rain jacket", 8900, size="M", colour="yellow"),
        _product("SG-SHO-38", "Blue leather shoes", 9500, size="38", colour="blue"),
        _product("SG-DRS-S", "Red linen dress", 6400, size="S", colour="red"),
        _product("SG-JNS-32", "Straight jeans", 5900, size="32/32", colour="indigo"),
        _product("SG-SCF-01", "Merino scarf", 3900, colour="charcoal"),
        _product("SG-CAP-02", "Corduroy cap", 2500, colour="rust"),
        _product("SG-BAG-03", "Small shoulder bag", 7200, colour="red"),
        _product("SG-SWM-01", "Swimming trunks", 3200, "hygiene", size="L", colour="navy"),
    ),
    "helpdesk": (
        _product("HD-KTL-17", "Electric kettle, 1.7 l", 4900, colour="steel"),
        _product("HD-TST-02", "Two-slice toaster", 3900, colour="cream"),
        _product("HD-SHO-44", "Blue garden shoes", 2900, size="44", colour="blue"),
        _product("HD-CHR-04", "Garden chairs, set of four", 21900, colour="green"),
        _product("HD-GRD-01", "Coffee grinder", 7900, model="burr"),
        _product("HD-CRT-02", "Curtains, pair", 5400, length="245 cm", colour="sand"),
        _product("HD-TBL-01", "Wooden side table", 8800, wood="oak"),
        _product("HD-RBT-01", "Robot vacuum cleaner", 28900, colour="white"),
    ),
    "group-buy": (
        _product("GB-OIL-05", "Olive oil, five litres", 5600),
        _product("GB-SHO-41", "Blue trail shoes", 6200, size="41", colour="blue"),
        _product("GB-BRY-02", "Strawberries, two kilos", 1800, "perishable"),
        _product("GB-CHS-01", "Mountain cheese, whole", 4900, "short_shelf_life"),
        _product("GB-YGA-01", "Yoga mat", 2700, colour="teal"),
        _product("GB-PAN-28", "Cast-iron pan, 28 cm", 4400),
        _product("GB-TWL-04", "Linen towels, set of four", 3600, colour="natural"),
        _product("GB-TTH-08", "Toothbrush heads, pack of eight", 2200, "hygiene"),
    ),
}

_CONTACT = "https://shop.example/{key}/sellers/{id}"


def _seller(key: str, shops_id: str, nickname: str, **more: Any) -> dict[str, Any]:
    page = _CONTACT.format(key=key, id=shops_id)
    return {
        "id": shops_id,
        "nickname": nickname,
        "email": f"{shops_id}@sellers.example.com",
        "contact_url": f"{page}/contact",
        "message_url": f"{page}/message",
        "shipping_policy_url": f"{page}/shipping",
        "returns_policy_url": f"{page}/returns",
        **more,
    }


# What sellers charge for returns is known as a share, as an amount, only as "may", or not at all.
SELLERS: dict[str, tuple[dict[str, Any], ...]] = {
    "seller-direct": (
        _seller(
            "sd",
            "harbour-craft",
            "HarbourCraft",
            phone="+1 555 0101",
            restocking_fee={"percent": "15"},
        ),
        _seller(
            "sd",
            "tiny-kiln",
            "TinyKiln",
            phone="+1 555 0102",
            restocking_fee={"flat": {"minor": 500, "currency": "USD"}},
        ),
        _seller("sd", "north-loft", "NorthLoft", phone="+1 555 0103", restocking_fee={}),
        _seller("sd", "paper-fox", "PaperFox", email_valid=False),
    ),
    "supplier-consent": (
        _seller(
            "sc",
            "blue-delta",
            "Blue Delta Trading",
            phone="+1 555 0111",
            online=True,
            chat_url="https://shop.example/sc/sellers/blue-delta/chat",
        ),
        _seller("sc", "red-crane", "Red Crane Supply", phone="+1 555 0112"),
        _seller("sc", "mill-lane", "Mill Lane Wholesale", phone="+1 555 0113"),
    ),
    "status-gated": (
        _seller("sg", "atelier-nine", "Atelier Nine", phone="+1 555 0121"),
        _seller("sg", "denim-row", "Denim Row", phone="+1 555 0122"),
        _seller("sg", "soft-wool", "Soft Wool Co", phone="+1 555 0123"),
    ),
    "helpdesk": (),
    "group-buy": (
        _seller("gb", "farm-gate", "Farm Gate Collective", phone="+1 555 0141"),
        _seller("gb", "iron-works", "Iron Works Kitchen", phone="+1 555 0142"),
    ),
}

LEADERS = ("Priya", "Marco", "Ingrid", "Tomas")


@dataclass(frozen=True, slots=True)
class Person:
    """A demo buyer; the same people shop at every storefront."""

    first_name: str
    timezone: str
    locale: str
    city: str
    country: str
    card: str


PEOPLE = (
    Person("Alex", "Europe/Berlin", "en", "Bremen", "DE", "Visa ending 4242"),
    Person("Sam", "America/New_York", "en-US", "Albany", "US", "Mastercard ending 4444"),
    Person("Mina", "Asia/Tokyo", "en", "Sendai", "JP", "Visa ending 1881"),
    Person("Joao", "America/Sao_Paulo", "en", "Santos", "BR", "Mastercard ending 5100"),
    Person("Aoife", "Europe/Dublin", "en-IE", "Galway", "IE", "Visa ending 0341"),
    Person("Ravi", "Asia/Kolkata", "en-IN", "Kochi", "IN", "Visa ending 7730"),
    Person("Zoe", "Australia/Sydney", "en-AU", "Newcastle", "AU", "Mastercard ending 2222"),
    Person("Lena", "Europe/Helsinki", "en", "Turku", "FI", "Visa ending 9004"),
)

CARRIERS = (
    ("Swift Parcel", "SWP{:09d}", "https://track.example/swift/{}"),
    ("Bluebird Post", "BB{:08d}US", "https://track.example/bluebird/{}"),
    ("Overland Freight", "OF-{:07d}", "https://track.example/overland/{}"),
)

"""What the demo shops offer, in the import format: some sold out, some taken down."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine

from aftersale.store.demo_catalogue import PRODUCTS, SELLERS, Product
from aftersale.store.products_import import ProductReport, import_products

SOLD_OUT, TAKEN_DOWN = 5, 6  # the places of two products in each shop's list
_IN_STOCK = 12


def demo_products() -> Iterator[dict[str, Any]]:
    """Yield the demo products in import format."""
    for storefront, products in PRODUCTS.items():
        for place, product in enumerate(products):
            yield _product(storefront, place, product)


def fill_demo_products(engine: Engine) -> ProductReport:
    """Import the demo products; again, and they are as they were."""
    lines = [json.dumps(product).encode() for product in demo_products()]
    return import_products(engine, lines, storefronts=PRODUCTS)


def _product(storefront: str, place: int, product: Product) -> dict[str, Any]:
    sellers = SELLERS[storefront]
    seller = sellers[place % len(sellers)] if sellers else None
    known = ({k: v for k, v in seller.items() if k != "restocking_fee"}) if seller else None
    return {
        "storefront": storefront,
        "sku": product.sku,
        "name": product.name,
        "url": f"https://shop.example/{storefront}/items/{product.sku}",
        "active": place != TAKEN_DOWN,
        "stock": 0 if place == SOLD_OUT else _IN_STOCK,
        "options": product.options,
        "return_class": product.return_class,
        "seller": known,
    }

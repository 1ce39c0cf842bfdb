"""What keeps a product from being ordered (R2.5): it was taken down, or there is not enough."""

import re
from typing import Any

from aftersale.domain.sellers import Product
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice

_WANTED = re.compile(
    r"(?i)\b(\d{1,4})\s*(?:x|pcs?|pieces?|of|units?|items?|pairs?)\b|\bquantity\D{0,6}(\d{1,4})\b"
)
_SKU = re.compile(r"\b[A-Za-z0-9]+(?:[-_/][A-Za-z0-9]+)+\b|\b(?=\w*\d)\w{3,40}\b")
_SKUS = 5  # looked up of one message


def on_sale(product: Product, *, wanted: int | None = None) -> Reply | None:
    """Return which of the two it is; None when neither keeps anybody from ordering.

    Replies `utter_product_taken_down`, `utter_product_sold_out` or `utter_product_too_few`.
    """
    if not product.active:
        return Reply("utter_product_taken_down", _about(product))
    if product.stock is not None and product.stock <= 0:
        return Reply("utter_product_sold_out", _about(product))
    if product.stock is not None and wanted is not None and wanted > product.stock:
        more = {"stock": product.stock, "wanted": wanted}
        return Reply("utter_product_too_few", _about(product) | more)
    return None


def wanted_in(text: str) -> int | None:
    """Return how many pieces a message speaks of."""
    found = _WANTED.search(text)
    return int(found.group(1) or found.group(2)) if found else None


def products_in(
    uow: UnitOfWork, storefront: str, text: str, *, called: str | None = None
) -> list[Product]:
    """Return the products a text names, by SKU or else by its words; several when unclear.

    `called` is the part of the text that was recognised as the name of goods.
    """
    for sku in _SKU.findall(text)[:_SKUS]:
        if product := uow.products.by_sku(storefront, sku):
            return [product]
    by_text = list(uow.products.by_words(storefront, text))
    if called is None:
        return by_text
    by_name = uow.products.by_words(storefront, called)
    return [product for product in by_name if product in by_text] or list(by_name)


def _about(product: Product) -> dict[str, Any]:
    buttons = [choice("contact_seller"), choice("talk_to_human")]
    return {"product": product.name, "product_url": product.url, "choices": buttons}

"""`aftersale products`: import what the storefronts offer, and look it up."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from aftersale.adapters.policies import load_policies
from aftersale.cli.opened import settings, store
from aftersale.cli.options import STOREFRONTS
from aftersale.domain.sellers import Product
from aftersale.errors import ImportInvalid, NotFound
from aftersale.store.database import make_engine
from aftersale.store.products_import import ProductReport, import_products_file


@click.group()
def products() -> None:
    """Import products and look one up."""


@products.command("import", epilog="Example: aftersale products import products.jsonl --dry-run")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")
def import_products(file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Import products from FILE, one JSON object a line (docs/product-import.schema.json).

    All or nothing: a wrong line is named with its field, and nothing is imported.
    """
    given = settings()
    engine = make_engine(given.database_url)
    served = list(load_policies(given.storefronts_dir))
    try:
        report = import_products_file(engine, file, storefronts=served, dry_run=dry_run)
    except ImportInvalid as wrong:
        if as_json:
            click.echo(json.dumps({"error": wrong.code, "problems": wrong.problems}))
        raise
    finally:
        engine.dispose()
    click.echo(json.dumps(asdict(report)) if as_json else _told(report))


@products.command(
    epilog='Example: aftersale products find "blue shoes" --storefront seller-direct'
)
@click.argument("words")
@click.option("--storefront", type=STOREFRONTS, required=True, help="Where it is sold.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def find(*, words: str, storefront: str, as_json: bool) -> None:
    """Find products by SKU or by the WORDS of their names."""
    with store(settings())() as uow:
        exact = uow.products.by_sku(storefront, words)
        found = [exact] if exact else uow.products.by_words(storefront, words)
    if not found:
        raise NotFound("No product is called so.")
    for product in found:
        click.echo(json.dumps(asdict(product)) if as_json else _line(product))


def _told(report: ProductReport) -> str:
    start = "Dry run, nothing written: " if report.dry_run else ""
    return f"{start}{report.written} products."


def _line(product: Product) -> str:
    stock = "stock not told" if product.stock is None else f"{product.stock} in stock"
    offered = "on offer" if product.active else "taken down"
    return f"{product.sku}  {product.name}  {offered}  {stock}"

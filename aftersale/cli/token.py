"""`aftersale token`: sign an identity as the demo shop would."""

import click

from aftersale.cli.opened import present, settings, store
from aftersale.cli.options import STOREFRONTS
from aftersale.demo.keys import sign_for
from aftersale.errors import NotFound


@click.command(
    epilog="Example: aftersale token --storefront status-gated --buyer buyer1@example.com"
)
@click.option("--storefront", type=STOREFRONTS, required=True, help="The shop that signs.")
@click.option("--buyer", required=True, metavar="EMAIL", help="E-mail of a known buyer.")
def token(*, storefront: str, buyer: str) -> None:
    """Print a signed identity, good for 15 minutes, for tests and the demo shop.

    Only a demo key signs; an installation without one cannot make identities.
    """
    given = settings()
    with store(given)() as uow:
        found = uow.parties.buyer_by_email(storefront, buyer)
    if found is None:
        raise NotFound("This storefront has no buyer with that e-mail address.")
    click.echo(sign_for(given.identity_keys, found, present(given)))

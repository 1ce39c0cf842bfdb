"""`aftersale agents`: who is there for live chat."""

from datetime import datetime

import click

from aftersale.cli.opened import present, settings, store
from aftersale.cli.options import STOREFRONTS, Instant
from aftersale.domain.articles import Presence


@click.group(epilog="Example: aftersale agents online --as ann --until 2026-11-20T18:00:00Z")
def agents() -> None:
    """Say who is there for live chat."""


@agents.command(epilog="Example: aftersale agents online --as ann --until 2026-11-20T18:00:00Z")
@click.option("--as", "agent", required=True, help="Who is there.")
@click.option("--until", type=Instant(), required=True, help="How long.")
@click.option("--storefront", type=STOREFRONTS, help="Only for this storefront.")
def online(*, agent: str, until: datetime, storefront: str | None) -> None:
    """Say that an agent is there until a time; buyers in open hours are told their place."""
    given = settings()
    now = present(given)
    if until <= now:
        raise click.BadParameter("is over already", param_hint="--until")
    with store(given)() as uow:
        uow.agents.arrive(Presence(agent, storefront, now, until))
        uow.commit()
    click.echo(f"{agent} is there until {until:%Y-%m-%d %H:%M %Z}.")


@agents.command(epilog="Example: aftersale agents offline --as ann")
@click.option("--as", "agent", required=True, help="Who leaves.")
def offline(*, agent: str) -> None:
    """Say that an agent has left."""
    given = settings()
    with store(given)() as uow:
        left = uow.agents.leave(agent, present(given))
        uow.commit()
    click.echo(f"{agent} has left." if left else f"{agent} was not there.")


@agents.command("list", epilog="Example: aftersale agents list --storefront helpdesk")
@click.option("--storefront", type=STOREFRONTS, required=True, help="Of which storefront.")
def list_agents(*, storefront: str) -> None:
    """List who is there, and how many people wait."""
    given = settings()
    with store(given)() as uow:
        there = uow.agents.present(storefront, present(given))
        waiting = len(uow.handoffs.waiting(storefront))
    for one in there:
        click.echo(f"{one.agent} until {one.until:%Y-%m-%d %H:%M %Z}")
    click.echo(f"{len(there)} there, {waiting} waiting")

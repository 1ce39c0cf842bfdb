"""Options that several commands share."""

from datetime import UTC, datetime

import click

from aftersale.adapters.policies import load_policies
from aftersale.cli.opened import settings


class StorefrontKey(click.ParamType[str]):
    """The key of a storefront that has a policy file here."""

    name = "STOREFRONT"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take a key that is there; anything else is wrong usage."""
        keys = sorted(load_policies(settings().storefronts_dir))
        if value not in keys:
            self.fail(f"is not a storefront here; there are {', '.join(keys)}", param, ctx)
        return value


STOREFRONTS = StorefrontKey()


class Instant(click.ParamType[datetime]):
    """An ISO instant; one without an offset is taken as UTC."""

    name = "ISO"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the text; anything else is wrong usage."""
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail("is not an ISO instant like 2026-11-20T15:00:00Z", param, ctx)
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)

"""Options that several commands share."""

from datetime import UTC, datetime

import click

from aftersale.domain.storefronts import Storefront

STOREFRONTS = click.Choice([storefront.value for storefront in Storefront])


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

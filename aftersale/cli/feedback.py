"""`aftersale feedback`: what buyers say about the help they got."""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import click

from aftersale.cli.opened import present, settings, store
from aftersale.domain.articles import Rating

BY = ("intent", "article", "decision")
COLUMNS = ("subject", "about", "asked", "rated", "skipped", "average", "comments")


@click.group(epilog="Example: aftersale feedback report --by intent")
def feedback() -> None:
    """What buyers say about the help they got."""


@feedback.command(epilog="Example: aftersale feedback report --by article --format csv")
@click.option("--by", type=click.Choice(BY), default="intent", help="What ratings are grouped by.")
@click.option("--days", default=30, show_default=True, help="How far back to look.")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv")
def report(*, by: str, days: int, form: str) -> None:
    """Show ratings of bot, agents and cases, never mixed, by what they were about."""
    given = settings()
    with store(given)() as uow:
        ratings = uow.feedback.all(since=present(given) - timedelta(days=days))
    rows = list(grouped(ratings, by))
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    writer = csv.DictWriter(sys.stdout, COLUMNS)
    writer.writeheader()
    writer.writerows({**row, "comments": " | ".join(row["comments"])} for row in rows)


def grouped(ratings: Sequence[Rating], by: str) -> Iterable[dict[str, Any]]:
    """Yield a row for each subject and topic, the ones rated most often first."""
    groups: dict[tuple[str, str], list[Rating]] = {}
    for rating in ratings:
        about = {
            "intent": rating.intent,
            "article": rating.article_id,
            "decision": rating.decision_id,
        }[by]
        groups.setdefault((rating.subject_kind.value, about or "none"), []).append(rating)
    for (subject, about), found in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        stars = [rating.stars for rating in found if rating.stars is not None]
        yield {
            "subject": subject,
            "about": about,
            "asked": len(found),
            "rated": len(stars),
            "skipped": sum(rating.skipped_at is not None for rating in found),
            "average": round(sum(stars) / len(stars), 2) if stars else None,
            "comments": [rating.comment for rating in found if rating.comment],
        }

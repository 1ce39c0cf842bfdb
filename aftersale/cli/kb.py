"""`aftersale kb`: load, check and review the help articles."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import click

from aftersale.adapters.articles_files import load_articles, stale
from aftersale.adapters.policies import load_policies
from aftersale.bootstrap_articles import take_articles
from aftersale.cli.opened import present, settings, store
from aftersale.domain.articles import Article, ArticleSearch


@click.group(epilog="Example: aftersale kb check")
def kb() -> None:
    """Load, check and review the help articles."""


@kb.command(epilog="Example: aftersale kb load")
def load() -> None:
    """Take the articles into the store; `aftersale serve` does it when it starts."""
    given = settings()
    changed = take_articles(given, store(given))
    click.echo(f"{changed} articles changed." if changed else "Everything is as before.")


@kb.command(epilog="Example: aftersale kb check")
def check() -> None:
    """Check every file: its front matter, its words, and that no storefront lacks a topic."""
    given = settings()
    articles = load_articles(given.kb_dir, load_policies(given.storefronts_dir))
    for storefront, count in sorted(Counter(one.storefront for one in articles).items()):
        click.echo(f"{storefront}: {count} articles")
    old = _stale(articles, present(given), given.kb_stale_days)
    for name in old:
        click.echo(f"stale: {name}", err=True)


@kb.command(epilog="Example: aftersale kb report --days 30 --json")
@click.option("--days", default=30, show_default=True, help="How far back to look.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def report(*, days: int, as_json: bool) -> None:
    """Show what nobody could answer, which articles did not help, and which are stale."""
    given = settings()
    now = present(given)
    with store(given)() as uow:
        searches = uow.articles.searches(since=now - timedelta(days=days), limit=100_000)
        articles = uow.articles.all()
    told = {
        "unanswered": _unanswered(searches),
        "unhelpful": _unhelpful(searches),
        "stale": _stale(articles, now, given.kb_stale_days),
    }
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else "\n".join(_lines(told)))


def _unanswered(searches: Sequence[ArticleSearch]) -> list[dict[str, Any]]:
    """Return questions that no article fitted, the most frequent first."""
    counts = Counter((s.storefront, s.question) for s in searches if s.article_id is None)
    return [
        {"storefront": shop, "question": question, "times": times}
        for (shop, question), times in counts.most_common()
    ]


def _unhelpful(searches: Sequence[ArticleSearch]) -> list[dict[str, Any]]:
    """Return articles that did not help somebody, those that failed most often first."""
    shown: dict[tuple[str, str], list[ArticleSearch]] = {}
    for search in searches:
        if search.article_id is not None:
            shown.setdefault((search.storefront, search.article_id), []).append(search)
    rows = [_counted(*key, of_it) for key, of_it in shown.items()]
    return sorted((r for r in rows if r["missed"]), key=lambda row: -row["missed"])


def _counted(storefront: str, article: str, searches: list[ArticleSearch]) -> dict[str, Any]:
    return {
        "storefront": storefront,
        "article": article,
        "shown": len(searches),
        "helped": sum(search.helpful is True for search in searches),
        "missed": sum(search.helpful is False for search in searches),
        "comments": [search.comment for search in searches if search.comment],
    }


def _stale(articles: Sequence[Article], now: datetime, days: int) -> list[str]:
    """Return the names of articles that were not updated for so long, each once."""
    old = stale(articles, now.date(), days)
    return sorted({f"{one.article_id} (updated {one.updated})" for one in old})


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [f"Unanswered questions: {len(told['unanswered'])}"]
    lines += [f"  {r['times']} x {r['storefront']}: {r['question']}" for r in told["unanswered"]]
    lines += [f"Articles that did not help: {len(told['unhelpful'])}"]
    for row in told["unhelpful"]:
        lines.append(f"  {row['storefront']}: {row['article']}, {row['missed']} of {row['shown']}")
        lines += [f"    {comment}" for comment in row["comments"]]
    lines += [f"Stale articles: {len(told['stale'])}", *(f"  {name}" for name in told["stale"])]
    return lines

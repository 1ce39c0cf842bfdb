"""A help article as a page of its own: what the link under an answer leads to."""

from html import escape

from aiohttp import web

from aftersale.domain.articles import Article
from aftersale.errors import NotFound
from aftersale.gateway.keys import SERVICES
from aftersale.gateway.pages import page, paragraph

NAME_LIMIT = 100


async def show(request: web.Request) -> web.Response:
    """Show one article as its storefront words it."""
    storefront, name = request.match_info["storefront"], request.match_info["article_id"]
    services = request.app[SERVICES]
    article = None
    if len(storefront) <= NAME_LIMIT and len(name) <= NAME_LIMIT:
        article = await services.in_thread(
            lambda: services.use_cases.articles.page(storefront, name)
        )
    if article is None:
        raise NotFound("There is no such help page.")
    return page(article.title, _body(article))


def _body(article: Article) -> str:
    steps = "".join(f"<li>{escape(step)}</li>" for step in article.steps)
    more = paragraph(article.more) if article.more else ""
    return (
        f"{paragraph(article.category)}{paragraph(article.answer)}"
        f"{f'<ol>{steps}</ol>' if steps else ''}{more}"
        f"{paragraph(f'Updated {article.updated:%d %B %Y}')}"
    )

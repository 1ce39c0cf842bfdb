"""Help articles at start: read from their files into the store."""

import logging

from aftersale.adapters.articles_files import load_articles
from aftersale.adapters.policies import load_policies
from aftersale.services.ports import UowFactory
from aftersale.settings import Settings, now_of

log = logging.getLogger(__name__)


def take_articles(settings: Settings, uow: UowFactory) -> int:
    """Bring the store to what the files say; return how many articles changed by it.

    Raises:
        ArticlesInvalid: with every mistake; the store keeps what it has.
    """
    policies = load_policies(settings.storefronts_dir, now_of(settings))
    articles = load_articles(settings.kb_dir, policies)
    with uow() as work:
        changed = work.articles.replace_all(articles)
        work.commit()
    if changed:
        log.info("%d help articles were taken", changed)
    return changed

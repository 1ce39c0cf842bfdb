"""Help articles as files: `kb/<id>.md` with front matter, read per storefront and checked whole.

The text may hold the house words of a storefront: {name} {party} {my_orders_url} {sign_in_url}
{privacy_url}. A line whose word a storefront does not have is left out for it.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import yaml

from aftersale.adapters.policy_shape import ShapeInvalid, shaped
from aftersale.adapters.voice import house_words
from aftersale.adapters.voice_wording import PLACEHOLDER, fill, spoken_lines
from aftersale.domain.articles import COVERED, TOPICS, Article
from aftersale.errors import ArticlesInvalid
from aftersale.policy.knobs import Policy

SHORT = 420  # letters of an answer that is still short
_STEP = re.compile(r"\d+\. (.+)")
_REQUIREMENT = re.compile(r"R[0-4]\.\d{1,2}")
_HEAD = re.compile(r"---\n(.*?)\n---\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Head:
    """The front matter of a file."""

    title: str
    topic: str
    category: str
    updated: date
    asks: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    storefronts: tuple[str, ...] = ()  # none named: all of them
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """One file: what it says of itself, and its text as it was written."""

    path: Path
    head: Head
    body: str

    def is_for(self, storefront: str) -> bool:
        """Whether the storefront shows it."""
        return not self.head.storefronts or storefront in self.head.storefronts


def load_articles(folder: Path, policies: Mapping[str, Policy]) -> list[Article]:
    """Return every article of every storefront.

    Raises:
        ArticlesInvalid: every mistake of every file.
    """
    files: list[ArticleFile] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.md")):
        try:
            files.append(read_file(path))
        except ArticlesInvalid as wrong:
            problems += wrong.problems
    problems += [problem for file in files for problem in _mistakes(file, policies)]
    problems += _gaps(files, policies) if files else [f"{folder.name}: holds no article (*.md)"]
    if problems:
        raise ArticlesInvalid(problems)
    return [
        article_of(file, policy)
        for policy in policies.values()
        for file in files
        if file.is_for(policy.storefront)
    ]


def read_file(path: Path) -> ArticleFile:
    """Read one file.

    Raises:
        ArticlesInvalid: it has no front matter, or a wrong one.
    """
    text = path.read_text(encoding="utf-8")
    head = _HEAD.match(text)
    if head is None:
        raise ArticlesInvalid([f"{path.name}: begins with front matter between lines of ---"])
    try:
        known = shaped(Head, yaml.load(head.group(1), yaml.CSafeLoader))
    except ShapeInvalid as wrong:
        raise ArticlesInvalid(
            [f"{path.name}: {at}: {what}" for at, what in wrong.mistakes]
        ) from wrong
    except yaml.YAMLError as wrong:
        raise ArticlesInvalid([f"{path.name}: the front matter is no YAML"]) from wrong
    return ArticleFile(path, known, text[head.end() :].strip())


def article_of(file: ArticleFile, policy: Policy) -> Article:
    """Return the article as the storefront of the policy shows it."""
    words = {name: str(word) for name, word in house_words(policy).items() if word}
    answer, steps, more = _parts(_spoken(file.body, words))
    head = file.head
    article = Article(
        storefront=policy.storefront,
        article_id=file.path.stem,
        title=fill(head.title, words),
        topic=head.topic,
        category=head.category,
        answer=answer,
        steps=steps,
        more=more,
        asks=head.asks,
        keywords=head.keywords,
        offers=head.offers,
        updated=head.updated,
        content_hash="",
    )
    return replace(article, content_hash=_hash(article))


def _spoken(body: str, words: Mapping[str, str]) -> str:
    return "\n".join(spoken_lines(body, words))


def _parts(body: str) -> tuple[str, tuple[str, ...], str]:
    """Return the short answer, the numbered steps, and what else is said."""
    answer, *rest = [part.strip() for part in body.split("\n\n") if part.strip()] or [""]
    lines = [line for part in rest for line in part.splitlines()]
    steps = tuple(found.group(1) for line in lines if (found := _STEP.fullmatch(line)))
    return answer, steps, "\n".join(line for line in lines if not _STEP.fullmatch(line))


def _hash(article: Article) -> str:
    fields = [getattr(article, name) for name in Article.__slots__]
    return hashlib.sha256(json.dumps(fields, default=str).encode()).hexdigest()


def _mistakes(file: ArticleFile, policies: Mapping[str, Policy]) -> Iterator[str]:
    name, head = file.path.name, file.head
    known_words = house_words(next(iter(policies.values())))
    unknown = {
        "storefronts": set(head.storefronts) - set(policies),
        "topic": {head.topic} - TOPICS,
        "text": set(PLACEHOLDER.findall(head.title + file.body)) - set(known_words),
        "requirements": {one for one in head.requirements if not _REQUIREMENT.fullmatch(one)},
    }
    for field, values in unknown.items():
        for value in sorted(values):
            yield f"{name}: {field}: {value} is not known"
    if len(head.asks) < 2:
        yield f"{name}: asks: names at least two ways to ask for it"
    if not file.body:
        yield f"{name}: has no text"
    elif len(_parts(file.body)[0]) > SHORT:
        yield f"{name}: the first paragraph is the short answer; {SHORT} letters at most"


def _gaps(files: Sequence[ArticleFile], policies: Mapping[str, Policy]) -> Iterator[str]:
    """Yield what a storefront lacks, and titles that it has twice."""
    for storefront in policies:
        own = [file.head for file in files if file.is_for(storefront)]
        for topic in sorted(COVERED - {head.topic for head in own}):
            yield f"{storefront}: has no article about {topic}"
        titles = [head.title for head in own]
        for title in sorted({title for title in titles if titles.count(title) > 1}):
            yield f"{storefront}: two articles are called {title!r}"


def stale(articles: Sequence[Article], today: date, days: int) -> list[Article]:
    """Return the articles that were last updated longer ago than that many days."""
    return [article for article in articles if (today - article.updated).days > days]

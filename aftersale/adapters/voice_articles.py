"""How a help article and a list of promises are written out, and the same as plain text."""

from collections.abc import Callable, Mapping
from typing import Any

from aftersale.adapters.voice_values import Reader

Phrase = Callable[[str, Mapping[str, Any]], str | None]
Block = dict[str, Any]


def article(block: Mapping[str, Any], reader: Reader, phrase: Phrase) -> Block:
    """Return the article with its path, link, source and date, and the question below it."""
    shown = {name: reader.filled(value) for name, value in block.items()}
    told = {
        "link": phrase("article_link", block) or "",
        "source": phrase("article_source", block) or "",
        "question": phrase(f"article_question_{block['question']}", block) or "",
    }
    steps = [f"{place}. {step}" for place, step in enumerate(shown["steps"], 1)]
    lines = [shown["title"], f"({shown['category']})", shown["answer"], *steps, shown["more"]]
    rows = [*lines, told["link"], told["source"], told["question"]]
    return {**shown, **told, "fallback": "\n".join(row for row in rows if row)}


def promises(block: Mapping[str, Any], phrase: Phrase) -> Block:
    """Return what was promised, a row each: about what, by when, and how it stands."""
    rows = [_promise(row, phrase) for row in block["rows"]]
    return {"type": "promises", "rows": rows, "fallback": "\n".join(f"- {row}" for row in rows)}


def _promise(row: Mapping[str, Any], phrase: Phrase) -> str:
    said = row["variables"]
    about = phrase("promise_of_order", said) if said.get("number") else None
    what, state = phrase(row["response"], said) or "", phrase(row["state"], said) or ""
    named = f"{about}: {what}" if about else what[:1].upper() + what[1:]
    return f"{named} ({state})"

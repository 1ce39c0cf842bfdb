"""Ready replies of the desk as a file: read whole, every mistake reported."""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import yaml

from aftersale.errors import SettingsInvalid
from aftersale.services.desk.canned import FILLED_BY_THE_PAGE, FILLED_HERE, VARIABLE, Canned

_KEYS = {"id", "title", "text", "storefronts"}
_ID = re.compile(r"[a-z][a-z0-9-]{1,40}")
LONGEST = 2_000  # letters: as much as a message may have


def read_canned(path: Path, storefronts: Collection[str]) -> list[Canned]:
    """Return the ready replies of the file.

    Raises:
        SettingsInvalid: with every mistake, each by the id or place of its reply.
    """
    try:
        loaded = yaml.safe_load(path.read_text("utf-8")) or []
    except (OSError, yaml.YAMLError) as unreadable:
        raise SettingsInvalid([f"{path.name}: cannot be read as YAML."]) from unreadable
    if not isinstance(loaded, list):
        raise SettingsInvalid([f"{path.name}: must be a list of replies."])
    wrong = [f"{path.name}: {each}" for each in _mistakes(loaded, storefronts)]
    if wrong:
        raise SettingsInvalid(wrong)
    return [
        Canned(one["id"], one["title"], one["text"].strip(), tuple(one.get("storefronts") or ()))
        for one in loaded
    ]


def _mistakes(loaded: list[Any], storefronts: Collection[str]) -> Iterator[str]:
    for place, one in enumerate(loaded, start=1):
        if not isinstance(one, dict) or not {"id", "title", "text"} <= one.keys() <= _KEYS:
            yield f"reply {place} needs id, title and text, and may have storefronts."
            continue
        yield from (f"{one['id']}: {what}" for what in _wrong_with(one, storefronts))
    ids = Counter(str(one.get("id")) for one in loaded if isinstance(one, dict))
    yield from (f"{own}: is there {many} times." for own, many in ids.items() if many > 1)


def _wrong_with(one: dict[str, Any], storefronts: Collection[str]) -> Iterator[str]:
    if not isinstance(one["id"], str) or not _ID.fullmatch(one["id"]):
        yield "the id must be small letters, digits and dashes."
    texts = one["title"], one["text"]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        yield "title and text must be texts."
        return
    if len(one["text"]) > LONGEST or len(one["title"]) > 80:
        yield f"a title may have 80 letters, a text {LONGEST:,}."
    unknown = sorted(set(VARIABLE.findall(one["text"])) - FILLED_BY_THE_PAGE - FILLED_HERE)
    if unknown:
        yield f"unknown variables: {', '.join(unknown)}."
    elsewhere = sorted(set(one.get("storefronts") or ()) - set(storefronts))
    if elsewhere:
        yield f"unknown storefronts: {', '.join(elsewhere)}."

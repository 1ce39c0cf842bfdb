"""Which training a model came from: one digest over everything that shapes it. Imports no Rasa."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

# What shapes a model, from the root of the repository.
_INPUTS = ("config.yml", "domain.yml", "domain", "data", "bot/nlu", "requirements/engine.txt")
_ENDINGS = frozenset({".yml", ".yaml", ".py", ".txt", ".safetensors"})
# The app words responses; the engine passes their names on, and only those shape a model.
_RESPONSES = re.compile(rb"^responses:\n((?:[ #].*\n|\n)*)", re.M)
_WORDING = re.compile(rb"^(?:   .*|  ?[-#].*|#.*)?\n", re.M)


def inputs_of(root: Path) -> Iterator[Path]:
    """Every file that shapes a model, in a fixed order."""
    for name in _INPUTS:
        place = root / name
        found = [place] if place.is_file() else sorted(place.rglob("*"))
        yield from (path for path in found if path.is_file() and path.suffix in _ENDINGS)


def training_fingerprint(root: Path) -> str:
    """Digest over names and contents of those files."""
    digest = hashlib.sha256()
    for path in inputs_of(root):
        digest.update(str(path.relative_to(root)).encode() + b"\0")
        digest.update(hashlib.sha256(_what_shapes(path)).digest())
    return digest.hexdigest()[:32]


def _what_shapes(path: Path) -> bytes:
    """The file's content; of a domain without its wording."""
    content = path.read_bytes()
    if path.name != "domain.yml":
        return content
    return _RESPONSES.sub(lambda found: b"responses:\n" + _WORDING.sub(b"", found[1]), content)


def beside(model: Path) -> Path:
    """The file that keeps the fingerprint of `model`."""
    return model.with_name(model.name.replace(".tar.gz", "") + ".fingerprint")


def stored_fingerprint(model: Path) -> str | None:
    """The fingerprint kept with `model`; None when either file is missing."""
    note = beside(model)
    return note.read_text(encoding="utf-8").strip() if model.exists() and note.exists() else None


def model_fingerprint(model: Path) -> str:
    """What to call a running model: its training, else its content."""
    return stored_fingerprint(model) or hashlib.sha256(model.read_bytes()).hexdigest()[:32]

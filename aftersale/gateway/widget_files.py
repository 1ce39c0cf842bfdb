"""The files of the chat widget, read once for each build."""

import gzip
import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)
FOR_EVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    content: bytes
    packed: bytes
    content_type: str
    cache: str
    tag: str


class Assets:
    """The files of one folder, read again after the next build."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made_at: int | None = None
        self._assets: dict[str, Asset] = {}
        if self._newest() is None:
            log.warning("the chat widget is not built, /widget.js answers 404: run `make widget`")

    def find(self, path: str) -> Asset | None:
        """Return what stands at that path of the public address."""
        made_at = self._newest()
        if made_at != self._made_at:
            self._assets = dict(_read(self._folder)) if made_at else {}
            self._made_at = made_at
        return self._assets.get(path)

    def _newest(self) -> int | None:
        # The build writes its manifest last.
        try:
            return (self._folder / "manifest.json").stat().st_mtime_ns
        except OSError:
            return None


def _read(folder: Path) -> Iterator[tuple[str, Asset]]:
    yield "/widget.js", read_asset(folder / "widget.js", "text/javascript", A_WHILE)
    for panel in folder.glob("v1/*/panel.js"):
        yield (
            f"/widget/v1/{panel.parent.name}/panel.js",
            read_asset(panel, "text/javascript", FOR_EVER),
        )
    for locale in folder.glob("locales/*.json"):
        yield f"/widget/locales/{locale.name}", read_asset(locale, "application/json", A_WHILE)


def read_asset(path: Path, content_type: str, cache: str) -> Asset:
    """Return a file as it is sent."""
    content = path.read_bytes()
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    return Asset(content, gzip.compress(content, 9, mtime=0), content_type, cache, tag)

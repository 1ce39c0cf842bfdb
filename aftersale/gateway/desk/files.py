"""The files of the desk as `make widget` built them, read once for each build."""

import logging
from collections.abc import Iterator
from pathlib import Path

from aftersale.gateway.widget_files import FOR_EVER, Asset, read_asset

log = logging.getLogger(__name__)
PAGE = "index.html"
TYPES = {
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".ogg": "audio/ogg",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
}


class DeskFiles:
    """The page and its files, read again after the next build."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made_at: int | None = None
        self._files: dict[str, Asset] = {}
        if self._newest() is None:
            log.warning("the desk is not built, its page says so: run `make widget`")

    def find(self, path: str) -> Asset | None:
        """Return the file at that path below the folder."""
        made_at = self._newest()
        if made_at != self._made_at:
            self._files = dict(self._read()) if made_at else {}
            self._made_at = made_at
        return self._files.get(path)

    def _newest(self) -> int | None:
        # The build writes its manifest last.
        try:
            return (self._folder / "manifest.json").stat().st_mtime_ns
        except OSError:
            return None

    def _read(self) -> Iterator[tuple[str, Asset]]:
        yield PAGE, read_asset(self._folder / PAGE, "text/html", "no-store")
        for path in self._folder.glob("assets/*/*"):
            if content_type := TYPES.get(path.suffix):
                name = path.relative_to(self._folder).as_posix()
                yield name, read_asset(path, content_type, FOR_EVER)

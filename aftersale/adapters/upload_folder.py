"""Files that buyers sent, in a folder outside every web root, under random names."""

import os
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

_NAME = re.compile(r"[0-9a-f]{32}")  # as `keep` makes them; nothing else here is ours


class UploadFolder:
    """The `FileStore` port. The folder is made when the first file comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> str:
        """Write the file for its owner alone, whole or not at all; return its random name."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = secrets.token_hex(16)
        path = self._folder / name
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        try:
            with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
                file.write(content)
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return name

    def path(self, stored_as: str) -> Path:
        """Return where a kept file lies. Only names that `keep` gave are passed here."""
        return self._folder / stored_as

    def remove(self, stored_as: str) -> None:
        """Remove a file, if it is there."""
        self.path(stored_as).unlink(missing_ok=True)

    def names(self, *, written_before: datetime) -> Iterator[str]:
        """Yield the names of files that were kept before then."""
        if not self._folder.is_dir():
            return
        with os.scandir(self._folder) as found:
            for entry in found:
                ours = _NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
                if ours and _written(entry) < written_before.timestamp():
                    yield entry.name


def _written(entry: os.DirEntry[str]) -> float:
    """Return when the file was written; one that has just gone is never old."""
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except FileNotFoundError:
        return float("inf")

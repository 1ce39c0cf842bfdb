"""Files that buyers sent, in a folder outside every web root, under random names."""

import os
import secrets
from pathlib import Path


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

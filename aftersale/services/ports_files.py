"""What services need for files that buyers send: a check of the content, a place to keep it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What is kept of a file: of a photo the re-encoded picture, of a PDF its bytes."""

    content: bytes
    media_type: str
    width: int | None = None
    height: int | None = None


class FileCheck(Protocol):
    """Looks at the content; name and declared type of a file count for nothing."""

    def check(self, content: bytes) -> CheckedFile:
        """Raises UploadUnreadable, UploadTooManyPixels."""
        ...


class FileStore(Protocol):
    """Keeps files under names of its own."""

    def keep(self, content: bytes) -> str:
        """Return the name it is kept under."""
        ...

    def path(self, stored_as: str) -> Path: ...
    def remove(self, stored_as: str) -> None: ...
    def names(self, *, written_before: datetime) -> Iterator[str]:
        """Yield the names of files that were kept before then."""
        ...

"""Mail as files: one `.eml` per message in a folder, from where a mail transport may take it."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from aftersale.adapters.mail_message import Addresses, written
from aftersale.errors import ProviderUnavailable
from aftersale.services.ports_mail import Outgoing, Received


class MailFolder:
    """The `Mail` port over a folder. The same message again replaces its own file."""

    def __init__(self, folder: Path, addresses: Addresses) -> None:
        self._folder, self._addresses = folder, addresses

    def send(self, letter: Outgoing) -> None:
        """Write the message in one step, so that nobody ever reads half of it.

        Raises:
            ProviderRefused: the address cannot be written to.
            ProviderUnavailable: the folder cannot be written.
        """
        content = written(letter, self._addresses).as_bytes()
        name = hashlib.sha256(letter.message_id.encode()).hexdigest()[:32]
        part, final = self._folder / f".{name}.part", self._folder / f"{name}.eml"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # links are keys
            part.write_bytes(content)
            os.replace(part, final)
        except OSError as exc:
            raise ProviderUnavailable("The mail folder cannot be written.") from exc


class InboxFolder:
    """The `Mailbox` port over a folder of `.eml` files; what was dealt with is renamed `.done`.

    What could not be dealt with again and again is renamed `.aside`, for a person.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def fetch(self, *, limit: int = 20) -> Sequence[Received]:
        """Return the first messages by name; none when there is no such folder."""
        try:
            files = sorted(self._folder.glob("*.eml"))[:limit]
            return [Received(file.name, file.read_bytes()) for file in files]
        except OSError as exc:
            raise ProviderUnavailable("The inbox folder cannot be read.") from exc

    def done(self, handles: Sequence[str]) -> None:
        """Rename the files, so that they are kept and not fetched again."""
        self._rename(handles, ".done")

    def aside(self, handles: Sequence[str]) -> None:
        """Rename the files for a person to look at; renamed back, they are fetched again."""
        self._rename(handles, ".aside")

    def _rename(self, handles: Sequence[str], suffix: str) -> None:
        try:
            for name in handles:
                file = self._folder / name
                os.replace(file, file.with_suffix(suffix))
        except OSError as exc:
            raise ProviderUnavailable("The inbox folder cannot be written.") from exc

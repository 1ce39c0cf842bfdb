"""Mail as files: one `.eml` per message in a folder, from where a mail transport may take it."""

import hashlib
import os
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from aftersale.errors import ProviderRefused, ProviderUnavailable


class MailFolder:
    """The `Mail` port over a folder. The same message again replaces its own file."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        self._folder, self._sender = folder, sender

    def send(self, *, to: str, subject: str, text: str, message_id: str) -> None:
        """Write the message in one step, so that nobody ever reads half of it.

        Raises:
            ProviderRefused: the address cannot be written to.
            ProviderUnavailable: the folder cannot be written.
        """
        content = self._message(to, subject, text, message_id)
        name = hashlib.sha256(message_id.encode()).hexdigest()[:32]
        part, final = self._folder / f".{name}.part", self._folder / f"{name}.eml"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # links are keys
            part.write_bytes(content)
            os.replace(part, final)
        except OSError as exc:
            raise ProviderUnavailable("The mail folder cannot be written.") from exc

    def _message(self, to: str, subject: str, text: str, message_id: str) -> bytes:
        message = EmailMessage(policy=SMTP)
        domain = self._sender.rpartition("@")[2]
        try:
            # A line break in a header would let its value write headers of its own.
            message["To"] = to
            message["From"] = self._sender
        except ValueError as exc:
            raise ProviderRefused("The address cannot be written to.") from exc
        message["Subject"] = " ".join(subject.split())
        message["Message-ID"] = f"<{message_id}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
        message.set_content(text)
        return message.as_bytes()

"""The seal on confidential words: authenticated encryption with the installation's own key."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken

from aftersale.errors import SealBroken


class FernetSeal:
    """The `Seal` port: AES-128-CBC with HMAC-SHA256, as Fernet defines it."""

    def __init__(self, secret: str) -> None:
        key = hashlib.sha256(b"aftersale seal " + secret.encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def close(self, text: str) -> str:
        """Return the text, encrypted."""
        return self._fernet.encrypt(text.encode("utf-8", "replace")).decode()

    def open(self, sealed: str) -> str:
        """Return the text again.

        Raises:
            SealBroken: it was closed with another key, or changed.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as exc:
            raise SealBroken("It was sealed with another key than this installation's.") from exc

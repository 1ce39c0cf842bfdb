"""Pictures of the people at the desk: small squares, under the hash of what they show."""

import hashlib
import io
import os
import struct
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from aftersale.adapters.photos import BOMBS, BROKEN, FORMATS
from aftersale.errors import UploadUnreadable

ADDRESS = "/widget/faces"
SIDE = 160  # pixels: four times what is shown
QUALITY = 86
_LARGEST = 50_000_000  # pixels that are decoded
# Dark enough for white letters (more than 4.5:1), and apart for most eyes.
_GROUNDS = ("#1d5a8a", "#7a3b69", "#2f6b4f", "#8a4b1d", "#4a4a9c", "#8c2f39", "#3f6168", "#6b5a1e")


class FaceFolder:
    """Keeps such pictures; each has an address for ever."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, content: bytes) -> str:
        """Keep the middle of a picture; return its address below the public one.

        Raises:
            UploadUnreadable: it cannot be decoded, or is too large to be tried.
        """
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as sent:
                if sent.width * sent.height > _LARGEST:
                    raise UploadUnreadable("The picture has too many pixels.")
                upright = ImageOps.exif_transpose(sent).convert("RGB")
        except (*BROKEN, *BOMBS, struct.error) as exc:
            raise UploadUnreadable("This is no picture that can be read.") from exc
        return self._keep(ImageOps.fit(upright, (SIDE, SIDE)))

    def draw(self, name: str) -> str:
        """Keep a picture of the name's first letters; return its address."""
        ground = _GROUNDS[hashlib.sha256(name.encode()).digest()[0] % len(_GROUNDS)]
        picture = Image.new("RGB", (SIDE, SIDE), ground)
        pen, letters = ImageDraw.Draw(picture), _letters(name)
        if letters:
            font = ImageFont.load_default(size=SIDE * 0.44)
            pen.text((SIDE / 2, SIDE / 2), letters, fill="white", font=font, anchor="mm")
        else:  # letters that the built-in font does not have: head and shoulders
            pen.ellipse([SIDE * 0.34, SIDE * 0.2, SIDE * 0.66, SIDE * 0.52], fill="white")
            pen.ellipse([SIDE * 0.18, SIDE * 0.6, SIDE * 0.82, SIDE * 1.3], fill="white")
        return self._keep(picture)

    def _keep(self, picture: Image.Image) -> str:
        written = io.BytesIO()
        picture.save(written, "JPEG", quality=QUALITY, optimize=True)
        content = written.getvalue()
        name = f"{hashlib.sha256(content).hexdigest()[:32]}.jpg"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._folder / f".{name}.{os.getpid()}"
        part.write_bytes(content)
        part.replace(self._folder / name)
        return f"{ADDRESS}/{name}"


def _letters(name: str) -> str:
    words = [word for word in name.split() if word[0].isascii() and word[0].isalpha()]
    return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))

"""Checks photos by decoding them, and keeps only what was decoded: no location, no passengers."""

import io
import struct

from PIL import Image, ImageOps

from aftersale.errors import UploadTooManyPixels, UploadUnreadable
from aftersale.services.ports_files import CheckedFile

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
LONGEST_SIDE = 2048  # pixels that are kept: enough to read a label
QUALITY = 88
PDF_HEAD, PDF_TAIL, TAIL = b"%PDF-", b"%%EOF", 2048
# What decoders are known to raise when strangers' bytes are broken, beside OSError.
BROKEN = (OSError, ValueError, SyntaxError, LookupError, ArithmeticError, EOFError, TypeError)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)


class Photos:
    """The `FileCheck` port: JPEG, PNG, WebP, the first frame of a GIF, and PDF as a document."""

    def __init__(self, *, megapixels: int) -> None:
        self._pixels = megapixels * 1_000_000

    def check(self, content: bytes) -> CheckedFile:
        """Return what may be kept of the file.

        Raises:
            UploadUnreadable: neither a photo that can be decoded to its end, nor a PDF.
            UploadTooManyPixels: the picture says that it is larger; it was not decoded.
        """
        if content.startswith(PDF_HEAD):
            return _document(content)
        try:
            return self._photo(content)
        except BOMBS as exc:
            raise UploadTooManyPixels("The picture has too many pixels.") from exc
        except (*BROKEN, struct.error) as exc:
            raise UploadUnreadable(
                "This is no photo that can be read. Send JPEG, PNG, WebP, GIF or PDF."
            ) from exc

    def _photo(self, content: bytes) -> CheckedFile:
        with Image.open(io.BytesIO(content), formats=FORMATS) as sent:
            # The header alone has been read; a bomb unfolds at `load`.
            if sent.width * sent.height > self._pixels:
                raise UploadTooManyPixels("The picture has too many pixels.")
            sent.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # JPEG: decodes fewer pixels
            sent.load()
            upright = ImageOps.exif_transpose(sent)
        return _encoded(upright)


def _encoded(photo: Image.Image) -> CheckedFile:
    """Write the pixels into a file of our own, so that nothing else of the sent one remains."""
    plain = _on_white(photo)
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    kept = io.BytesIO()
    plain.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return CheckedFile(kept.getvalue(), "image/jpeg", plain.width, plain.height)


def _on_white(photo: Image.Image) -> Image.Image:
    """Return a copy without transparency and without anything but pixels."""
    seen = photo.convert("RGBA") if photo.has_transparency_data else photo.convert("RGB")
    ground = Image.new("RGB", seen.size, "white")
    ground.paste(seen, mask=seen.getchannel("A") if seen.mode == "RGBA" else None)
    return ground


def _document(content: bytes) -> CheckedFile:
    """A PDF is kept as it is and never opened here; who downloads it is told that it is a PDF."""
    if PDF_TAIL not in content[-TAIL:]:
        raise UploadUnreadable("The PDF is not complete.")
    return CheckedFile(content, "application/pdf")

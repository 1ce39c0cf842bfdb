"""Photos and files that buyers may send, good and bad, made by code."""

import io
import struct
import zlib
from itertools import count
from random import Random

from PIL import Image

_serial = count(1)
GPS_TAG, DATE_TAG, MAKER_TAG = 0x8825, 0x9003, 0x010F


def picture(width: int = 320, height: int = 240, *, seed: int | None = None) -> Image.Image:
    """Return a picture unlike any other, unless it has the same seed."""
    colours = Random(next(_serial) if seed is None else seed)
    image = Image.new("RGB", (width, height))
    for _ in range(12):
        x, y = colours.randrange(width), colours.randrange(height)
        spot = Image.new("RGB", (40, 40), tuple(colours.randrange(256) for _ in range(3)))
        image.paste(spot, (x, y))
    return image


def photo(form: str = "JPEG", *, seed: int | None = None, **how: object) -> bytes:
    """Return a photo as a file of that format."""
    file = io.BytesIO()
    picture(seed=seed).save(file, form, **how)
    return file.getvalue()


def located_photo() -> bytes:
    """Return a photo that says where, when and with what it was taken, and lies on its side."""
    exif = Image.Exif()
    exif[MAKER_TAG] = "Cameramaker"
    exif[0x0112] = 6  # turn it by 90 degrees
    exif.get_ifd(GPS_TAG)[2] = (52.0, 31.0, 12.0)
    exif.get_ifd(0x8769)[DATE_TAG] = "2026:11:20 15:00:00"
    return photo(exif=exif, comment=b"my garden")


def pdf() -> bytes:
    """Return the smallest thing that calls itself a PDF from beginning to end."""
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def executable() -> bytes:
    """Return the beginning of a Linux program."""
    return b"\x7fELF\x02\x01\x01" + bytes(4096)


def bomb(side: int = 30_000) -> bytes:
    """Return a PNG of a few kilobytes that unfolds to gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    packer, rows = zlib.compressobj(9), []
    for _ in range(64):
        rows.append(packer.compress(bytes(side + 1)))
    data = b"".join(rows) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )

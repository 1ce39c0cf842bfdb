"""Pictures of people at the desk: small, square, without anything else in them."""

import io
import re

import pytest
from PIL import Image

from aftersale.adapters.faces import FaceFolder
from aftersale.errors import UploadUnreadable


@pytest.fixture
def faces(tmp_path):
    return FaceFolder(tmp_path / "faces")


def shown(folder, address):
    found = re.fullmatch(r"/widget/faces/([0-9a-f]{32}\.jpg)", address)
    return Image.open(io.BytesIO(kept(folder, found.group(1))))


def kept(folder, name):
    return (folder / "faces" / name).read_bytes()


def a_photo(size, kind="JPEG", **more):
    written = io.BytesIO()
    Image.new("RGB", size, "#884422").save(written, kind, **more)
    return written.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(300, 100), (20, 500), (1, 1)])
def test_a_photo_becomes_a_small_square(faces, tmp_path, kind, size):
    picture = shown(tmp_path, faces.take(a_photo(size, kind)))
    assert (picture.size, picture.format, picture.mode) == ((160, 160), "JPEG", "RGB")


def test_nothing_but_its_pixels_is_kept(faces, tmp_path):
    exif = Image.Exif()
    exif[0x010E] = "taken at my home"
    address = faces.take(a_photo((200, 200), exif=exif))
    assert b"my home" not in kept(tmp_path, address.rsplit("/", 1)[1])
    assert not shown(tmp_path, address).getexif()


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<svg onload=alert(1)>", b"\xff\xd8\xff" * 9]
)
def test_what_is_no_picture_is_refused(faces, tmp_path, content):
    with pytest.raises(UploadUnreadable):
        faces.take(content)
    assert not (tmp_path / "faces").exists()


@pytest.mark.parametrize("name", ["Ann Lee", "Ann", "王 芳", "Ülkü Öz", "", "  "])
def test_whoever_has_no_photo_has_a_picture_of_their_letters(faces, tmp_path, name):
    picture = shown(tmp_path, faces.draw(name))
    assert picture.size == (160, 160)
    assert len(picture.convert("L").getcolors(256)) > 5  # ground and something on it


def test_the_same_picture_has_the_same_address_and_another_one_another(faces):
    assert faces.draw("Ann Lee") == faces.draw("Ann Lee") != faces.draw("Rita Mora")

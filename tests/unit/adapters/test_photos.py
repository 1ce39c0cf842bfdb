import io
from contextlib import suppress

import pytest
from PIL import Image

from aftersale.adapters.photos import LONGEST_SIDE, Photos
from aftersale.errors import UploadTooManyPixels, UploadUnreadable
from tests.photos import bomb, executable, located_photo, pdf, photo, picture

PHOTOS = Photos(megapixels=50)


def opened(content):
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_photo_of_any_usual_format_is_kept_as_jpeg(form):
    kept = PHOTOS.check(photo(form))
    assert (kept.media_type, kept.width, kept.height) == ("image/jpeg", 320, 240)
    assert opened(kept.content).format == "JPEG"


def test_where_when_and_with_what_it_was_taken_is_gone_and_it_stands_upright():
    sent = located_photo()
    assert opened(sent).getexif().get_ifd(0x8825)
    kept = PHOTOS.check(sent)
    stored = opened(kept.content)
    assert not stored.getexif()
    assert stored.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"garden" not in kept.content
    assert (kept.width, kept.height) == (240, 320)


def test_only_the_first_frame_of_many_is_kept():
    file = io.BytesIO()
    frames = [picture(seed=1), picture(seed=2)]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    kept = opened(PHOTOS.check(file.getvalue()).content)
    assert getattr(kept, "n_frames", 1) == 1


def test_a_large_photo_is_made_smaller_and_keeps_its_shape():
    file = io.BytesIO()
    picture(4000, 2000).save(file, "JPEG")
    kept = PHOTOS.check(file.getvalue())
    assert (kept.width, kept.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)


def test_what_is_transparent_becomes_white():
    file = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(file, "PNG")
    kept = opened(PHOTOS.check(file.getvalue()).content)
    assert kept.getpixel((10, 10)) == (255, 255, 255)


def test_a_bomb_is_refused_by_its_header():
    with pytest.raises(UploadTooManyPixels):
        PHOTOS.check(bomb())


@pytest.mark.parametrize("side", [7_072, 9_999])
def test_a_picture_over_the_limit_is_refused_even_where_the_library_would_only_warn(side):
    with pytest.raises(UploadTooManyPixels):
        PHOTOS.check(bomb(side))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"only words",
        b"\xff\xd8\xff\xe0 and words",
        executable(),
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"II*\x00" + bytes(64),  # a format that is not taken
        b"%PDF-1.4 but never ended",
        photo()[:-200],
        photo("PNG")[:-40],
        photo("WEBP")[:100],
    ],
)
def test_what_cannot_be_decoded_to_its_end_is_refused(content):
    with pytest.raises(UploadUnreadable):
        PHOTOS.check(content)


def test_every_cut_and_every_flipped_byte_is_a_photo_or_is_refused():
    for form in ("JPEG", "PNG", "WEBP", "GIF"):
        whole = photo(form, seed=5)
        for at in range(0, len(whole), max(1, len(whole) // 60)):
            broken = bytearray(whole)
            broken[at] ^= 0xFF
            for content in (whole[:at], bytes(broken)):
                with suppress(UploadUnreadable, UploadTooManyPixels):
                    assert PHOTOS.check(content).media_type == "image/jpeg"


def test_what_hides_behind_a_photo_is_not_kept():
    script = b"<script>alert(1)</script>PK\x03\x04"
    kept = PHOTOS.check(photo("GIF") + script)
    assert b"script" not in kept.content
    assert b"PK\x03\x04" not in kept.content


def test_a_pdf_is_kept_as_it_is_and_has_no_size_in_pixels():
    kept = PHOTOS.check(pdf())
    assert (kept.content, kept.media_type, kept.width) == (pdf(), "application/pdf", None)

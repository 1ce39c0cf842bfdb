"""What was sent with a case, on the pages of one-time links: photos in place, documents as links.

Each address is signed when the page is opened and over soon; none stands in a mail.
"""

from collections.abc import Sequence
from datetime import datetime

from aftersale.domain.cases import Attachment
from aftersale.services.photo_links import PhotoLinks


def photos(sent: Sequence[Attachment], links: PhotoLinks, now: datetime) -> str:
    """Return a list of what was sent as HTML, "" when it was nothing."""
    if not sent:
        return ""
    shown = "".join(_shown(number, one, links, now) for number, one in enumerate(sent, start=1))
    return f"<h2>What they sent with it</h2>{shown}"


def _shown(number: int, one: Attachment, links: PhotoLinks, now: datetime) -> str:
    # From the page's own address, so that it works below a path of a reverse proxy as well.
    address = f"../api/v1/attachments/{one.attachment_id}?t={links.token(one.attachment_id, now)}"
    if not one.media_type.startswith("image/"):
        return f'<p><a href="{address}">Document {number}</a></p>'
    size = f' width="{one.width}" height="{one.height}"' if one.width and one.height else ""
    return f'<p><img src="{address}" alt="Photo {number}"{size}></p>'

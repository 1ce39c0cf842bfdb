"""Photos and documents in, by multipart; out to signed links, never shown as a page."""

import asyncio
import tempfile
from typing import IO

from aiohttp import BodyPartReader, web
from aiohttp.multipart import MultipartReader

from aftersale.domain.cases import Attachment
from aftersale.domain.conversations import Conversation
from aftersale.errors import UploadTooLarge, UploadUnreadable
from aftersale.gateway.keys import DECODING, LIMITERS, SERVICES, SETTINGS
from aftersale.gateway.replies import Refusal, reply
from aftersale.gateway.sessions import entered
from aftersale.services.uploads import PURPOSES, SentFile

AROUND = 4_096  # bytes of a form beside its file
CHUNK = 262_144
FIELD_LIMIT = 64
PARTS_LIMIT = 4
PATIENCE = 300.0  # seconds for one file to arrive
AT_ONCE = 2  # files that are decoded: it takes memory, and threads that answer buyers need too
NAMES = {"image/jpeg": "photo.jpg", "application/pdf": "document.pdf"}
CSP = "default-src 'none'; sandbox; frame-ancestors 'none'"


async def take(request: web.Request) -> web.Response:
    """Take one file of the conversation that the bearer token opens."""
    conversation = await entered(request)
    if not request.app[LIMITERS].conversation.take(conversation.conversation_id):
        raise Refusal("too_many_requests", "Too many uploads; please slow down.")
    return await taken(request, conversation)


async def taken(
    request: web.Request, conversation: Conversation, *, purpose: str | None = None
) -> web.Response:
    """Take the one file of the form for the conversation; a given `purpose` wins over the form's.

    Raises:
        Refusal, UploadRefused: nothing of it is kept.
    """
    most = request.app[SETTINGS].upload_megabytes * 1_000_000
    if request.content_type != "multipart/form-data":
        raise Refusal("unsupported_media_type", "Send multipart/form-data with a part `file`.")
    if (request.content_length or 0) > most + AROUND:
        raise _too_large(most)
    # On disk without a name: whatever happens, nothing of it is left.
    with tempfile.TemporaryFile(dir=request.app[SETTINGS].data_dir) as file:
        try:
            async with asyncio.timeout(PATIENCE):
                said = await _read(await request.multipart(), file, request, most=most)
        except TimeoutError as slow:
            raise Refusal("bad_request", "The file took too long to arrive.") from slow
        except ValueError as broken:  # the reader's word for a form that is none
            raise Refusal("bad_request", "The form cannot be read.") from broken
        return await _kept(request, conversation, file, purpose or said)


async def _read(form: MultipartReader, file: IO[bytes], request: web.Request, *, most: int) -> str:
    """Read the form into the file; return what the file is for."""
    purpose, has_file = PURPOSES[0], False
    for _ in range(PARTS_LIMIT):
        part = await form.next()
        if part is None:
            break
        if not isinstance(part, BodyPartReader) or part.name not in {"file", "purpose"}:
            raise Refusal("bad_request", "Known parts: file, purpose.")
        if part.name == "purpose":
            purpose = await _purpose(part)
            continue
        if has_file:
            raise Refusal("bad_request", "Send one file at a time.")
        has_file = True
        await _copy(part, file, request, most=most)
    if not has_file:
        raise Refusal("bad_request", "The part `file` is missing.")
    return purpose


async def _purpose(part: BodyPartReader) -> str:
    given = (await part.read_chunk(FIELD_LIMIT)).decode("utf-8", "replace")
    if given not in PURPOSES:
        raise Refusal("bad_request", f"purpose is one of {', '.join(PURPOSES)}.")
    return given


async def _copy(part: BodyPartReader, file: IO[bytes], request: web.Request, *, most: int) -> None:
    services, size = request.app[SERVICES], 0
    while chunk := await part.read_chunk(CHUNK):
        size += len(chunk)
        if size > most:
            raise _too_large(most)
        await services.in_thread(lambda kept=chunk: file.write(kept))  # type: ignore[misc]
    if not size:
        raise UploadUnreadable("The file is empty.")


async def _kept(
    request: web.Request, conversation: Conversation, file: IO[bytes], purpose: str
) -> web.Response:
    services = request.app[SERVICES]

    def keep() -> Attachment:
        file.seek(0)
        sent = SentFile(file.read(), purpose)
        return services.uploads.take(conversation, sent, services.clock())

    async with request.app[DECODING]:
        attachment = await services.in_thread(keep)
    shown = {
        "attachment_id": attachment.attachment_id,
        "media_type": attachment.media_type,
        "size": attachment.size,
        "width": attachment.width,
        "height": attachment.height,
    }
    return reply(shown, status=201)


async def give(request: web.Request) -> web.StreamResponse:
    """Give an attachment to the holder of a signed link, as a download."""
    services = request.app[SERVICES]
    wanted, token = request.match_info["attachment_id"], request.query.get("t", "")
    attachment, path = await services.in_thread(
        lambda: services.uploads.open(wanted, token, services.clock())
    )
    content = await services.in_thread(path.read_bytes)
    response = web.Response(body=content, content_type=attachment.media_type)
    name = NAMES.get(attachment.media_type, "file")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = CSP
    return response


def _too_large(most: int) -> UploadTooLarge:
    return UploadTooLarge(f"A file may have {most // 1_000_000} MB at most.")

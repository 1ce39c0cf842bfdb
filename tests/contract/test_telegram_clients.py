"""Well-known clients of Telegram find everything that they look for at the server for tests."""

import aiogram
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramConflictError, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import BotCommand, BufferedInputFile
from aiogram.types import InlineKeyboardButton as Button
from aiogram.types import InlineKeyboardMarkup as Keyboard

from tests.contract.telegram_buyers import Buyer
from tests.contract.telegram_server import TOKEN, fake_telegram, too_many
from tests.contract.telegram_state import ME, Person

JPEG = b"\xff\xd8\xff" + b"0" * 200
KINDS = ["message", "edited_message", "callback_query", "my_chat_member"]


@pytest.fixture
def server():
    with fake_telegram() as fake:
        yield fake


@pytest.fixture
def ann(server):
    return Buyer(server, Person(501, "Ann", "Lee", "de"))


@pytest.fixture
async def ptb(server):
    base = {"base_url": f"{server.url}/bot", "base_file_url": f"{server.url}/file/bot"}
    async with telegram.Bot(TOKEN, **base) as bot:
        yield bot


@pytest.fixture
async def aio(server):
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    bot = aiogram.Bot(TOKEN, session=session)
    yield bot
    await session.close()


async def test_python_telegram_bot_hears_everything(ptb, ann):
    said = ann.says("Hello")
    ann.edits(said, "Hello!")
    ann.document(b"%PDF", "bill.pdf", "application/pdf", caption="My bill")
    ann.sends("location")
    ann.blocks()
    told = await ptb.get_updates(timeout=5, allowed_updates=KINDS)
    message, edited, document, place, left = told
    assert (message.message.text, message.effective_user.language_code) == ("Hello", "de")
    assert edited.edited_message.message_id == message.message.message_id
    assert document.message.document.file_name == "bill.pdf"
    assert place.message.location.latitude == 52.5
    assert left.my_chat_member.new_chat_member.status == "kicked"
    assert await ptb.get_updates(offset=told[-1].update_id + 1) == ()


async def test_python_telegram_bot_talks(ptb, server, ann):
    assert ptb.username == ME["username"]
    keys = telegram.InlineKeyboardMarkup(
        [[telegram.InlineKeyboardButton("Cancel it", callback_data="b-1")]]
    )
    sent = await ptb.send_message(501, "<b>Well?</b>", parse_mode="HTML", reply_markup=keys)
    press = ann.presses_title("Cancel it")
    (told,) = await ptb.get_updates()
    assert (told.callback_query.data, told.callback_query.id) == ("b-1", press)
    assert told.callback_query.message.message_id == sent.message_id
    assert await ptb.answer_callback_query(press, "Done")
    assert await ptb.send_chat_action(501, "typing")
    await ptb.edit_message_reply_markup(501, sent.message_id)
    assert await ptb.set_my_commands([("start", "Begin")])
    assert server.state.commands == [{"command": "start", "description": "Begin"}]


async def test_python_telegram_bot_sends_and_gets_files(ptb, server, ann):
    sent = await ptb.send_photo(501, JPEG, caption="Look")
    own = sent.photo[-1].file_id
    assert await (await ptb.get_file(own)).download_as_bytearray() == JPEG
    bill = await ptb.send_document(501, b"%PDF", filename="bill.pdf")
    assert bill.document.file_name == "bill.pdf"
    ann.album(JPEG, JPEG + b"1")
    first, second = await ptb.get_updates()
    assert first.message.media_group_id == second.message.media_group_id
    file = await ptb.get_file(second.message.photo[-1].file_id)
    assert await file.download_as_bytearray() == JPEG + b"1"


async def test_python_telegram_bot_sets_webhooks_and_knows_the_errors(
    ptb, server, ann, monkeypatch
):
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    url = "https://shop.example/api/v1/channels/bot/webhook"
    await ptb.set_webhook(url, secret_token="s-1", allowed_updates=KINDS)
    info = await ptb.get_webhook_info()
    assert (info.url, info.pending_update_count) == (url, 0)
    assert list(info.allowed_updates) == KINDS
    with pytest.raises(telegram.error.Conflict):
        await ptb.get_updates()
    await ptb.delete_webhook()
    server.faults.append(too_many(3))
    with pytest.raises(telegram.error.RetryAfter):
        await ptb.send_message(501, "x")
    ann.blocks()
    with pytest.raises(telegram.error.Forbidden):
        await ptb.send_message(501, "x")


async def test_python_telegram_bot_learns_where_a_group_went(ptb, server):
    group = server.state.add_group(-900, "Friends")
    Buyer(server, Person(501, "Ann"), group).upgrades(-1_000_000_000_900)
    with pytest.raises(telegram.error.ChatMigrated) as moved:
        await ptb.send_message(-900, "x")
    assert moved.value.new_chat_id == -1_000_000_000_900


async def test_aiogram_hears_and_talks(aio, server, ann):
    assert (await aio.me()).username == ME["username"]
    ann.says("Hello")
    (told,) = await aio.get_updates(timeout=5, allowed_updates=KINDS)
    assert (told.message.text, told.message.from_user.full_name) == ("Hello", "Ann Lee")
    keys = Keyboard(inline_keyboard=[[Button(text="Cancel it", callback_data="b-1")]])
    sent = await aio.send_message(501, "<i>Well?</i>", parse_mode="HTML", reply_markup=keys)
    press = ann.presses_title("Cancel it")
    (told,) = await aio.get_updates(offset=told.update_id + 1)
    assert told.callback_query.message.message_id == sent.message_id
    assert await aio.answer_callback_query(press)
    assert await aio.send_chat_action(501, "typing")
    assert await aio.set_my_commands([BotCommand(command="start", description="Begin")])


async def test_aiogram_sends_and_gets_files(aio, server, ann):
    sent = await aio.send_photo(501, BufferedInputFile(JPEG, "a.jpg"), caption="Look")
    file = await aio.get_file(sent.photo[-1].file_id)
    assert (await aio.download_file(file.file_path)).read() == JPEG
    bill = await aio.send_document(501, BufferedInputFile(b"%PDF", "bill.pdf"))
    assert bill.document.file_name == "bill.pdf"
    got = ann.photo(JPEG + b"1")["photo"][-1]["file_id"]
    assert (await aio.download(got)).read() == JPEG + b"1"


async def test_aiogram_sets_webhooks_and_knows_the_errors(aio, server, ann):
    await aio.set_webhook("https://shop.example/hook", secret_token="s-1")
    assert (await aio.get_webhook_info()).url == "https://shop.example/hook"
    with pytest.raises(TelegramConflictError):
        await aio.get_updates()
    await aio.delete_webhook()
    server.faults.append(too_many(3))
    with pytest.raises(TelegramRetryAfter):
        await aio.send_message(501, "x")
    ann.blocks()
    with pytest.raises(TelegramForbiddenError):
        await aio.send_message(501, "x")

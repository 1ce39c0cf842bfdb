"""How long a messenger waits for the answer to its webhook, while what it brought is worked off.

The app is a process of its own on a fresh SQLite file, without an engine; providers are not there,
so what it says is tried and put off all the time. Each round asks for its sign of life and then
posts one delivery of each kind, one after another. Example: python bench/channels.py --rounds 300
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from sockets import an_app, free_port, until_ready

CHATS = 50
SECRET = "a-secret-of-nobody-0123456789-0123456789"
TOKEN = "123456789:" + "A" * 35
NUMBER = "106540352242922"
WARM_UP = 20  # rounds that are not counted

Call = tuple[str, str, bytes, dict[str, str]]  # kind, path, body, headers


def accounts() -> dict[str, Any]:
    """Return what the file of accounts says; whoever is called there is not there."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    shop = {"storefront": "status-gated"}
    telegram = {"token": "env:TOKEN", "secret": "env:SECRET", "mode": "webhook", "api": nowhere}
    whatsapp = {
        "phone_number_id": NUMBER,
        "access_token": "env:TOKEN",
        "app_secret": "env:SECRET",
        "verify_token": "env:SECRET",
        "graph_url": nowhere,
    }
    return {
        "accounts": [
            {"name": "telegram", "channel": "telegram", **shop, **telegram},
            {"name": "whatsapp", "channel": "whatsapp", **shop, **whatsapp},
        ]
    }


def written(folder: str) -> str:
    """Write the file of accounts; return where it is."""
    path = Path(folder, "channels.yml")
    path.write_text(yaml.safe_dump(accounts()))
    return str(path)


def on_telegram(number: int, now: int) -> Call:
    """Return an update with one message."""
    who = 1_000 + number % CHATS
    message = {
        "message_id": number,
        "date": now,
        "chat": {"id": who, "type": "private", "first_name": "Ada"},
        "from": {"id": who, "is_bot": False, "first_name": "Ada", "language_code": "en"},
        "text": "where is my order",
    }
    body = json.dumps({"update_id": number, "message": message}).encode()
    return "telegram, 1", "telegram", body, {"X-Telegram-Bot-Api-Secret-Token": SECRET}


def on_whatsapp(number: int, now: int, *, messages: int) -> Call:
    """Return a signed delivery with so many messages, each of another chat."""
    senders = [f"4915{(number + place) % CHATS:08}" for place in range(messages)]
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": NUMBER},
        "contacts": [{"wa_id": each, "profile": {"name": "Ada"}} for each in senders],
        "messages": [
            {
                "from": each,
                "id": f"wamid.{number}.{messages}.{place}",
                "timestamp": str(now),
                "type": "text",
                "text": {"body": "where is my order"},
            }
            for place, each in enumerate(senders)
        ],
    }
    change = {"field": "messages", "value": value}
    entry = {"id": "102290129340398", "changes": [change]}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
    signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return f"whatsapp, {messages}", "whatsapp", body, {"X-Hub-Signature-256": f"sha256={signed}"}


def calls(number: int) -> Iterator[Call]:
    """Return the deliveries of a round; the last one came before."""
    now = int(time.time())
    yield on_telegram(number, now)
    yield on_whatsapp(number, now, messages=20)
    one = on_whatsapp(number, now, messages=1)
    yield one
    yield ("whatsapp, again", *one[1:])


async def timed(http: aiohttp.ClientSession, method: str, url: str, **given: Any) -> float:
    """Return the milliseconds until an answer is there."""
    began = time.perf_counter()
    async with http.request(method, url, **given) as reply:
        reply.raise_for_status()
        await reply.read()
        return (time.perf_counter() - began) * 1_000


async def measure(rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of every counted call, by kind."""
    took: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as data:
        more = {"AFTERSALE_CHANNELS_FILE": written(data), "SECRET": SECRET, "TOKEN": TOKEN}
        async with an_app(data, **more) as (base, _), aiohttp.ClientSession() as http:
            await until_ready(http, base)
            for number in range(1, WARM_UP + rounds + 1):
                if number == WARM_UP + 1:
                    took.clear()
                livez = base.replace("/api/v1", "/livez")
                took.setdefault("sign of life", []).append(await timed(http, "GET", livez))
                for kind, account, body, headers in calls(number):
                    url = f"{base}/channels/{account}/webhook"
                    sent = {"data": body, "headers": headers}
                    took.setdefault(kind, []).append(await timed(http, "POST", url, **sent))
    return took


def main() -> None:
    """Measure and print a line for each kind of delivery."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    took = asyncio.run(measure(parser.parse_args().rounds))
    usual = statistics.median(took["sign of life"])
    for kind, times in took.items():
        median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        print(
            f"{kind:<16} median {median:6.1f} ms  p95 {p95:6.1f} ms  ratio {median / usual:5.1f}"
        )


if __name__ == "__main__":
    main()

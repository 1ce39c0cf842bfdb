"""Bodies of WhatsApp webhooks, put together by hand."""

import json
from datetime import UTC, datetime
from typing import Any

NUMBER = "106540352242922"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ANN, ANN_PHONE = "DE.1349", "491510000001"
STAMP = str(int(NOW.timestamp()) - 60)


def contact(**more: Any) -> dict[str, Any]:
    return {"profile": {"name": "Ann  B."}, "wa_id": ANN_PHONE, "user_id": ANN} | more


def message(kind: str = "text", content: Any = None, **more: Any) -> dict[str, Any]:
    said = {"body": "Hello"} if content is None else content
    sender = {"from": ANN_PHONE, "from_user_id": ANN}
    return {"id": "wamid.1", "timestamp": STAMP, "type": kind, kind: said} | sender | more


def status(**more: Any) -> dict[str, Any]:
    told = {"id": "wamid.9", "status": "delivered", "timestamp": STAMP}
    return told | {"recipient_user_id": ANN, "biz_opaque_callback_data": "send-1"} | more


def value(**more: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": "15550783881", "phone_number_id": NUMBER}
    return {"messaging_product": "whatsapp", "metadata": metadata, "contacts": [contact()]} | more


def change(field: str = "messages", **more: Any) -> dict[str, Any]:
    return {"field": field, "value": value(**more)}


def webhook(*changes: Any, **more: Any) -> dict[str, Any]:
    entry = {"id": "102290129340398", "changes": list(changes)}
    return {"object": "whatsapp_business_account", "entry": [entry]} | more


def raw(body: Any) -> bytes:
    return json.dumps(body).encode()

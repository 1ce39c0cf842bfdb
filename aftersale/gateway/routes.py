"""Every address of the public interface, by name."""

from aiohttp import web

from aftersale.gateway import (
    assets,
    case_pages,
    channel_links,
    channels,
    chatwoot_page,
    faces,
    health,
    help_pages,
    messages,
    orders,
    outside_desk,
    own_chat,
    payments_inbound,
    presence,
    ratings,
    reset_pages,
    return_pages,
    secure_pages,
    seller_pages,
    sessions,
    shop_inbound,
    sockets,
    supplier_pages,
    uploads,
    widget_config,
)

API = "/api/v1"
CHATWOOT = f"{API}/desks/chatwoot"
CONVERSATION = f"{API}/conversations/{{conversation_id}}"


def add_routes(app: web.Application) -> None:
    """Add every route."""
    app.add_routes([*_api(), *_messengers(), *_outside_desk(), *_pages(), *_widget()])


def _api() -> list[web.RouteDef]:
    """Return what clients and other servers call; the description names each."""
    return [
        web.get("/livez", health.livez, name="livez"),
        web.get("/readyz", health.readyz, name="readyz"),
        web.get("/metrics", health.metrics, name="metrics"),
        web.get(f"{API}/openapi.json", health.openapi, name="openapi"),
        web.get(f"{API}/widget/config", widget_config.config, name="widget_config"),
        web.post(f"{API}/sessions", sessions.open_session, name="sessions"),
        web.post(f"{API}/sessions/refresh", sessions.refresh, name="refresh"),
        web.post(f"{CONVERSATION}/messages", messages.send_message, name="messages"),
        web.get(f"{CONVERSATION}/events", messages.read_events, name="events"),
        web.post(f"{CONVERSATION}/ticket", presence.ticket, name="ticket"),
        web.get(f"{CONVERSATION}/ws", sockets.stream, name="stream", allow_head=False),
        web.post(f"{CONVERSATION}/typing", presence.typing, name="typing"),
        web.post(f"{CONVERSATION}/read", presence.read, name="read"),
        web.get(f"{API}/conversations", own_chat.topics, name="topics"),
        web.delete(CONVERSATION, own_chat.delete, name="delete_chat"),
        web.get(f"{CONVERSATION}/transcript", own_chat.transcript, name="transcript"),
        web.post(f"{CONVERSATION}/transcript", own_chat.post_transcript, name="post_transcript"),
        web.post(f"{CONVERSATION}/identity", sessions.identify, name="identity"),
        web.post(f"{CONVERSATION}/end", sessions.end, name="end"),
        web.post(f"{CONVERSATION}/leave", sessions.leave, name="leave"),
        web.post(f"{CONVERSATION}/rating", ratings.rate, name="rating"),
        web.post(f"{API}/uploads", uploads.take, name="uploads"),
        web.get(f"{API}/attachments/{{attachment_id}}", uploads.give, name="attachment"),
        web.get(f"{API}/orders", orders.list_orders, name="orders"),
        # Numbers of some storefronts hold a slash.
        web.get(f"{API}/orders/{{number:.+}}", orders.show_order, name="order"),
        web.post(f"{API}/shop/{{storefront}}/orders", shop_inbound.take_order, name="shop_orders"),
        web.post(
            f"{API}/shop/{{storefront}}/acknowledgements",
            shop_inbound.acknowledge,
            name="shop_acknowledgements",
        ),
        web.post(f"{API}/sessions/return", return_pages.resume, name="come_back"),
        web.post(f"{API}/payments/stripe", payments_inbound.stripe, name="stripe"),
    ]


def _messengers() -> list[web.RouteDef]:
    """Return what messengers call, and what the shop does about its buyer's chats there."""
    return [
        web.post(f"{API}/channels/links", channel_links.make, name="make_link"),
        web.get(f"{API}/channels/links", channel_links.shown, name="links"),
        web.delete(f"{API}/channels/links/{{link_id}}", channel_links.revoke, name="unlink"),
        web.get(f"{API}/channels/{{account}}/webhook", channels.challenge, name="challenge"),
        web.post(f"{API}/channels/{{account}}/webhook", channels.webhook, name="channel_webhook"),
    ]


def _outside_desk() -> list[web.RouteDef]:
    """Return what a desk that somebody else runs calls and shows."""
    by_path = f"{CHATWOOT}/callback/{{secret}}"
    return [
        web.post(f"{CHATWOOT}/callback", outside_desk.callback, name="chatwoot_callback"),
        web.post(by_path, outside_desk.callback_by_path, name="chatwoot_callback_by_path"),
        web.post(f"{CHATWOOT}/card", chatwoot_page.card, name="chatwoot_card"),
        web.get("/desks/chatwoot/app", chatwoot_page.page, name="chatwoot_page"),
        web.get("/desks/chatwoot/app.js", chatwoot_page.script, name="chatwoot_script"),
    ]


def _pages() -> list[web.RouteDef]:
    """Return what people open: help, and the pages behind one-time links."""
    return [
        web.get("/help/{storefront}/{article_id}", help_pages.show, name="help_page"),
        web.get("/c/{token}", return_pages.show, name="return_page"),
        web.post("/c/{token}", return_pages.take, name="return_taken"),
        web.get("/secure/{token}", secure_pages.show, name="secure_page"),
        web.post("/secure/{token}", secure_pages.take, name="secure_taken"),
        web.get("/l/{token}", case_pages.show, name="case_page"),
        web.post("/l/{token}", case_pages.take, name="case_answer"),
        web.get("/a/{token}", seller_pages.show, name="letter_page"),
        web.post("/a/{token}", seller_pages.take, name="letter_answer"),
        web.get("/s/{token}", supplier_pages.show, name="supplier_page"),
        web.post("/s/{token}", supplier_pages.take, name="supplier_answer"),
        web.get("/r/{token}", reset_pages.show, name="reset_page"),
        web.post("/r/{token}", reset_pages.take, name="reset_password"),
    ]


def _widget() -> list[web.RouteDef]:
    """Return what pages with the chat widget load."""
    return [
        web.get("/chat", assets.chat, name="chat_page"),
        web.get("/widget.js", assets.give, name="widget_loader"),
        web.get("/widget/v1/{version}/panel.js", assets.give, name="widget_panel"),
        web.get("/widget/locales/{locale}.json", assets.give, name="widget_locale"),
        web.get("/widget/icon.svg", assets.icon, name="widget_icon"),
        web.get("/widget/faces/{name}", faces.give, name="widget_face"),
    ]

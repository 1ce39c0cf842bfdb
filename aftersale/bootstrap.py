"""The composition root: settings in, every service out. The only module that knows all others."""

import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial

from anyascii import anyascii

from aftersale.adapters.accounts_webhook import AccountsWebhook
from aftersale.adapters.business_days import with_public_holidays
from aftersale.adapters.engine_http import HttpEngine
from aftersale.adapters.identity_jwt import ShopIdentity, load_key_rings
from aftersale.adapters.passwords_argon2 import Argon2Hasher
from aftersale.adapters.photos import Photos
from aftersale.adapters.policies import load_policies
from aftersale.adapters.seal import FernetSeal
from aftersale.adapters.shop_ledger import ShopLedger
from aftersale.adapters.shop_webhook import ShopWebhook
from aftersale.adapters.shop_word import ShopWord
from aftersale.adapters.upload_folder import UploadFolder
from aftersale.adapters.voice import DomainVoice
from aftersale.adapters.word_vectors import WordVectors
from aftersale.bootstrap_channels import Around, links_of, messengers_of
from aftersale.bootstrap_chatwoot import outside_desk_of
from aftersale.bootstrap_desk import desk_access_of, supervising_of
from aftersale.bootstrap_mail import inbox_of, mail_of
from aftersale.bootstrap_payments import payments_of
from aftersale.gateway.bus import EventBus
from aftersale.gateway.masking import mask
from aftersale.gateway.screen import screen
from aftersale.gateway.services import Services
from aftersale.jobs.relay import Relay
from aftersale.jobs.sweep import Sweep
from aftersale.policy.knobs import ROUND_THE_CLOCK, Policy
from aftersale.services.bounces import Bounces
from aftersale.services.buyer_orders import BuyerOrders
from aftersale.services.case_life.answering import AnswerCase
from aftersale.services.chat_uses import ChatUses
from aftersale.services.consent import SupplierAnswer
from aftersale.services.conversations import Conversations
from aftersale.services.device_tokens import DeviceTokens
from aftersale.services.handoff.rescuing import Rescue
from aftersale.services.news import ReturnToChat
from aftersale.services.photo_links import PhotoLinks
from aftersale.services.ports import Clock, Payments, ShopOrders, UowFactory
from aftersale.services.ports_accounts import IdentityProvider
from aftersale.services.reset_links import NewPassword
from aftersale.services.secure_link import SecureInbox
from aftersale.services.seller_answers import SellerAnswers
from aftersale.services.shop_events import ShopEvents
from aftersale.services.topics import Topics
from aftersale.services.turns import Turns
from aftersale.services.uploads import Uploads
from aftersale.services.use_cases import UseCases
from aftersale.services.wiring import Wiring
from aftersale.settings import Settings, now_of
from aftersale.store.opened import open_store


def bootstrap(settings: Settings) -> Services:
    """Make everything that serves buyers. The caller closes it.

    Raises:
        PolicyInvalid: with every mistake of the policy files.
        SettingsInvalid: key rings or database do not fit.
    """
    clock, bus = partial(now_of, settings), EventBus()
    store = open_store(settings.database_url, bus.on_events)
    wiring = _wiring(settings, _policies(settings, clock), store.uow)
    conversations, uploads = _conversations(settings, wiring), _uploads(settings, store.uow)
    payments, provider_word = payments_of(settings, wiring)
    return Services(
        clock=clock,
        uow=store.uow,
        policies=wiring.policies,
        voice=wiring.voice,
        engine=HttpEngine(settings.engine_url, settings.engine_secret),
        bus=bus,
        pool=ThreadPoolExecutor(settings.threads, thread_name_prefix="aftersale"),
        conversations=conversations,
        chat=_chat(settings, wiring),
        return_to_chat=ReturnToChat(wiring, conversations),
        turns=_turns(settings, wiring),
        buyer_orders=BuyerOrders(uow=store.uow, policies=wiring.policies),
        supplier_answer=SupplierAnswer(wiring),
        seller_answers=SellerAnswers(wiring, screen),
        bounces=Bounces(wiring),
        new_password=NewPassword(wiring, Argon2Hasher()),
        use_cases=UseCases.made_with(wiring),
        relay=_relay(settings, wiring, payments, clock),
        provider_word=provider_word,
        inbox=inbox_of(settings, wiring),
        sweep=Sweep(wiring, files=_files(settings)),
        shop_events=ShopEvents(wiring),
        uploads=uploads,
        answer_case=AnswerCase(wiring, screen),
        secure_inbox=_secure_inbox(settings, wiring),
        desk=desk_access_of(settings, wiring),
        outside=outside_desk_of(settings, wiring, uploads),
        messengers=messengers_of(Around(settings, wiring, conversations, uploads)),
        links=links_of(settings, wiring),
        supervising=supervising_of(settings, store.measures, wiring.policies),
        take_order=ShopWord(uow=store.uow, events=ShopEvents(wiring)).take,
        close_store=store.close,
    )


def _wiring(settings: Settings, policies: Mapping[str, Policy], uow: UowFactory) -> Wiring:
    return Wiring(
        uow=uow,
        policies=policies,
        voice=DomainVoice.read(settings.domain_file, policies),
        new_id=partial(secrets.token_hex, 16),
        base_url=settings.base_url,
        news_after=timedelta(seconds=settings.news_after) if settings.news_after else None,
        latin=anyascii,
        meaning=WordVectors(settings.vectors_dir),
    )


def _conversations(settings: Settings, wiring: Wiring) -> Conversations:
    return Conversations(
        uow=wiring.uow,
        verifier=ShopIdentity(load_key_rings(settings.identity_keys)),
        screen=screen,
        voice=wiring.voice,
        storefronts=wiring.policies,
        session_hours=settings.session_hours,
        devices=DeviceTokens(settings.links_secret),
        write_to=settings.mail_replies,
    )


def _turns(settings: Settings, wiring: Wiring) -> Turns:
    lease, rescue = settings.turn_lease, Rescue(wiring)
    return Turns(uow=wiring.uow, voice=wiring.voice, lease=lease, rescue=rescue)


def _chat(settings: Settings, wiring: Wiring) -> ChatUses:
    topics = Topics(wiring.uow, DeviceTokens(settings.links_secret), settings.session_hours)
    return ChatUses.made_with(wiring, _files(settings), topics)


def _secure_inbox(settings: Settings, wiring: Wiring) -> SecureInbox:
    seal = FernetSeal(settings.seal_secret)
    return SecureInbox(wiring, seal=seal, mask=lambda text: mask(text).text)


def _files(settings: Settings) -> UploadFolder:
    return UploadFolder(settings.data_dir / "uploads")


def _uploads(settings: Settings, uow: UowFactory) -> Uploads:
    return Uploads(
        uow=uow,
        check=Photos(megapixels=settings.upload_megapixels),
        store=_files(settings),
        links=PhotoLinks(settings.links_secret),
    )


def _policies(settings: Settings, clock: Clock) -> Mapping[str, Policy]:
    now = clock()
    policies = with_public_holidays(load_policies(settings.storefronts_dir, now), now)
    if settings.always_open:
        policies = {key: _always_open(policy) for key, policy in policies.items()}
    if settings.undo_window is None:
        return policies
    seconds = int(settings.undo_window)
    return {key: replace(policy, undo_window=seconds) for key, policy in policies.items()}


def _always_open(policy: Policy) -> Policy:
    hours = policy.hours
    if hours is None:
        return policy
    always = replace(hours, week=ROUND_THE_CLOCK, holidays=(), through_holidays=True)
    return replace(policy, hours=always)


def _relay(settings: Settings, wiring: Wiring, payments: Payments, clock: Clock) -> Relay:
    return Relay(
        wiring,
        shop=_shop(settings, clock),
        payments=payments,
        mail=mail_of(settings),
        identity=_identity(settings, clock),
    )


def _identity(settings: Settings, clock: Clock) -> IdentityProvider | None:
    if settings.accounts_webhook_url is None:
        return None
    secret = settings.shop_webhook_secret
    return AccountsWebhook(url=settings.accounts_webhook_url, secret=secret, clock=clock)


def _shop(settings: Settings, clock: Clock) -> ShopOrders:
    if settings.shop_webhook_url is None:
        return ShopLedger()
    secret = settings.shop_webhook_secret
    return ShopWebhook(url=settings.shop_webhook_url, secret=secret, clock=clock)

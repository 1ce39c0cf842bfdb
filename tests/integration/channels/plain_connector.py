"""A messenger whose provider is a list in memory: JSON comes in, what leaves is looked at.

`faults` are raised by the next calls of `send`, one each; None lets one through. `files` hold what
`fetch` gives; an exception there is raised. `news` are given to whoever pulls.
"""

import hmac
import json
from collections import deque
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from aftersale.domain.capabilities import Capabilities
from aftersale.domain.channels import (
    Account,
    Channel,
    Inbound,
    InboundKind,
    Media,
    SendState,
    Unusable,
)
from aftersale.services.channels.rendering import laid_out
from aftersale.services.ports_channels import (
    Gone,
    NotSigned,
    Parsed,
    Pulled,
    Rendered,
    Status,
    Unreadable,
)

SECRET = "a secret of the plain messenger"
NOW = datetime(2026, 11, 4, 15, 0, tzinfo=UTC)
PLAIN = Capabilities(Channel.TELEGRAM, longest_text=4096, buttons=3, largest_in=1_000_000)
SETTLES = timedelta(seconds=2)


class PlainConnector:
    """One account; give `pulls` and it is asked for news instead of calling our webhook."""

    def __init__(self, name="plain", capabilities=PLAIN, *, storefront="helpdesk", pulls=False):
        self.account = Account(name, capabilities.channel, storefront)
        self.capabilities = capabilities
        self.puller = self if pulls else None
        self.faults, self.files, self.news = deque(), {}, deque()
        self.sent, self.signs, self.acknowledged, self.fetched = [], [], [], []

    # The pure half.

    def verify(self, headers, body):
        if not hmac.compare_digest(headers.get("x-plain-secret", ""), SECRET):
            raise NotSigned

    def parse(self, body, now):
        try:
            given = json.loads(body)
            inbound = tuple(_inbound(each, now) for each in given["inbound"])
            return Parsed(inbound, tuple(_status(each, now) for each in given.get("statuses", ())))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as exc:
            raise Unreadable from exc

    def render(self, blocks, capabilities):
        return [
            Rendered({"text": each.text, "titles": list(each.titles)}, each.options)
            for each in laid_out(blocks, capabilities)
        ]

    def template(self, locale, variables):
        return Rendered({"text": f"template {locale}", "titles": []})

    # The other half.

    def send(self, out):
        fault = self.faults.popleft() if self.faults else None
        if fault is not None:
            raise fault
        self.sent.append(out)
        return f"ref-{out.token}"

    def fetch(self, media, *, most):
        self.fetched.append(media.media_id)
        found = self.files.get(media.media_id, Gone("no such file"))
        if isinstance(found, deque):
            found = found.popleft()
        if isinstance(found, Exception):
            raise found
        return found

    def read(self, address, event_id):
        self.signs.append(("read", address, event_id))

    def typing(self, address, event_id):
        self.signs.append(("typing", address, event_id))

    def taken(self, inbound):
        self.acknowledged.append(inbound.event_id)

    def pull(self, cursor, now):
        place = int(cursor or 0)
        found = self.parse(self.news[place], now) if place < len(self.news) else Parsed()
        return Pulled(found, str(min(place + 1, len(self.news))))

    def stop(self):
        pass

    def texts(self, address=None):
        return [out.body["text"] for out in self.sent if address in {None, out.address}]


def said(event_id, text="", *, at=NOW, address="kim", **more):
    """One event of a buyer, a message unless it says otherwise."""
    known = {"sender": address, "kind": InboundKind.MESSAGE, "text": text, "at": at}
    return Inbound(event_id=event_id, address=address, **known | more)


def delivery(*inbound, statuses=()):
    """The body that the provider posts."""
    told = {"inbound": [asdict(x) for x in inbound], "statuses": [asdict(x) for x in statuses]}
    return json.dumps(told, default=datetime.isoformat).encode()


def _inbound(given, now):
    if unknown := given.keys() - Inbound.__dataclass_fields__.keys():
        raise ValueError(unknown)
    at = datetime.fromisoformat(given["at"]) if "at" in given else now
    media = tuple(Media(**each) for each in given.get("media", ()))
    kind = InboundKind(given.get("kind", InboundKind.MESSAGE))
    what = Unusable(given["what"]) if given.get("what") else None
    return Inbound(**{**given, "kind": kind, "at": at, "media": media, "what": what})


def _status(given, now):
    at = datetime.fromisoformat(given["at"]) if "at" in given else now
    return Status(**{**given, "state": SendState(given["state"]), "at": at})

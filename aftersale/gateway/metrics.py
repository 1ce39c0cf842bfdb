"""What Prometheus may read: counts and times, with labels of few values and no personal data."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from aftersale.domain.channels import SendState
from aftersale.jobs.inbox import Fetched
from aftersale.jobs.sweep import Swept
from aftersale.jobs.turns import Outcome

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """One registry per app, so that two apps in one process do not meet."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._turns = Counter(
            "aftersale_turns", "Turns by result.", ["result"], registry=self.registry
        )
        self._turn_seconds = self._histogram(
            "aftersale_turn_seconds", "From the message to its answer."
        )
        self._answer_seconds = self._histogram(
            "aftersale_answer_seconds",
            "From the message to its answer, by what answered: article or other.",
            "kind",
        )
        self._engine_errors = Counter(
            "aftersale_engine_errors",
            "Turns that the engine left unanswered.",
            registry=self.registry,
        )
        self._requests = Counter(
            "aftersale_http_requests",
            "Requests by route and status.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._request_seconds = self._histogram(
            "aftersale_http_request_seconds", "Time to answer, by route.", "route"
        )
        self._sockets, self._sockets_closed = self._of_sockets()
        self._promises_overdue = self._gauge(
            "aftersale_promises_overdue",
            "Promises to buyers whose time has passed and that were not kept.",
        )
        self._unacknowledged = self._gauge(
            "aftersale_cases_unacknowledged",
            "Open cases that nobody acknowledged in the time that was promised.",
        )
        self._mails_aside = self._of_mails()
        self._deliveries = self._of_deliveries()
        self._channel_events, self._tries, self._sends = self._of_messages()

    def _of_mails(self) -> Counter:
        told = "Mails that failed again and again and are left to a person."
        return Counter("aftersale_mails_set_aside", told, registry=self.registry)

    def _of_deliveries(self) -> Counter:
        told, labels = "Deliveries of messengers by account and result.", ["account", "result"]
        return Counter("aftersale_channel_deliveries", told, labels, registry=self.registry)

    def _of_messages(self) -> tuple[Counter, Counter, Gauge]:
        came = "What messengers told, by account: new, or known before."
        tried = "Messages to messengers that were tried, by account and outcome."
        waits = "Messages to messengers that are not over, by account and state."
        return (
            Counter(
                "aftersale_channel_events", came, ["account", "result"], registry=self.registry
            ),
            Counter(
                "aftersale_channel_sends_tried",
                tried,
                ["account", "outcome"],
                registry=self.registry,
            ),
            Gauge("aftersale_channel_sends", waits, ["account", "state"], registry=self.registry),
        )

    def _of_sockets(self) -> tuple[Gauge, Counter]:
        closed = Counter(
            "aftersale_sockets_closed", "Sockets by their end.", ["code"], registry=self.registry
        )
        return self._gauge("aftersale_sockets_open", "Sockets that are open now."), closed

    def _histogram(self, name: str, told: str, *labels: str) -> Histogram:
        return Histogram(name, told, labels, buckets=SECONDS, registry=self.registry)

    def _gauge(self, name: str, told: str) -> Gauge:
        return Gauge(name, told, registry=self.registry)

    def turn(self, outcome: Outcome) -> None:
        """Count one turn."""
        self._turns.labels(outcome.result).inc()
        self._turn_seconds.observe(outcome.seconds)
        if outcome.result == "answered":
            self._answer_seconds.labels(outcome.kind).observe(outcome.seconds)
        if outcome.result == "trouble":
            self._engine_errors.inc()

    def request(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(route, method, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def open_socket(self) -> AbstractContextManager[None]:
        """Count a socket as long as it is open."""
        return self._sockets.track_inprogress()

    def socket_closed(self, code: int) -> None:
        """Count how a socket ended."""
        self._sockets_closed.labels(str(int(code))).inc()

    def swept(self, swept: Swept) -> None:
        """Note what a run of the sweep found."""
        self._unacknowledged.set(swept.cases_unacknowledged)
        self._promises_overdue.set(swept.promises_overdue)

    def fetched(self, fetched: Fetched) -> None:
        """Count the mails that a look into the mailbox set aside."""
        self._mails_aside.inc(fetched.aside)

    def delivered(self, account: str, result: str) -> None:
        """Count a delivery of a messenger: taken, unreadable or not_signed."""
        self._deliveries.labels(account, result).inc()

    def events(self, account: str, *, new: int, known: int) -> None:
        """Count what a messenger told."""
        self._channel_events.labels(account, "new").inc(new)
        self._channel_events.labels(account, "known").inc(known)

    def tried(self, account: str, outcome: str) -> None:
        """Count a try to send a message; outcomes are those of `services/channels/outcomes`."""
        self._tries.labels(account, outcome).inc()

    def waiting(self, sends: Mapping[tuple[str, SendState], int]) -> None:
        """Note how many messages of each account are in which state."""
        self._sends.clear()
        for (account, state), number in sends.items():
            self._sends.labels(account, state.value).set(number)

    def text(self) -> bytes:
        """Return everything in Prometheus' text form."""
        return generate_latest(self.registry)

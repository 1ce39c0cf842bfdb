"""A buyer who talks to the running assistant, and what they were told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aftersale.demo.client import BuyerClient
from aftersale.demo.dialogue import choices_of, said
from tests.photos import photo

PATIENCE = 15.0  # seconds for something that comes without being asked


@dataclass(frozen=True)
class Heard:
    """The messages that answered one turn, or that came by themselves."""

    events: list[dict[str, Any]]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Everything said by somebody else."""
        return [dict(event) for event in said(self.events)]

    @property
    def text(self) -> str:
        """Everything said, as plain text."""
        return "\n".join(
            block["fallback"] for message in self.messages for block in message.get("blocks", ())
        )

    @property
    def responses(self) -> list[str]:
        """The names of what was said."""
        return [message["response"] for message in self.messages if "response" in message]

    @property
    def buttons(self) -> dict[str, str]:
        """Titles and ids of the buttons offered."""
        return {
            choice.title: choice.button_id
            for message in self.messages
            for choice in choices_of(message)
        }

    def blocks(self, kind: str) -> list[dict[str, Any]]:
        """The blocks of one type."""
        return [
            block
            for message in self.messages
            for block in message.get("blocks", ())
            if block["type"] == kind
        ]


@dataclass
class Buyer:
    """One buyer in one conversation. `subject` and `email` are unique per test."""

    storefront: str
    subject: str
    email: str
    client: BuyerClient
    heard: Heard

    def say(self, text: str) -> Heard:
        """Type something and wait for the answer."""
        self.heard = Heard(self.client.turn(text))
        return self.heard

    def upload(self, content: bytes, *, name: str = "photo.jpg", purpose: str = "") -> str:
        """Upload a file as the widget does; return its attachment id."""
        return self.client.upload(content, name=name, purpose=purpose)

    def send_photo(self, *photos: bytes, text: str | None = None) -> Heard:
        """Upload photos (one of our own when none is given), send them and wait for the answer."""
        sent = [self.upload(photo) for photo in photos or (photo(),)]
        self.heard = Heard(self.client.turn(text, attachment_ids=sent))
        return self.heard

    def press(self, title: str) -> Heard:
        """Press a button of the last answer, by its title or the beginning of it."""
        fitting = [key for key in self.heard.buttons if key.lower().startswith(title.lower())]
        assert fitting, f"no button {title!r} among {list(self.heard.buttons)}"
        self.heard = Heard(self.client.turn(payload=self.heard.buttons[fitting[0]]))
        return self.heard

    def waits_for(self, fits: Callable[[Heard], bool]) -> Heard:
        """Return what came by itself, once it fits; fail when it does not come."""
        events: list[dict[str, Any]] = []
        polls = int(PATIENCE / 0.25)
        for _ in range(polls):
            events += self.client.events(wait=0.25)
            heard = Heard(events)
            if fits(heard):
                self.heard = heard
                return heard
        raise AssertionError(f"it did not come; heard instead: {Heard(events).text!r}")

"""A turn as one mail to a buyer: in its thread, plain and HTML with the same words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from aftersale.adapters.email_marks import Marks, parted
from aftersale.adapters.email_parse import LOOP
from aftersale.adapters.mail_message import html_of
from aftersale.domain.capabilities import Capabilities
from aftersale.services.channels.rendering import joined, laid_out
from aftersale.services.ports_channels import Block, Out, Refused, Rendered

BY_PERSON = "by_person"  # in the body of a send: an agent wrote it
CHOOSE = "To choose, answer with the number alone."
SUBJECT = "Your message to us"


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the mails of one account; `name` is how it calls itself."""

    marks: Marks
    name: str = ""
    choose: str = CHOOSE

    def rendered(self, blocks: Sequence[Block], capabilities: Capabilities) -> list[Rendered]:
        """Return everything that a turn said as one mail."""
        laid = joined(laid_out(blocks, capabilities))
        if not laid.text and not laid.attachment_ids:
            return []
        text = f"{laid.text}\n\n{self.choose}" if laid.options else laid.text
        body = {"text": text, BY_PERSON: any(block.get("by") == "agent" for block in blocks)}
        return [Rendered(body, laid.options, laid.attachment_ids)]

    def written(self, out: Out) -> EmailMessage:
        """Return the mail; the same send has the same Message-ID.

        Raises:
            Refused: there is nobody whom it could go to.
        """
        message = EmailMessage(policy=SMTP)
        to, _ = parted(out.address)
        try:
            # A line break in a header would let its value write headers of its own.
            message["To"] = to
        except ValueError as exc:
            raise Refused("address") from exc
        name, _, domain = self.marks.mailbox.rpartition("@")
        message["From"] = Address(self.name, name, domain)
        message["Reply-To"] = self.marks.reply_to(out.address)
        subject = f"Re: {_line(out.topic)}" if out.topic.strip() else SUBJECT
        message["Subject"] = subject
        message["Message-ID"] = self.marks.message_id(out.token, out.address)
        if answered := _answered(out.answers):
            message["In-Reply-To"] = message["References"] = answered
        message[LOOP] = self.marks.mailbox
        if is_automatic(out.body):
            message["Auto-Submitted"] = "auto-replied"  # RFC 3834
            message["X-Auto-Response-Suppress"] = "All"
        text = str(out.body.get("text") or "")
        message.set_content(text)
        message.add_alternative(html_of(subject, text), subtype="html")
        for file in out.files:
            main, _, sub = file.media_type.partition("/")
            message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
        return message


def is_automatic(body: Mapping[str, object]) -> bool:
    """Whether no person wrote it."""
    return not body.get(BY_PERSON)


def _line(text: str) -> str:
    return " ".join(text.split())


def _answered(event_id: str | None) -> str | None:
    """Return the id of the mail that an event came from; not every mail has one."""
    own, end, _ = (event_id or "").partition(">")
    return own + end if own.startswith("<") and end else None

"""What a turn becomes as one mail: named after the buyer's subject, and known as a person's."""

import pytest

from aftersale.adapters.email_message import Writer
from aftersale.domain.capabilities import CAPABILITIES
from aftersale.domain.channels import Channel
from tests.integration.channels.way_out import Provider
from tests.unit.adapters.emails import MARKS

WRITER = Writer(MARKS)


class Mails(Provider):
    def __init__(self):
        super().__init__("mail", CAPABILITIES[Channel.EMAIL])
        self.render = WRITER.rendered


@pytest.fixture
def providers():
    return [Mails()]


@pytest.mark.parametrize(("who", "by_person"), [("agent", True), ("bot", False)])
def test_a_mail_knows_whether_a_person_wrote_it_and_what_it_is_about(out, who, by_person):
    out.open_thread(account="mail", topic="My shoes")
    getattr(out, who)("They left today.")
    out.settle(seconds=6)
    [sent] = out.provider.sent
    assert "They left today." in sent.body["text"]
    assert sent.body["by_person"] is by_person
    assert (sent.topic, sent.answers) == ("My shoes", "in-1")

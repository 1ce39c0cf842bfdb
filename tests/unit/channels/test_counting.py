from aftersale.domain.channels import SendState
from aftersale.gateway.metrics import Metrics
from aftersale.jobs.channels import Counting


def counted(metrics):
    lines = metrics.text().decode().splitlines()
    rows = (line.rsplit(" ", 1) for line in lines if line.startswith("aftersale_channel"))
    return {name: float(value) for name, value in rows if not name.endswith("_created")}


def test_what_messengers_told_and_what_was_tried_is_counted():
    counting, metrics = Counting(), Metrics()
    counting.tried("bot", "sent")  # nobody counts yet
    counting.numbers = metrics
    counting.events("bot", new=2, known=1)
    counting.tried("bot", "sent")
    counting.tried("bot", "unknown")
    found = counted(metrics)
    assert found['aftersale_channel_events_total{account="bot",result="new"}'] == 2
    assert found['aftersale_channel_events_total{account="bot",result="known"}'] == 1
    assert found['aftersale_channel_sends_tried_total{account="bot",outcome="sent"}'] == 1
    assert found['aftersale_channel_sends_tried_total{account="bot",outcome="unknown"}'] == 1


def test_what_waits_is_what_waits_now():
    metrics = Metrics()
    metrics.waiting({("bot", SendState.HELD): 3, ("mail", SendState.PENDING): 1})
    metrics.waiting({("bot", SendState.HELD): 2})
    found = counted(metrics)
    assert found['aftersale_channel_sends{account="bot",state="held"}'] == 2
    assert not any("mail" in name for name in found)

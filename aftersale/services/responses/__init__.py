"""Every response name with the variables it gets, by topic; all wording is in `domain.yml`."""

from aftersale.services.responses import (
    account,
    articles,
    case_news,
    channel_answers,
    channel_words,
    chats,
    core,
    desk,
    handoff,
    outside_desk,
    payments,
    problems,
    promised,
    requests,
    returns,
    seller_mail,
    settling,
    uploads,
    widget,
)

_TOPICS = (
    core,
    requests,
    problems,
    returns,
    case_news,
    settling,
    seller_mail,
    account,
    chats,
    articles,
    promised,
    uploads,
    payments,
    widget,
    desk,
    handoff,
    outside_desk,
    channel_words,
    channel_answers,
)

RESPONSES: dict[str, tuple[str, ...]] = {
    name: variables for topic in _TOPICS for name, variables in topic.RESPONSES.items()
}
CHOICES: tuple[str, ...] = tuple(dict.fromkeys(c for topic in _TOPICS for c in topic.CHOICES))

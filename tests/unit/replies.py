"""Holds every reply made in a test against the list that the wording is written from."""

import json

from aftersale.services.reply import Reply
from aftersale.services.responses import CHOICES, RESPONSES
from tests.unit.fakes_outside import FakeVoice


def check(response, variables):
    assert response in RESPONSES, f"{response} is not in RESPONSES"
    unlisted = set(variables) - set(RESPONSES[response])
    assert not unlisted, f"{response} gives {unlisted} that RESPONSES does not list"
    for offered in variables.get("choices", []):
        assert offered["intent"] in CHOICES
        assert all(isinstance(value, str) for value in offered["entities"].values())


def check_replies(monkeypatch):
    """Check whatever is replied, said or written from now on."""
    init, say, plain = Reply.__init__, FakeVoice.say, FakeVoice.plain

    def checked_init(self, response, variables=None, slots=None, done=True):
        init(self, response, variables or {}, slots or {}, done)
        check(response, self.variables)
        json.dumps(self.variables)

    def checked_say(self, response, variables, **more):
        check(response, variables)
        return say(self, response, variables, **more)

    def checked_plain(self, response, variables, **more):
        check(response, variables)
        return plain(self, response, variables, **more)

    monkeypatch.setattr(Reply, "__init__", checked_init)
    monkeypatch.setattr(FakeVoice, "say", checked_say)
    monkeypatch.setattr(FakeVoice, "plain", checked_plain)

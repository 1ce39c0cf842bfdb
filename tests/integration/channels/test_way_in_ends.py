"""Whoever works off chats ends soon after they are told to, and leaves the rest to the next."""

from tests.integration.channels.plain_connector import said
from tests.integration.channels.way_in import pictures


def test_what_is_begun_is_finished_and_the_rest_is_for_the_next_process(way_in):
    (media,) = pictures(way_in, "a")
    content = way_in.plain.files["a"]

    def end_meanwhile(asked, *, most):
        way_in.working.is_ending.set()
        return content

    way_in.plain.fetch = end_meanwhile
    way_in.deliver(said("1", "Look", media=(media,)), said("2", "And?"))
    way_in.deliver(said("3", "Hi", address="lee"))
    assert way_in.work().events == 1
    assert way_in.work().events == 0
    way_in.restart()
    assert way_in.work().events == 2
    assert way_in.heard() == ["Look + 1 photos", "And?"]
    assert way_in.heard("lee") == ["Hi"]

from tests.integration.channels.plain_connector import said


def test_a_message_reaches_its_conversation_and_owes_a_turn(way_in):
    taken = way_in.deliver(said("1", "Hello", language="de", name="Kim"))
    assert [each.event_id for each in taken.new] == ["1"]
    assert way_in.thread().conversation_id is None
    (done, *_) = way_in.later(seconds=3).settle()
    conversation = way_in.conversation()
    assert done.turns == [(conversation.conversation_id, 1)]
    assert (conversation.channel, conversation.locale) == ("telegram", "de")
    assert conversation.buyer_id is None
    assert way_in.heard() == ["Hello"]
    assert way_in.turns() == [{"text": "Hello", "notices": []}]

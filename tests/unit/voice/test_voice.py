"""What a buyer reads: variations, values, lines, buttons and blocks."""

from datetime import timedelta

import pytest

from tests.unit.voice.conftest import NOW, conversation


def said(voice, response, variables=None, *, now=NOW, **about):
    blocks, _ = voice.say(response, variables or {}, conversation=conversation(**about), now=now)
    return blocks


def text(voice, response, variables=None, **about):
    return next(
        b["text"] for b in said(voice, response, variables, **about) if b["type"] == "text"
    )


YEN = {"$money": {"minor": 1999, "currency": "JPY"}}
AUCKLAND = "22 November 2026, 02:05 NZDT"
SEOUL = "November 21, 2026, 10:05 PM KST"
RIO = "November 21, 2026, 10:05 AM GMT-03:00"
TIME = {"$time": "2026-11-21T13:05:00+00:00"}
VALUES = {
    "a time in the buyer's zone": (TIME, "Europe/Paris", "en-GB", "21 November 2026, 14:05 CET"),
    "a zone abbreviated only where it is": (TIME, "Asia/Seoul", "en", SEOUL),
    "a zone without an abbreviation": (TIME, "America/Sao_Paulo", "en", RIO),
    "a time across midnight": (TIME, "Pacific/Auckland", "en-GB", AUCKLAND),
    "a date": ({"$date": "2026-11-21T23:30:00+00:00"}, "Europe/Paris", "en", "November 22, 2026"),
    "an amount": ({"$money": {"minor": 1999, "currency": "USD"}}, "UTC", "en", "$19.99"),
    "an amount without minor units": (YEN, "UTC", "en", "¥1,999"),
    "one item": (["a lamp"], "UTC", "en", "a lamp"),
    "a list": (["a", "b", "c"], "UTC", "en", "a, b and c"),
    "an unknown zone and locale": (TIME, "Mars/Base", "xx-??", "November 21, 2026, 1:05 PM UTC"),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_value_is_written_out_for_its_reader(made, name):
    value, zone, locale, expected = VALUES[name]
    voice = made({"utter_x": [{"text": "{x}"}]})
    assert text(voice, "utter_x", {"x": value}, zone=zone, locale=locale) == expected


def test_storefronts_own_variation_wins_and_the_rest_get_the_other(made):
    own = {"condition": [{"type": "slot", "name": "storefront", "value": "group-buy"}]}
    voice = made({"utter_x": [{"text": "plain"}, {"text": "own", **own}]})
    assert text(voice, "utter_x", storefront="group-buy") == "own"
    assert text(voice, "utter_x", storefront="helpdesk") == "plain"


@pytest.mark.parametrize(("channel", "heard"), [("chat", "clip"), ("whatsapp", "plain")])
def test_what_is_worded_for_one_channel_is_said_there_alone(made, channel, heard):
    voice = made({"utter_x": [{"text": "plain"}, {"text": "clip", "channel": "chat"}]})
    assert text(voice, "utter_x", channel=channel) == heard


@pytest.mark.parametrize("response", ["utter_photo_how", "utter_photo_none"])
def test_nobody_on_a_messenger_is_sent_to_a_button_of_the_widget(voice, response):
    assert "paper clip" in text(voice, response, {"most": 5}, channel="chat")
    assert "paper clip" not in text(voice, response, {"most": 5}, channel="telegram")


def test_the_same_moment_is_said_the_same_way_in_every_conversation(voice):
    assert len({text(voice, "utter_greet", conversation_id=f"c{n}") for n in range(9)}) == 1


def test_every_variation_is_used(voice, wording):
    heard = {text(voice, "utter_thank", now=NOW + timedelta(seconds=n)) for n in range(60)}
    assert heard == {each.text for each in wording.responses["utter_thank"]}


@pytest.mark.parametrize("unknown", [None, "", 0, []])
def test_line_whose_variable_is_not_known_is_left_out(made, unknown):
    voice = made({"utter_x": [{"text": "Done.\nUndo within {seconds} seconds."}]})
    assert text(voice, "utter_x", {"seconds": unknown}) == "Done."
    assert text(voice, "utter_x", {"seconds": 60}) == "Done.\nUndo within 60 seconds."


def test_payment_without_a_name_is_called_your_payment_method(voice):
    variables = {"number": "A-1", "items": ["a lamp"], "payment": None, "state_label": "Open"}
    amount = {"$money": {"minor": 500, "currency": "USD"}}
    assert "$5.00 would go back to your payment method" in text(
        voice, "utter_cancel_status_allows", {**variables, "amount": amount}
    )


def test_what_a_buyer_wrote_is_put_in_once_and_never_read_as_wording(made):
    voice = made({"utter_x": [{"text": "{issue} {number}"}]})
    assert text(voice, "utter_x", {"issue": "{number}", "number": "A-1"}) == "{number} A-1"


def test_buttons_are_opaque_stored_and_titled_by_the_response(voice):
    variables = {"choices": [{"intent": "affirm", "entities": {"order_number": "A-1"}}, "deny"]}
    variables |= {"number": "A-1", "seller": "Ann", "items": ["a lamp"]}
    blocks, buttons = voice.say(
        "utter_cancel_seller_decides", variables, conversation=conversation(), now=NOW
    )
    shown = blocks[-1]
    assert [each["title"] for each in shown["buttons"]] == ["Yes, write to them", "No, leave it"]
    assert shown["fallback"] == "1. Yes, write to them\n2. No, leave it"
    assert [b.intent for b in buttons] == ["affirm", "deny"]
    assert buttons[0].entities == {"order_number": "A-1"}
    assert [b.button_id for b in buttons] == [each["id"] for each in shown["buttons"]]
    assert all(len(b.button_id) >= 20 and b.expires_at > NOW for b in buttons)


def test_response_without_choices_offers_its_own_buttons(made):
    offer = {"title": "The last one", "payload": '/inform_order{"order_pick": "last"}'}
    voice = made({"utter_x": [{"text": "Which?", "buttons": [offer]}]})
    _, buttons = voice.say("utter_x", {}, conversation=conversation(), now=NOW)
    assert (buttons[0].intent, buttons[0].entities) == ("inform_order", {"order_pick": "last"})


def test_no_choices_means_no_buttons(voice):
    assert [b["type"] for b in said(voice, "utter_greet", {"choices": []})] == ["text"]


CARD = {
    "type": "order_card",
    "number": "A-1",
    "state_label": "Awaiting Shipping",
    "items": ["Lamp"],
    "amount": {"$money": {"minor": 1999, "currency": "USD"}},
    "payment_key": "paid",
    "display": "Visa ending 4242",
    "delivery": None,
    "lines": [
        {
            "name": "Lamp",
            "quantity": 2,
            "price": {"$money": {"minor": 900, "currency": "USD"}},
            "options": {"colour": "red", "size": "M"},
        }
    ],
    "events": [
        {"at": {"$time": "2026-11-19T08:00:00+00:00"}, "text": "Left the depot", "place": None}
    ],
}


def test_card_is_written_out_labelled_and_has_a_plain_fallback(voice):
    _, card = said(
        voice, "utter_order_details", {"number": "A-1", "blocks": [CARD], "choices": []}
    )
    assert card["amount"] == "$19.99"
    assert card["labels"]["amount"] == "Total"
    assert "delivery" not in card
    assert card["fallback"].splitlines() == [
        "Order: A-1",
        "Status: Awaiting Shipping",
        "Total: $19.99",
        "Payment: paid with Visa ending 4242",
        "Items: 2 x Lamp (red, M), $9.00",
        "Tracking: November 19, 2026, 8:00 AM UTC: Left the depot",
    ]


def test_several_rows_of_a_card_stand_one_under_the_other(voice):
    line = CARD["lines"][0]
    card = {"type": "order_card", "number": "A-1", "lines": [line, {**line, "options": {}}]}
    variables = {"number": "A-1", "blocks": [card], "choices": []}
    _, shown = said(voice, "utter_order_details", variables)
    assert shown["fallback"] == (
        "Order: A-1\nItems:\n- 2 x Lamp (red, M), $9.00\n- 2 x Lamp, $9.00"
    )


def test_picker_rows_are_buttons_and_numbering_goes_on(voice):
    rows = [{"number": n, "items": ["Lamp"], "state_label": "Open"} for n in ("A-1", "B-2")]
    variables = {"blocks": [{"type": "order_picker", "orders": rows}], "choices": ["never_mind"]}
    blocks, buttons = voice.say(
        "utter_which_order", variables, conversation=conversation(), now=NOW
    )
    _, picker, replies = blocks
    assert picker["fallback"] == "1. A-1, Open, Lamp\n2. B-2, Open, Lamp"
    assert replies["fallback"] == "3. Never mind"
    assert [b.entities for b in buttons[:2]] == [{"order_number": "A-1"}, {"order_number": "B-2"}]
    assert picker["orders"][0]["button"]["id"] == buttons[0].button_id


def test_notice_stands_before_the_text(voice):
    notice = {"type": "notice", "response": "notice_terms_changed"}
    kinds = [b["type"] for b in said(voice, "utter_thank", {"blocks": [notice], "choices": []})]
    assert kinds == ["notice", "text"]


def test_every_block_has_a_fallback(voice):
    for block in said(voice, "utter_greet", {"blocks": [CARD]}):
        assert block["fallback"]


def test_letter_to_a_seller_leaves_out_what_its_reader_may_not_see(voice):
    variables = {"seller": "Ann", "items": ["Lamp"], "first_name": "Bo", "number": None}
    letter = voice.plain(
        "mail_consent_request",
        {**variables, "issue": "Too late", "link": "https://x.example/l/t", "due": TIME},
        storefront="supplier-consent",
        locale="en",
        timezone="UTC",
    )
    assert "Order:" not in letter
    assert "https://x.example/l/t" in letter
    assert "\n\nPlease agree or decline" in letter

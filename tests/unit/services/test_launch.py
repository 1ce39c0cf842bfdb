"""Launch controls: an action is on, waits for a person, is a person's; or nothing may change."""

from dataclasses import replace

import pytest

from aftersale.domain.cases import CaseType
from aftersale.domain.fulfilment import FulfilmentState
from aftersale.domain.orders import OrderState
from aftersale.policy.decision import Ask
from aftersale.policy.problem_knobs import LaunchKnobs, LaunchMode
from aftersale.services.problem_draft import Said
from aftersale.services.problems import Problems
from aftersale.services.report_bounce import BounceSaid, ReportBounce
from tests.unit.services.test_returns import REASON, Talk
from tests.unit.services.world import S0, S1, S2, S3, World


def launch(world, **knobs):
    rules = world.wiring.policies
    changed = replace(rules[world.storefront], launch=LaunchKnobs(**knobs))
    world.wiring.policies[world.storefront] = changed


def held(storefront, mode, ask=Ask.CANCEL):
    world = World(storefront)
    launch(world, actions={ask: mode})
    return world


def cases(world):
    return list(world.store.tables.cases.values())


def untouched(world):
    tables = world.store.tables
    nothing_left = not tables.outbox and not tables.cases
    return nothing_left and world.stored().state is OrderState.OPEN


def test_a_yes_to_what_a_person_confirms_first_files_a_case_and_does_nothing():
    world = held(S2, LaunchMode.APPROVE)
    shown = world.propose()
    assert shown.response == "utter_cancel_launch_approve"
    told = world.yes()
    (case,) = cases(world)
    assert told.response == "utter_approval_filed"
    assert told.variables["case_number"] == case.number
    assert (case.type, case.subject) == (CaseType.LAUNCH_APPROVAL, "approve_cancel")
    assert world.stored().state is OrderState.OPEN
    assert not world.outbox()


def test_the_same_wish_twice_waits_in_one_case():
    world = held(S2, LaunchMode.APPROVE)
    for _ in range(2):
        world.propose()
        world.yes()
    assert len(cases(world)) == 1


def test_what_is_off_is_a_persons_to_do():
    world = held(S2, LaunchMode.OFF)
    assert world.propose().response == "utter_cancel_launch_off"
    world.yes()
    assert cases(world)[0].type is CaseType.CANCELLATION_REVIEW
    assert world.stored().state is OrderState.OPEN


def test_a_request_that_a_person_carries_out_is_no_matter_of_cancelling():
    world = World(S0, goods=FulfilmentState.DELIVERED)
    launch(world, actions={Ask.RETURN: LaunchMode.OFF})
    talk = Talk(world)
    assert talk.start().response == "utter_request_launch_off"
    talk.yes()
    (case,) = cases(world)
    assert (case.type, case.subject) == (CaseType.TICKET, "return_launch_off")
    assert not world.outbox()


def test_one_action_held_leaves_the_others_on():
    world = held(S2, LaunchMode.APPROVE, Ask.CONTACT_SELLER)
    assert world.propose().response == "utter_cancel_status_allows"


@pytest.mark.parametrize("mode", [LaunchMode.APPROVE, LaunchMode.OFF])
@pytest.mark.parametrize("storefront", [S0, S1])
def test_no_letter_is_offered_while_letters_are_held(storefront, mode):
    world = World(storefront, goods=FulfilmentState.SHIPPED)
    launch(world, actions={Ask.CONTACT_SELLER: mode})
    world.propose()
    world.yes()
    assert not world.outbox()


def test_read_only_says_so_and_offers_a_case_alone():
    world = World(S2)
    launch(world, read_only=True)
    shown = world.propose()
    assert shown.response == "utter_cancel_read_only"
    assert [each["intent"] for each in shown.variables["choices"]] == ["open_case"]
    assert shown.done
    assert world.yes().response == "utter_cancel_read_only"
    assert untouched(world)


def test_read_only_after_the_question_stops_the_yes():
    world = World(S2)
    world.propose()
    launch(world, read_only=True)
    assert world.yes().response == "utter_cancel_read_only"
    assert untouched(world)


def test_read_only_takes_nothing_back():
    world = World(S2)
    world.propose()
    world.yes()
    launch(world, read_only=True)
    assert world.cancel.undo(world.call()).response == "utter_cancel_read_only"
    assert world.stored().state is OrderState.CANCELLING


def test_read_only_promises_no_reminder():
    world = World(S1)
    launch(world, read_only=True)
    told = world.reminders.remind(world.call(), world.hint())
    assert told.response == "utter_cancel_read_only"
    assert not world.store.tables.promises


def test_a_case_can_be_opened_while_read_only():
    world = World(S3)
    launch(world, read_only=True)
    world.case.open(world.call(), world.hint(), text="please help")
    assert len(cases(world)) == 1


def test_no_ticket_and_no_report_is_begun_while_read_only():
    for storefront, step in ((S3, _ticket), (S0, _bounce)):
        world = World(storefront)
        launch(world, read_only=True)
        assert step(world).response == "utter_cancel_read_only"
        assert not world.store.tables.commands


def _ticket(world):
    world.store.tables.orders.clear()
    said = Said("not_received", "nothing came", starts=True)
    return Problems(world.wiring).step(world.call(), said, {})


def _bounce(world):
    said = BounceSaid("mail_bounced", "my mail came back", world.hint())
    return ReportBounce(world.wiring).step(world.call(), said, {})


def test_a_return_shown_before_read_only_is_not_submitted():
    world = World(S3, goods=FulfilmentState.DELIVERED)
    talk = Talk(world)
    talk.start()
    talk.say(REASON)
    talk.say("no preference")
    launch(world, read_only=True)
    assert talk.yes().response == "utter_cancel_read_only"
    assert untouched(world)

"""What the policy is told of an order: attempts to reach the seller, answers, the case meant."""

from datetime import timedelta

from aftersale.domain.cases import CaseType
from aftersale.domain.sellers import Direction, SellerMessage
from aftersale.services.cases import Matter, file_case
from aftersale.services.facts_read import read_facts
from tests.unit.services.world import NOW, S0, S4, World


def facts(world, **more):
    with world.store() as uow:
        return read_facts(uow, world.stored(), asking_buyer="ann", **more)


def case(world, kind, ago):
    matter = Matter(kind, f"{kind}{ago}", world.storefront, kind, "x", "ann", world.stored())
    with world.store() as uow:
        filed = file_case(world.wiring, uow, matter, now=NOW - timedelta(hours=ago))
        uow.commit()
    return filed


def wrote(world, ago, direction=Direction.TO_SELLER):
    at = NOW - timedelta(hours=ago)
    message = SellerMessage(
        f"m{ago}", "m", world.storefront, "sel", direction, "x", at, "chat",
        order_number=world.number,
    )  # fmt: skip
    with world.store() as uow:
        uow.seller_mail.add(message)
        if direction is Direction.TO_SELLER:
            uow.parties.log_contact(
                seller_id="sel",
                storefront=world.storefront,
                order_number=world.number,
                at=at,
                channel="mail",
                outcome="queued",
                conversation_id="conv",
            )
        uow.commit()


def test_the_first_and_the_last_attempt_and_the_answer_are_told():
    world = World(S0)
    for ago in (30, 5):
        wrote(world, ago)
    wrote(world, 2, Direction.FROM_SELLER)
    told = facts(world)
    assert told.contact_attempts == 2
    assert told.first_contact_at == NOW - timedelta(hours=30)
    assert told.last_contact_at == NOW - timedelta(hours=5)
    assert told.seller_answered_at == NOW - timedelta(hours=2)


def test_the_newest_case_about_what_went_wrong_is_meant_not_a_question_to_a_person():
    world = World(S4)
    case(world, CaseType.PROBLEM, 90)
    case(world, CaseType.PERSON_WANTED, 1)
    assert facts(world).case.type is CaseType.PROBLEM


def test_a_named_case_is_meant():
    world = World(S4)
    case(world, CaseType.PROBLEM, 90)
    asked = case(world, CaseType.TICKET, 1)
    assert facts(world, case_number=asked.number).case.type is CaseType.TICKET
    assert facts(world, case_number="C-0000-0000").case is None


def test_a_cancellation_reads_neither_letters_nor_cases():
    world = World(S4)
    case(world, CaseType.PROBLEM, 90)
    told = facts(world, history=False)
    assert (told.case, told.contact_attempts) == (None, 0)

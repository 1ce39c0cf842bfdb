"""Cases in the small world of the tests of services."""

from dataclasses import replace
from datetime import timedelta

from aftersale.domain.cases import CaseOwner, CaseState, CaseType, CaseVerdict
from aftersale.services.case_life.desk import CaseDesk
from aftersale.services.cases import Matter, file_case
from tests.unit.services.world import S3, World


class CaseWorld(World):
    """A world with one case, and the people who work on it."""

    def __init__(self, storefront=S3, *, case=None, **order):
        super().__init__(storefront, **order)
        self.desk = CaseDesk(self.wiring)
        self.number_of_case = self.file(**(case or {})).number

    def file(self, *, key="one", order=True, buyer="ann", conversation="conv", **more):
        about = self.stored() if order else None
        matter = Matter(
            type=more.pop("type", CaseType.TICKET),
            key=key,
            storefront=self.storefront,
            subject="ticket",
            text="Please help.",
            buyer_id=buyer,
            order=about,
            conversation_id=conversation,
            owner=more.pop("owner", CaseOwner.AGENT),
            by=f"buyer:{buyer or 'unverified'}",
        )
        with self.wiring.uow() as uow:
            case = file_case(self.wiring, uow, matter, now=self.now)
            uow.commit()
        self.store.tables.cases[case.number] = replace(case, **more)
        return self.store.tables.cases[case.number]

    @property
    def case_now(self):
        return self.store.tables.cases[self.number_of_case]

    @property
    def thread(self):
        return [e for e in self.store.tables.entries if e.case_number == self.number_of_case]

    @property
    def audited(self):
        subject = f"case:{self.number_of_case}"
        return [(a.action, a.actor) for a in self.store.tables.audit if a.subject == subject]

    def decide(self, verdict=CaseVerdict.DECLINED, code="not_shown", user="mia", **more):
        return self.desk.deciding.decide(
            self.number_of_case, verdict, code, user=user, now=self.now, **more
        )

    def ask(self, text="Which size?", within=timedelta(days=3)):
        return self.desk.asking.ask(
            self.number_of_case, text, user="mia", now=self.now, within=within
        )

    def decided(self, verdict=CaseVerdict.DECLINED):
        self.decide(verdict)
        assert self.case_now.state is CaseState.DECIDED
        return self

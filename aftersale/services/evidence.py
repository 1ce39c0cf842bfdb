"""Photos sent outside a form: given to the case that waits for them, or asked what they show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aftersale.domain.cases import OPEN_CASES, Attachment
from aftersale.services.call import Call
from aftersale.services.case_life.adding import AddToCase
from aftersale.services.case_life.finding import own_cases
from aftersale.services.ports import UnitOfWork
from aftersale.services.reply import Reply, choice
from aftersale.services.uploads import MESSAGE_LIMIT
from aftersale.services.wiring import Wiring

MATTERS = ("damaged_item", "wrong_item", "defective_item", "missing_item")


@dataclass(frozen=True, slots=True)
class Shown:
    """What came with the message: words, or none; `asks` when they are a question about it."""

    text: str | None = None
    asks: bool = False


class SentEvidence:
    """Answers "here is a photo", with one or without, and "can I send one?"."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._adding = AddToCase(wiring)

    def heard(self, call: Call, shown: Shown) -> Reply:
        """`utter_photo_how`, `utter_photo_none`, `utter_photo_about`, or the case's own answer."""
        with self._wiring.uow() as uow:
            loose = uow.attachments.loose(call.conversation_id)
            choices = _choices(uow, call, loose) if loose else []
        if not loose:
            return Reply(
                "utter_photo_how" if shown.asks else "utter_photo_none", {"most": MESSAGE_LIMIT}
            )
        waiting = self._adding.awaited(call)
        if waiting:
            return self._adding.add(call, waiting, shown.text or self._entry(call, len(loose)))
        return Reply("utter_photo_about", {"files": len(loose), "choices": choices})

    def _entry(self, call: Call, files: int) -> str:
        return self._wiring.voice.plain(
            "entry_photos",
            {"files": files},
            storefront=call.identity.storefront,
            locale="en",
            timezone="UTC",
        )


def _choices(uow: UnitOfWork, call: Call, loose: Sequence[Attachment]) -> list[dict[str, Any]]:
    """Offer the open cases, and the matters that photos are usually about."""
    cases = [case for case in own_cases(uow, call) if case.state in OPEN_CASES]
    here = [choice("add_to_case", case_number=cases[0].number)] if len(cases) == 1 else []
    if len(cases) > 1:
        here = [choice("add_to_case")]  # it asks which
    proof = any(each.purpose == "payment_proof" for each in loose)
    matters = ("payment_proof", *MATTERS) if proof else MATTERS
    return [*here, *map(choice, matters)]

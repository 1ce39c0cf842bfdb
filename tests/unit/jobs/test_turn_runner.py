"""The runner of turns stops without leaving one behind."""

import asyncio
from datetime import UTC, datetime

from aftersale.domain.conversations import Conversation, Owner, Turn, TurnState
from aftersale.jobs.turns import Limits, TurnRunner
from aftersale.services.engine import EngineAnswer, Saying
from aftersale.services.turns import ClaimedTurn

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)


class Turns:
    """Has turns to give; the first is being given for as long as the test wants."""

    def __init__(self, waiting):
        self.waiting, self.answered = waiting, []
        self.asked, self.may_give = asyncio.Event(), asyncio.Event()

    def claim(self, now):
        if not self.waiting:
            return None
        self.waiting -= 1
        turn = Turn(
            f"t{self.waiting}", "c", 1, TurnState.RUNNING, 1, "m", NOW, input={"text": "x"}
        )
        return ClaimedTurn(turn, Conversation("c", "s", Owner.BOT, 1, NOW, "h", NOW), False)

    def answer(self, claimed, sayings, now, *, understood=None):
        self.answered.append(claimed.turn.turn_id)
        return True


class Engine:
    async def message(self, message, *, seconds):
        return EngineAnswer((Saying("utter_ok"),))


async def test_a_turn_that_was_being_taken_is_answered_and_no_other_is_taken():
    turns = Turns(waiting=2)

    async def in_thread(work):
        turns.asked.set()
        await turns.may_give.wait()
        return work()

    runner = TurnRunner(
        turns=turns, engine=Engine(), clock=lambda: NOW, in_thread=in_thread,
        limits=Limits(workers=2, reply_within=5, engine_timeout=5),
    )  # fmt: skip
    running = asyncio.create_task(runner.run())
    await turns.asked.wait()
    stopping = asyncio.create_task(runner.stop())
    await asyncio.sleep(0)
    turns.may_give.set()
    await stopping
    assert turns.answered == ["t1"]
    await running
    assert turns.waiting == 1

"""The call an action runs in. The action endpoint sets it, actions read it."""

from contextvars import ContextVar
from dataclasses import dataclass

from aftersale.services.call import Call
from aftersale.services.use_cases import UseCases


@dataclass(frozen=True, slots=True)
class ActionContext:
    """Who asks in which turn, and the use cases that may answer."""

    call: Call
    services: UseCases


current: ContextVar[ActionContext] = ContextVar("current")

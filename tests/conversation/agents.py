"""People at the desk of this world: what they do to a conversation, straight on the store."""

from dataclasses import dataclass
from datetime import timedelta

from aftersale.adapters.policies import load_policies
from aftersale.adapters.voice import DomainVoice
from aftersale.domain.articles import Presence
from aftersale.domain.desk import DeskUser, Role
from aftersale.domain.handoffs import Handoff
from aftersale.services.handoff.agents import Act, AgentDesk
from aftersale.services.handoff.speaking import say_as_agent
from aftersale.services.wiring import Wiring
from tests.conversation.buyer import Buyer
from tests.conversation.world import World

MIRA = DeskUser("mira", "Mira", Role.AGENT)


@dataclass
class Agent:
    """Somebody at the desk."""

    world: World
    who: DeskUser = MIRA
    ids: int = 0

    def __post_init__(self) -> None:
        """Make what the desk is made with."""
        policies = load_policies(self.world.settings.storefronts_dir, self.world.now)
        voice = DomainVoice.read(self.world.settings.domain_file, policies)
        self.wiring = Wiring(self.world.uow, policies, voice, self._next, "http://localhost")
        self.desk = AgentDesk(self.wiring)

    def _next(self) -> str:
        self.ids += 1
        return f"{id(self):x}-{self.ids}"

    def arrive(self, **lasts: float) -> None:
        """Be there for so long: `arrive(hours=5)`."""
        until = self.world.now + timedelta(**lasts)
        with self.world.uow() as uow:
            uow.agents.arrive(Presence(self.who.user, None, self.world.now, until))
            uow.commit()

    def go(self) -> None:
        """Be there no more."""
        with self.world.uow() as uow:
            uow.agents.leave(self.who.user, self.world.now - timedelta(hours=1))
            uow.commit()

    def act(self, buyer: Buyer) -> Act:
        """The buyer's conversation as the agent sees it now."""
        own = buyer.client.conversation_id
        with self.world.uow() as uow:
            conversation = uow.conversations.get(own)
        assert conversation is not None
        return Act(own, conversation.owner_version, self.who, self.world.now)

    def says(self, buyer: Buyer, text: str) -> None:
        """Write to the buyer."""
        blocks = [{"type": "text", "text": text, "fallback": text}]
        with self.world.uow() as uow:
            say_as_agent(
                self.wiring,
                uow,
                buyer.client.conversation_id,
                who=self.who,
                blocks=blocks,
                now=self.world.now,
            )
            uow.commit()

    def handoff(self, buyer: Buyer) -> Handoff:
        """The newest handoff of the buyer's conversation."""
        with self.world.uow() as uow:
            found = uow.handoffs.last_of(buyer.client.conversation_id)
        assert found is not None
        return found

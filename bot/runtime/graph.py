"""Runs Rasa's graph of components in an order that is worked out once, not at every message."""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

from rasa.engine.runner.dask import DaskGraphRunner

Plan = list[tuple[str, list[str]]]  # nodes in order, each with the nodes or inputs it needs


class PlannedGraphRunner(DaskGraphRunner):
    """Rasa's runner lets dask plan the same small graph three times in every turn."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make the components as Rasa does."""
        super().__init__(*args, **kwargs)
        self._plans: dict[tuple[str, ...], Plan] = {}

    def run(
        self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """Run what the targets need and return the output of each."""
        wanted = tuple(targets or self._graph_schema.target_names)
        if wanted not in self._plans:
            self._plans[wanted] = self._plan(list(wanted))
        done: dict[str, Any] = {name: (name, given) for name, given in (inputs or {}).items()}
        for name, needs in self._plans[wanted]:
            # A need that nobody provides is passed on by name: the node says what is missing.
            done[name] = self._instantiated_nodes[name](*(done.get(need, need) for need in needs))
        return dict(done[name] for name in wanted)

    def _plan(self, targets: list[str]) -> Plan:
        nodes = self._graph_schema.minimal_graph_schema(targets).nodes
        needs = {name: list(node.needs.values()) for name, node in nodes.items()}
        return [
            (name, needs[name])
            for name in TopologicalSorter(needs).static_order()
            if name in needs
        ]

"""The graph of components runs in a planned order with the results of Rasa's own runner."""

import logging

import pytest
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.runtime.graph import PlannedGraphRunner


class Sum(GraphComponent):
    """Adds what it needs."""

    runs = 0

    @classmethod
    def create(cls, config, model_storage, resource, execution_context):
        return cls()

    def add(self, left, right):
        Sum.runs += 1
        return left + right


def node(needs, is_target=False):
    return SchemaNode(
        needs=needs, uses=Sum, constructor_name="create", fn="add", config={}, is_target=is_target
    )


SCHEMA = GraphSchema(
    {
        "last": node({"left": "middle", "right": "first"}, is_target=True),
        "middle": node({"left": "first", "right": "__given__"}),
        "aside": node({"left": "__given__", "right": "__given__"}),
        "first": node({"left": "__given__", "right": "__given__"}),
    }
)


def runner(kind):
    return kind.create(SCHEMA, None, ExecutionContext(SCHEMA))


@pytest.mark.parametrize("targets", [None, ["last"], ["aside", "middle"], ["first"]])
def test_results_are_those_of_rasas_runner(targets):
    wanted = runner(DaskGraphRunner).run({"__given__": 3}, targets)
    planned = runner(PlannedGraphRunner)
    assert planned.run({"__given__": 3}, targets) == wanted
    assert planned.run({"__given__": 4}, targets) != wanted  # the plan keeps no results


def test_only_what_the_target_needs_is_run():
    Sum.runs = 0
    assert runner(PlannedGraphRunner).run({"__given__": 1}, ["middle"]) == {"middle": 3}
    assert Sum.runs == 2


def test_a_missing_input_is_an_error(caplog):
    with caplog.at_level(logging.CRITICAL), pytest.raises(GraphRunError):
        runner(PlannedGraphRunner).run({}, ["first"])

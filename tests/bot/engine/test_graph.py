"""Graphs run in an order in which everything needed is there."""

from __future__ import annotations

import pytest
from rasa.engine.graph import GraphComponent, GraphSchema, SchemaNode

from bot.engine.graph import order_nodes


def graph(**needs: tuple[str, ...]) -> GraphSchema:
    def node(needed: tuple[str, ...]) -> SchemaNode:
        return SchemaNode({need: need for need in needed}, GraphComponent, "create", "run", {})

    return GraphSchema({name: node(needed) for name, needed in needs.items()})


def test_a_node_comes_after_all_that_it_needs() -> None:
    schema = graph(answer=("words", "rules"), words=("__message__",), rules=("words",))
    assert [name for name, _ in order_nodes(schema)] == ["words", "rules", "answer"]


def test_what_comes_from_outside_does_not_hold_a_node_back() -> None:
    assert list(order_nodes(graph(words=("__message__", "__tracker__")))) == [("words", ("__message__", "__tracker__"))]


def test_nodes_that_need_each_other_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"\['chicken', 'egg'\]"):
        list(order_nodes(graph(egg=("chicken",), chicken=("egg",))))

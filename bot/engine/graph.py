"""Runs a model's graph in order, in this thread: Rasa's own runner plans it anew for every message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any

from rasa.engine.graph import GraphNode, GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner


class OrderedGraphRunner(DaskGraphRunner):
    """Serves the graphs that DaskGraphRunner serves; the order of the nodes is worked out once a target."""

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Results of the targets. inputs: by placeholder name. Raises what a node raises."""
        done: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        wanted = tuple(targets or self._graph_schema.target_names)
        for name, needs in self._plan(wanted):
            done[name] = self._node(name)(*(done[need] for need in needs if need in done))
        return {name: done[name][1] for name in wanted}

    def _node(self, name: str) -> GraphNode:
        return self._instantiated_nodes[name]

    @cached_property
    def _plan(self) -> Any:
        return lru_cache(maxsize=None)(lambda wanted: tuple(order_nodes(self._graph_schema.minimal_graph_schema(list(wanted)))))


def order_nodes(schema: GraphSchema) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The nodes with the names they need, each after all that it needs."""
    waiting: Mapping[str, tuple[str, ...]] = {name: tuple(node.needs.values()) for name, node in schema.nodes.items()}
    while waiting:
        ready = [name for name, needs in waiting.items() if not any(need in waiting for need in needs)]
        if not ready:
            raise ValueError(f"the graph's nodes need each other: {sorted(waiting)}")
        yield from ((name, waiting[name]) for name in ready)
        waiting = {name: needs for name, needs in waiting.items() if name not in ready}

"""Runs the model graph in a precomputed order, without dask and without building a graph per run."""

from __future__ import annotations

from typing import Any, Optional

from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner

Plan = list[tuple[str, GraphNode, tuple[tuple[str, str], ...]]]


class DirectGraphRunner(DaskGraphRunner):
    """The same nodes as the stock runner, called one after the other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plans: dict[tuple[str, ...], Plan] = {}

    def run(self, inputs: Optional[dict[str, Any]] = None, targets: Optional[list[str]] = None) -> dict[str, Any]:
        """Run the nodes the targets need; see GraphRunner.run."""
        wanted = tuple(targets or self._graph_schema.target_names)
        plan = self._plans.get(wanted)
        if plan is None:
            plan = self._plans[wanted] = self._plan(wanted)
        results = dict(inputs or {})
        for name, node, needs in plan:
            results[name] = node._fn(node._component, **{argument: results[source] for argument, source in needs})
        return {target: results[target] for target in wanted}

    def _plan(self, targets: tuple[str, ...]) -> Plan:
        """The nodes below the targets, every node after those it needs."""
        nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
        order: dict[str, None] = {}

        def visit(name: str) -> None:
            if name in order or name not in nodes:
                return
            for source in nodes[name].needs.values():
                visit(source)
            order[name] = None

        for target in targets:
            visit(target)
        return [(name, self._instantiated_nodes[name], tuple(nodes[name].needs.items())) for name in order]

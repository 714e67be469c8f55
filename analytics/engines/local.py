"""The local engine: each algorithm's own function, in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analytics.edges import Edges
from analytics.engine import Algorithm, Raw, Tick
from graph.errors import OutOfMemory


class Local:
    """NetworKit with one thread, and SciPy: the same result every time, to the bit."""

    name = "LOCAL"

    def compute(self, algorithm: Algorithm, edges: Edges, parameters: Mapping[str, Any], tick: Tick) -> Raw:
        try:
            return algorithm.function(edges, parameters, tick)
        except MemoryError as error:
            raise OutOfMemory(
                f"{algorithm.name} over {edges.size:,} entities does not fit into this machine's memory.",
                remedy="Choose kinds, link kinds or a period.",
            ) from error

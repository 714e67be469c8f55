"""From a question to a run: the reader's network is projected, an algorithm run over it, and what came out is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa

from analytics import communities
from analytics.algorithms import algorithm_named
from analytics.edges import undirected
from analytics.engine import Algorithm, Engine, Result, Tick, quiet, run
from analytics.runs import Run, Runs
from graph.errors import InvalidValue
from graph.jobs import Job
from graph.model import View
from graph.reading import Graph
from graph.reading.columns import Ints
from graph.reading.network import Network, Projection, network

RISK: Final = "risk"
"""Asked for as an algorithm is: scores everything by the risk model (analytics/risk)."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to run over which part of the graph, and on which engine."""

    algorithm: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    projection: Projection = field(default_factory=Projection)
    engine: str = "LOCAL"

    def checked(self) -> Request:
        """With all parameters, read; Refused or InvalidValue for what cannot be run."""
        if self.algorithm == RISK:
            if self.parameters or self.engine != "LOCAL" or self.projection != Projection():
                raise InvalidValue("input", RISK, "asked for alone: its model says what counts")
            return self
        read = algorithm_named(self.algorithm).read(self.parameters)
        return Request(self.algorithm, read, self.projection, self.engine)

    def told(self) -> dict[str, Any]:
        """As JSON: what a job and a run keep of it."""
        part = {
            name: str(v) if name in ("start", "end") and v else v
            for name, v in asdict(self.projection).items()
        }
        part |= {"kinds": sorted(self.projection.kinds), "link_kinds": sorted(self.projection.link_kinds)}
        return {
            "algorithm": self.algorithm,
            "parameters": dict(self.parameters),
            "projection": part,
            "engine": self.engine,
        }


def analyse(
    graph: Graph,
    view: View,
    request: Request,
    engine: Callable[[], Engine],
    runs: Runs,
    job: Job,
    tick: Tick = quiet,
) -> Run:
    """Run what was asked for under a view, and keep it as the job's run. tick is told the step (0 the graph is being read,
    1 the algorithm runs, 2 the run is being kept), often, and may stop it."""
    algorithm, told = algorithm_named(request.algorithm), request.told()
    found = network(graph.store, view, request.projection, tick=lambda _rows: tick(0, None))
    result = run(engine(), algorithm, found, request.parameters, tick=lambda _done, _total: tick(1, None))
    made = Run(
        id=job.id, algorithm=algorithm.name, version=algorithm.version, output=algorithm.output,
        parameters=told["parameters"], projection=told["projection"], engine=request.engine, labels=view.labels,
        roles=(), revision=view.revision, size=found.size, links=len(found.sources), metrics=dict(result.metrics),
        number=job.number,
    )  # fmt: skip
    tick(2, None)
    tables = _tables(graph, view, runs, made, algorithm, found, result)
    tick(2, None)
    runs.write(made, tables)
    return made


def _tables(
    graph: Graph, view: View, runs: Runs, made: Run, algorithm: Algorithm, found: Network, result: Result
) -> dict[str, pa.Table]:
    held: Any = found.ids
    ids = pa.Array.from_buffers(pa.binary(16), found.size, [None, pa.py_buffer(held.tobytes())])
    kinds = pa.DictionaryArray.from_arrays(
        pa.array(found.kinds, pa.int64()), pa.array(found.kind_names, pa.string())
    )
    if algorithm.output == "SCORE":
        order = np.lexsort((np.arange(found.size), -result.values))
        table = pa.table({"id": ids, "kind": kinds, "value": pa.array(result.values)}).take(
            pa.array(order, pa.int64())
        )
        return {"values": table}
    labels = result.values.astype(np.int64)
    before, names = _before(graph, view, runs, made, found)
    worn = communities.worn(found, labels, before, names)
    edges = undirected(found, loops=False)
    degrees = communities.inside_degrees(edges, labels)
    order = np.lexsort((np.arange(found.size), -degrees, labels))
    values = pa.table({"id": ids, "kind": kinds, "value": pa.array(labels), "degree": pa.array(degrees)})
    names_worn = pa.table({"number": pa.array(np.arange(len(worn))), "id": pa.array(worn, pa.binary(16))})
    return {
        "values": values.take(pa.array(order, pa.int64())),
        "names": names_worn,
        "communities": communities.summaries(found, edges, labels, worn, degrees),
    }


def _before(
    graph: Graph, view: View, runs: Runs, made: Run, found: Network
) -> tuple[Ints | None, list[bytes]]:
    """(the earlier community of each entity, the ids of the earlier ones) of the last run of the same series."""
    earlier = runs.before(made)
    if earlier is None:
        return None, []
    table = runs.table(earlier, "values")
    gone = communities.missing(found, table)
    now = graph.entities(view, gone) if gone else []
    moved = {mid: entity.id for mid, entity in zip(gone, now, strict=True) if entity is not None}
    names: list[Any] = runs.table(earlier, "names")["id"].to_pylist()
    return communities.before_of(found, table, {mid: bytes(at) for mid, at in moved.items()}), names

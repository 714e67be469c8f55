"""The GDS engine: algorithms of a Neo4j server's Graph Data Science library, over a projection made for the run.

The network goes over as numbers, so that what a reader may see is all that the server is given; the projection is
dropped afterwards, whatever happened. One thread and a seed: the same answer run for run, on one version of GDS.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

import numpy as np
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError, DriverError, Neo4jError, ServiceUnavailable, SessionExpired

import cypher
from analytics.edges import Edges
from analytics.engine import Algorithm, Raw, Tick
from graph.errors import ClewError, OutOfMemory, Permanent, Refused, Unavailable, Unreachable

_Call = Callable[[Any, Any, Mapping[str, Any]], Any]


def _pagerank(gds: Any, graph: Any, p: Mapping[str, Any]) -> Any:
    return gds.page_rank.stream(
        graph, damping_factor=p["damping"], tolerance=p["tolerance"], max_iterations=p["maxIterations"],
        relationship_weight_property="weight", concurrency=1, log_progress=False,
    )  # fmt: skip


def _degree(gds: Any, graph: Any, _p: Mapping[str, Any]) -> Any:
    return gds.degree_centrality.stream(
        graph, relationship_weight_property="weight", concurrency=1, log_progress=False
    )


def _wcc(gds: Any, graph: Any, _p: Mapping[str, Any]) -> Any:
    return gds.wcc.stream(graph, concurrency=1, log_progress=False)


def _leiden(gds: Any, graph: Any, p: Mapping[str, Any]) -> Any:
    return gds.leiden.stream(
        graph, gamma=p["resolution"], max_levels=p["iterations"] * 2, random_seed=p["seed"],
        relationship_weight_property="weight", concurrency=1, log_progress=False,
    )  # fmt: skip


_CALLS: Final[Mapping[str, tuple[_Call, str]]] = {
    "pagerank": (_pagerank, "score"),
    "degree": (_degree, "score"),
    "wcc": (_wcc, "componentId"),
    "leiden": (_leiden, "communityId"),
}
"""By algorithm: how it is called, and the column of its result."""


class Gds:
    """Graph Data Science on the Neo4j server at a URL. Credentials: the arguments, else the URL's userinfo, else none."""

    name = "GDS"

    def __init__(self, url: str, *, user: str | None = None, password: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("neo4j", "bolt", "neo4j+s", "bolt+s"):
            raise Refused(
                f"The GDS engine cannot use {url!r}.",
                remedy="Give a neo4j:// server as the store, or as CLEW_GDS.",
            )
        self.address = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        user = user if user is not None else unquote(parts.username or "") or None
        self._auth = None if user is None else (user, password or unquote(parts.password or ""))

    def compute(self, algorithm: Algorithm, edges: Edges, parameters: Mapping[str, Any], tick: Tick) -> Raw:
        if algorithm.name not in _CALLS:
            raise Refused(
                f"The GDS engine has no {algorithm.name}.", remedy=f"It has {', '.join(sorted(_CALLS))}."
            )
        call, column = _CALLS[algorithm.name]
        name = f"clew-{uuid.uuid4().hex}"
        with self._told(algorithm, edges), self._opened() as gds:
            try:
                linked = np.zeros(edges.size, np.bool_)
                linked[edges.sources] = linked[edges.targets] = True
                gds.run_cypher(
                    cypher.load("gds_project"),
                    params={
                        "name": name, "alone": np.flatnonzero(~linked).tolist(), "sources": edges.sources.tolist(),
                        "targets": edges.targets.tolist(), "weights": edges.weights.tolist(),
                        "undirected": ["*"] if edges.undirected else [],
                    },
                )  # fmt: skip
                tick(0, None)
                found = call(gds, gds.graph.get(name), parameters)
            finally:
                gds.graph.drop(name, fail_if_missing=False)
        values: Any = np.zeros(edges.size, np.float64 if column == "score" else np.int64)
        values[found["nodeId"].to_numpy()] = found[column].to_numpy()
        return Raw(values)

    @contextmanager
    def _opened(self) -> Iterator[Any]:
        from graphdatascience import GraphDataScience

        with GraphDatabase.driver(self.address, auth=self._auth) as driver:
            driver.verify_connectivity()  # at once: the client would try again for half a minute
            gds = GraphDataScience(driver, arrow=False, show_progress=False)
            try:
                yield gds
            finally:
                gds.close()

    @contextmanager
    def _told(self, algorithm: Algorithm, edges: Edges) -> Iterator[None]:
        """The client's and the server's errors as ours."""
        try:
            yield
        except ClewError:
            raise
        except AuthError as error:
            raise Refused(
                f"Neo4j at {self.address} does not accept these credentials.",
                remedy="Set NEO4J_USER and NEO4J_PASSWORD.",
            ) from error
        except (ServiceUnavailable, SessionExpired) as error:
            raise Unreachable(
                f"Neo4j at {self.address} does not answer: {error}.", remedy="Start it (`clew neo4j start`)."
            ) from error
        except Exception as error:
            raise self._as_ours(error, algorithm, edges) from error

    def _as_ours(self, error: Exception, algorithm: Algorithm, edges: Edges) -> Exception:
        code, text = getattr(error, "code", "") or "", str(error)
        low = f"{code} {text}".lower()
        if "memory" in low or "heap space" in low:
            return OutOfMemory(
                f"{algorithm.name} over {edges.size:,} entities and {len(edges.sources):,} edges does not fit into the"
                f" memory of Neo4j at {self.address}: {text}",
                remedy="Give the server more heap, run it on the local engine, or choose kinds, link kinds or a period.",
            )
        missing = (
            "ProcedureNotFound" in code or "unknown function" in low or "no procedure with the name" in low
        )
        if missing or "graph data science" in low or "gds library" in low:
            return Unavailable(
                f"Neo4j at {self.address} has no Graph Data Science library.",
                remedy="Install GDS 2.13 or later there, or run it on the local engine.",
            )
        if isinstance(error, DriverError) and error.is_retryable():
            return Unreachable(f"Neo4j at {self.address} does not answer: {error}.")
        if isinstance(error, Neo4jError | DriverError):
            return Permanent(f"Neo4j at {self.address} refused {algorithm.name}: {code}: {text}")
        return error

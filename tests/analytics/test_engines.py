"""The algorithms port's contract: both engines, held to plain oracles and to each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from analytics.algorithms import algorithm_named, algorithms, collect
from analytics.engine import Algorithm, Cancelled, Engine, Result, run
from analytics.engines.gds import Gds
from analytics.engines.local import Local
from graph.errors import InvalidValue, OutOfMemory, Refused, Unavailable, Unreachable
from graph.reading.network import Network
from tests.analytics.networks import drawn, made, planted

Run = Callable[..., Result]
NETWORKS = {
    "empty": made(0, []),
    "one": made(1, []),
    "one with a link to itself": made(1, [(0, 0, 2)]),
    "two apart": made(2, []),
    "a pair": made(2, [(0, 1, 3)]),
    "a loop beside a pair": made(4, [(0, 0, 5), (1, 2, 1), (2, 1, 1)]),
    "a sink": made(5, [(0, 1, 1), (2, 1, 4), (3, 0, 1), (3, 2, 2)]),
    **{f"drawn {seed}": drawn(seed) for seed in range(6)},
    "planted": planted(1),
}


@pytest.fixture(params=["LOCAL", "GDS"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return Local() if request.param == "LOCAL" else Gds(request.getfixturevalue("neo4j_url"))


def _run(engine: Engine, name: str, network: Network, **parameters: object) -> Result:
    return run(engine, algorithm_named(name), network, parameters)


def _pagerank(network: Network, damping: float, direction: str, weighted: bool) -> list[float]:
    """The exact scores by solving the equations, with what a dead end has given to all alike, at mean 1."""
    n = network.size
    weights = [[0.0] * n for _ in range(n)]
    for a, b, w in zip(network.sources, network.targets, network.weights, strict=True):
        weights[a][b] += w
        if direction == "BOTH" and a != b:
            weights[b][a] += w
    if not weighted:
        weights = [[1.0 if w else 0.0 for w in row] for row in weights]
    step = np.full((n, n), 1.0 / n)
    for a, row in enumerate(weights):
        if sum(row):
            step[a] = np.array(row) / sum(row)
    solved = np.linalg.solve(np.eye(n) - damping * step.T, np.full(n, (1 - damping) / n))
    return list(solved * n)


@pytest.mark.parametrize("name", [name for name in NETWORKS if name != "empty"])
@pytest.mark.parametrize(
    ("direction", "weighted", "damping"), [("BOTH", True, 0.85), ("OUT", True, 0.85), ("OUT", False, 0.5)]
)
def test_pagerank_is_the_solution_of_its_equations(
    engine: Engine, name: str, direction: str, weighted: bool, damping: float
) -> None:
    network = NETWORKS[name]
    found = _run(engine, "pagerank", network, direction=direction, weighted=weighted, damping=damping)
    assert found.values.tolist() == pytest.approx(_pagerank(network, damping, direction, weighted), rel=1e-4)
    assert float(np.mean(found.values)) == pytest.approx(1)


def _components(network: Network) -> list[int]:
    label = list(range(network.size))
    for _ in range(network.size):
        for a, b in zip(network.sources.tolist(), network.targets.tolist(), strict=True):
            label[a] = label[b] = min(label[a], label[b])
    order = sorted(set(label))
    return [order.index(one) for one in label]


@pytest.mark.parametrize("name", NETWORKS)
def test_components_are_what_is_reached_numbered_by_their_first_entity(engine: Engine, name: str) -> None:
    found = _run(engine, "wcc", NETWORKS[name])
    assert found.values.tolist() == _components(NETWORKS[name])
    assert found.metrics["communities"] == len(set(_components(NETWORKS[name])))


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("direction", ["BOTH", "OUT", "IN"])
@pytest.mark.parametrize("weighted", [False, True])
def test_degree_counts_other_entities_or_adds_up_weights(
    engine: Engine, name: str, direction: str, weighted: bool
) -> None:
    network = NETWORKS[name]
    near: list[dict[int, float]] = [{} for _ in range(network.size)]
    for a, b, w in zip(
        network.sources.tolist(), network.targets.tolist(), network.weights.tolist(), strict=True
    ):
        ends = {"OUT": [(a, b)], "IN": [(b, a)], "BOTH": [(a, b), (b, a)]}[direction]
        for here, there in ends if a != b else ():
            near[here][there] = near[here].get(there, 0) + w
    expected = [sum(found.values()) if weighted else len(found) for found in near]
    found = _run(engine, "degree", network, direction=direction, weighted=weighted)
    assert found.values.tolist() == pytest.approx(expected)


def _modularity(network: Network, labels: list[int]) -> float:
    ties = [
        (a, b, w)
        for a, b, w in zip(
            network.sources.tolist(), network.targets.tolist(), network.weights.tolist(), strict=True
        )
        if a != b
    ]
    total = sum(w for *_, w in ties)
    degree = [0.0] * network.size
    for a, b, w in ties:
        degree[a] += w
        degree[b] += w
    inside = sum(w for a, b, w in ties if labels[a] == labels[b]) / total
    expected = sum(
        (sum(degree[n] for n, one in enumerate(labels) if one == label) / (2 * total)) ** 2
        for label in set(labels)
    )
    return inside - expected


def _hang_together(network: Network, labels: list[int]) -> bool:
    held = made(
        network.size,
        [
            (a, b, 1)
            for a, b in zip(network.sources.tolist(), network.targets.tolist(), strict=True)
            if labels[a] == labels[b]
        ],
    )
    return _components(held) == labels


@pytest.mark.parametrize("name", ["a pair", "a loop beside a pair", "drawn 0", "drawn 1", "planted"])
def test_communities_hang_together_and_their_modularity_is_the_plain_sum(engine: Engine, name: str) -> None:
    network = NETWORKS[name]
    found = _run(engine, "leiden", network)
    labels = found.values.tolist()
    assert found.metrics["modularity"] == pytest.approx(_modularity(network, labels))
    assert found.metrics["communities"] == len(set(labels))
    assert _hang_together(network, labels)


@pytest.mark.parametrize("name", ["empty", "one", "one with a link to itself", "two apart"])
def test_without_links_between_entities_each_is_a_community_of_its_own(engine: Engine, name: str) -> None:
    found = _run(engine, "leiden", NETWORKS[name])
    assert found.values.tolist() == list(range(NETWORKS[name].size))
    assert found.metrics["modularity"] == 0


@pytest.mark.parametrize("seed", range(3))
def test_both_engines_find_communities_equally_good_within_one_percent(neo4j_url: str, seed: int) -> None:
    network = planted(seed)
    local, gds = (_run(one, "leiden", network).metrics["modularity"] for one in (Local(), Gds(neo4j_url)))
    assert local == pytest.approx(gds, rel=0.01)


def test_planted_communities_are_found(engine: Engine) -> None:
    labels = _run(engine, "leiden", planted(4, inside=0.5, across=60)).values.tolist()
    assert [labels[group * 20 : group * 20 + 20] for group in range(12)] == [[n] * 20 for n in range(12)]
    assert len(set(labels[240:])) == 5


def test_leiden_is_the_same_run_for_run_and_another_seed_may_differ(engine: Engine) -> None:
    network = drawn(9, 300, 700)
    first = _run(engine, "leiden", network)
    for _ in range(3):
        assert np.array_equal(_run(engine, "leiden", network).values, first.values)
    assert isinstance(engine, Gds) or any(
        not np.array_equal(_run(engine, "leiden", network, seed=seed).values, first.values)
        for seed in (2, 3, 4)
    )


def test_resolution_decides_how_small_communities_are(engine: Engine) -> None:
    few, many = (
        _run(engine, "leiden", planted(2), resolution=resolution).metrics["communities"]
        for resolution in (0.2, 4.0)
    )
    assert few < many


def test_a_run_that_is_cancelled_stops(engine: Engine) -> None:
    def stop(_done: int, _total: int | None) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        run(engine, algorithm_named("pagerank"), planted(1), tick=stop)


def test_nothing_is_left_in_the_servers_catalogue(neo4j_url: str) -> None:
    from graphdatascience import GraphDataScience

    _run(Gds(neo4j_url), "wcc", planted(1))
    with pytest.raises(Cancelled):
        run(Gds(neo4j_url), algorithm_named("wcc"), planted(1), tick=_stop_at(2))
    gds = GraphDataScience(neo4j_url, arrow=False)
    assert list(gds.graph.list()) == []
    gds.close()


def _stop_at(call: int) -> Callable[[int, int | None], None]:
    seen: list[int] = []

    def tick(done: int, _total: int | None) -> None:
        seen.append(done)
        if len(seen) == call:
            raise Cancelled

    return tick


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9 does not answer"):
        _run(Gds("bolt://127.0.0.1:9"), "wcc", NETWORKS["a pair"])
    with pytest.raises(Refused, match="neo4j://"):
        Gds("sqlite:///store.db")


@pytest.mark.parametrize(
    ("said", "code", "kind"),
    [
        ("Procedure was blocked since minimum estimated memory (9 GiB) exceeds current free memory (1 GiB).", "", OutOfMemory),
        ("Java heap space", "Neo.TransientError.General.OutOfMemoryError", OutOfMemory),
        ("Unknown function 'gds.graph.project'", "Neo.ClientError.Statement.SyntaxError", Unavailable),
        ("There is no procedure with the name `gds.leiden.stream`", "Neo.ClientError.Procedure.ProcedureNotFound", Unavailable),
    ],
)  # fmt: skip
def test_a_missing_library_and_too_little_memory_are_errors_by_name(
    said: str, code: str, kind: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Said(Exception):
        pass

    error = Said(said)
    error.code = code  # type: ignore[attr-defined]

    def opened(self: Gds) -> Any:
        raise error

    monkeypatch.setattr(Gds, "_opened", opened)
    with pytest.raises(kind):
        _run(Gds("bolt://127.0.0.1:9"), "leiden", NETWORKS["a pair"])


def test_parameters_are_read_within_their_bounds() -> None:
    leiden, pagerank = algorithm_named("leiden"), algorithm_named("pagerank")
    assert leiden.read({"seed": 7.0}) == {"resolution": 1.0, "iterations": 5, "seed": 7}
    wrong: list[tuple[Algorithm, Mapping[str, object], str]] = [
        (leiden, {"resolution": 0}, "0.001 to 1000"),
        (leiden, {"seed": 1.5}, "an integer"),
        (leiden, {"seed": True}, "an integer"),
        (pagerank, {"damping": "much"}, "a number 0 to 0.999"),
        (pagerank, {"damping": float("nan")}, "a number 0 to 0.999"),
        (pagerank, {"direction": "IN"}, "one of BOTH, OUT"),
        (pagerank, {"weighted": 1}, "true or false"),
        (pagerank, {"dampning": 0.5}, "one of pagerank: damping, direction"),
        (algorithm_named("wcc"), {"seed": 1}, "it has none"),
    ]
    for algorithm, given, told in wrong:
        with pytest.raises(InvalidValue, match=told):
            algorithm.read(given)


def test_the_registry_knows_its_siblings_and_is_loud_about_others() -> None:
    import analytics.algorithms.wcc as wcc

    assert list(algorithms()) == ["degree", "leiden", "pagerank", "wcc"]
    with pytest.raises(Refused, match="There are degree, leiden, pagerank, wcc"):
        algorithm_named("louvain")
    with pytest.raises(TypeError, match="already"):
        collect([wcc, wcc])
    with pytest.raises(TypeError, match="does not end with ALGORITHM"):
        collect([pytest])  # type: ignore[list-item]

"""One hop, and an answer of about 7,000 nodes and 26,000 links, over HTTP: Clew on both stores beside @neo4j/graphql."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import psutil

from tests.benchmarks import made_graph
from tests.benchmarks.bench import Benchmark, Row, Target, at
from tests.benchmarks.rows.packed import NODES, Answer, Ask, of_packed, of_typed, packed, typed
from tests.benchmarks.served import clew, install_peer, peer
from tests.benchmarks.workshop import Workshop

_PEER = "@neo4j/graphql"
_ASKED = 7
"""Large answers measured of each kind."""

_WARM = 8
"""Large answers of the peer before the first measured one: Node compiles what runs often."""

_FORMS: list[tuple[str, Callable[[Ask, str], Any], Callable[[Any], Answer], float]] = [
    ("typed", typed, of_typed, 1),
    ("packed", packed, of_packed, 0.2),
]
"""(form, how it is asked, what it says, its bound as a share of the peer's)."""

HOP = """query($id: ID!) { expand(ids: [$id], perKindLimit: 1000) {
  links { kind source { id kind caption } target { id kind caption } } truncated { by } } }"""

_SEEN = "(where: {edge: {label: {in: $labels}}, node: {label: {in: $labels}}})"
FIELDS = [(kind, way) for kind in ("CONTROLS", "OFFICER_OF", "REGISTERED_AT") for way in ("OUT", "IN")]

PEER_HOP = """query($id: ID!, $labels: [Int!]!) { entities(where: {id: {eq: $id}, label: {in: $labels}}) {
  id kind caption {links} } }""".replace(
    "{links}",
    " ".join(f"{kind}_{way}Connection{_SEEN} {{ edges {{ node {{ id kind caption }} }} }}" for kind, way in FIELDS),
)  # fmt: skip
"""A field a kind and direction: that is how the peer's schema says what an entity is linked to."""

PEER_GRAPH = """query($id: ID!, $labels: [Int!]!) {
  centre: entities(where: {id: {eq: $id}, label: {in: $labels}}) { id kind caption }
  around: entities(where: {label: {in: $labels},
    REGISTERED_AT_OUTConnection: {some: {edge: {label: {in: $labels}}, node: {id: {eq: $id}}}}}) {
    id kind caption {links} } }""".replace(
    "{links}",
    " ".join(f"{kind}_OUTConnection{_SEEN} {{ edges {{ node {{ id }} }} }}" for kind in ("CONTROLS", "OFFICER_OF")),
)  # fmt: skip
"""The peer's quickest form: nested from the hub through its connection, the same took half as long again."""

_ALL = "One client, a connection a server, until the answer is parsed; of it cpu: mean of the processes that serve it, Neo4j's included. Asked in turns, so that all meet the same load. The peer's filters name the 30 labels for nodes and links; it gives each episode of a link as an edge of its own, Clew the link once"
_HOP_NOTE = (
    f"p95. {_ALL}. Clew's answer names both ends of each link; every neighbour of every leaf was compared"
)
_GRAPH_NOTE = f"Median. {_ALL}. The peer is asked only for the kinds and directions that occur here, and not whether a link's other end is in the answer, which here it always is; a hub's own links follow from its filter. Nodes and links were compared one by one. Typed comes in pages of 1,000"


class _Server(NamedTuple):
    """Who is asked. processes: all that work on an answer."""

    ask: Ask
    processes: list[psutil.Process]

    def used(self) -> float:
        """Seconds of processors so far."""
        return sum(sum(process.cpu_times()[:2]) for process in self.processes)


class _Servers(NamedTuple):
    """The peer, and Clew over each store, by its name."""

    peer: _Server
    clews: dict[str, _Server]


_Question = tuple[_Server, Callable[[Ask, str], Any]]


class _Taken(NamedTuple):
    """Milliseconds. wall: of each call, ascending. cpu: mean a call."""

    wall: list[float]
    cpu: float


def run(workshop: Workshop) -> Iterator[Row]:
    with workshop.folder("http") as folder:
        workshop.say("installing @neo4j/graphql")
        program = install_peer(folder)
        with _servers(workshop, program, folder / "hops") as servers:
            asked = [mid.hex() for mid in made_graph.leaves(workshop.size.nodes, workshop.size.queries)]
            yield from _hops(servers, asked)
        size = workshop.size._replace(nodes=NODES, heap="1g")
        with (
            Workshop(folder, size, workshop.say) as small,
            _servers(small, program, folder / "answers") as servers,
        ):
            yield from _graphs(servers, made_graph.entity_id(NODES).hex())


@contextmanager
def _servers(workshop: Workshop, program: Path, data: Path) -> Iterator[_Servers]:
    """The workshop's graph, served: Clew over both stores, and the peer over the plain model beside the Neo4j store."""
    database, delta = psutil.Process(workshop.neo4j.pid), workshop.delta
    with (
        peer(program, workshop.neo4j.url) as theirs,
        clew(data, f"sqlite://{workshop.sqlite.store.path}", delta) as embedded,
        clew(data, workshop.neo4j.url, delta) as ours,
    ):
        workshop.say("asking over HTTP")
        yield _Servers(
            _Server(theirs.ask, [psutil.Process(theirs.pid), database]),
            {
                "SQLite": _Server(embedded.ask, [psutil.Process(embedded.pid)]),
                "Neo4j": _Server(ours.ask, [psutil.Process(ours.pid), database]),
            },
        )


def _hops(servers: _Servers, asked: list[str]) -> Iterator[Row]:
    for one in asked:
        expected = peer_neighbours(peer_hop(servers.peer.ask, one))
        for name, server in servers.clews.items():
            if (got := neighbours(hop(server.ask, one), one)) != expected:
                raise SystemExit(f"One hop from {one} over {name} differs: {got} and {expected}.")
    theirs, *ours = _in_turns(
        [(servers.peer, peer_hop), *((one, hop) for one in servers.clews.values())], asked
    )
    for name, taken in zip(servers.clews, ours, strict=True):
        yield Row(
            f"one hop from a leaf, {name}", "ms", at(taken.wall, 0.95), Target("≤", 1, of_peer=True), _PEER,
            at(theirs.wall, 0.95), _HOP_NOTE, taken.cpu, theirs.cpu,
        )  # fmt: skip


def _graphs(servers: _Servers, hub: str) -> Iterator[Row]:
    answer = of_peer(peer_graph(servers.peer.ask, hub))
    questions: list[_Question] = [(servers.peer, peer_graph)]
    bounds = list[tuple[str, float]]()
    for name, server in servers.clews.items():
        for form, question, read, bound in _FORMS:
            if (got := read(question(server.ask, hub))) != answer:
                raise SystemExit(f"The {form} answer over {name} differs: {got} and {answer}.")
            questions.append((server, question))
            bounds.append((f"{form} answer of {answer}, {name}", bound))
    for _ in range(_WARM):
        peer_graph(servers.peer.ask, hub)
    theirs, *ours = _in_turns(questions, [hub] * _ASKED)
    for (work, bound), taken in zip(bounds, ours, strict=True):
        yield Row(
            work, "ms", at(taken.wall, 0.5), Target("≤", bound, of_peer=True), _PEER, at(theirs.wall, 0.5), _GRAPH_NOTE,
            taken.cpu, theirs.cpu,
        )  # fmt: skip


def _in_turns(questions: Sequence[_Question], asked: Sequence[str]) -> list[_Taken]:
    """What each question takes, asked of one id after the other, everybody in turn."""
    wall, used = [list[float]() for _ in questions], [0.0] * len(questions)
    for one in asked:
        for number, (server, question) in enumerate(questions):
            before, start = server.used(), perf_counter()
            question(server.ask, one)
            wall[number].append((perf_counter() - start) * 1e3)
            used[number] += server.used() - before
    return [_Taken(sorted(took), cpu * 1e3 / len(asked)) for took, cpu in zip(wall, used, strict=True)]


def hop(ask: Ask, mid: str) -> dict[str, Any]:
    """One entity's surroundings as Clew tells them."""
    (around,) = ask(HOP, {"id": mid})["expand"]
    if around["truncated"]:
        raise SystemExit(f"{mid} is no leaf: its surroundings are cut.")
    found: dict[str, Any] = around
    return found


def neighbours(around: dict[str, Any], mid: str) -> set[tuple[str, ...]]:
    """(link kind, OUT or IN, id, kind, caption) of each neighbour in Clew's answer."""
    found = set[tuple[str, ...]]()
    for link in around["links"]:
        way, end = ("OUT", "target") if link["source"]["id"] == mid else ("IN", "source")
        found.add((link["kind"], way, *(link[end][field] for field in ("id", "kind", "caption"))))
    return found


def peer_hop(ask: Ask, mid: str) -> dict[str, Any]:
    """The same surroundings as the peer tells them."""
    return ask(PEER_HOP, {"id": mid, "labels": sorted(made_graph.VIEW.labels)})


def peer_graph(ask: Ask, hub: str) -> dict[str, Any]:
    """The hub's surroundings with the links among them, as the peer tells them."""
    return ask(PEER_GRAPH, {"id": hub, "labels": sorted(made_graph.VIEW.labels)})


def peer_neighbours(data: dict[str, Any]) -> set[tuple[str, ...]]:
    """The same of the peer's."""
    (entity,) = data["entities"]
    return {
        (kind, way, *(edge["node"][field] for field in ("id", "kind", "caption")))
        for kind, way in FIELDS
        for edge in entity[f"{kind}_{way}Connection"]["edges"]
    }


def of_peer(data: dict[str, Any]) -> Answer:
    """What the peer's answer to PEER_GRAPH says: that all around the centre are registered there follows from it."""
    (centre,), around = data["centre"], data["around"]
    links = {("REGISTERED_AT", node["id"], centre["id"]) for node in around} | {
        (kind, node["id"], edge["node"]["id"])
        for node in around
        for kind in ("CONTROLS", "OFFICER_OF")
        for edge in node[f"{kind}_OUTConnection"]["edges"]
    }
    return Answer({(node["id"], node["kind"], node["caption"]) for node in (centre, *around)}, links)


BENCHMARK = Benchmark("http", run)

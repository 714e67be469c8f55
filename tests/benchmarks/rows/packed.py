"""A graph answer of about 7,000 nodes and 26,000 links through GraphQL: packed columns beside typed objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import orjson

from api.schema import execute
from api.schema.paging import MOST
from api.settings import Settings
from graph.model import Revision
from tests.benchmarks import made_graph
from tests.benchmarks.bench import Benchmark, Row, Target, times
from tests.benchmarks.served import Scoped
from tests.benchmarks.workshop import Workshop

NODES = 7_400
"""Entities around the hub, of which the reader sees some 7,000."""

PACKED = """query($id: ID!) { graph(ids: [$id], around: 1, first: 10000) {
  ids kinds captions linkKinds sources targets weights skippedHubs truncated { by } revision } }"""

TYPED = """query($id: ID!, $first: Int!, $after: String) { neighbourhood(ids: [$id], first: $first, after: $after) {
  entities { id kind caption } links { id kind count source { id } target { id } } pageInfo { endCursor } revision } }"""

_TYPED = (
    f"Median, in process. Typed is the same graph in pages of {MOST:,}, the most that one typed answer lists"
)

Ask = Callable[[str, dict[str, Any]], dict[str, Any]]
"""Asks a question with its variables; gives its data."""


class Answer(NamedTuple):
    """A graph, in whatever form it came. nodes: id, kind, caption. links: kind, source, target."""

    nodes: set[tuple[str, str, str]]
    links: set[tuple[str, str, str]]

    def __str__(self) -> str:
        return f"{len(self.nodes):,} nodes, {len(self.links):,} links"


def packed(ask: Ask, hub: str) -> dict[str, Any]:
    """The hub's surroundings in columns."""
    columns: dict[str, Any] = ask(PACKED, {"id": hub})["graph"]
    return columns


def typed(ask: Ask, hub: str) -> list[dict[str, Any]]:
    """The hub's surroundings as typed objects, page after page."""
    pages = list[dict[str, Any]]()
    after: str | None = None
    while not pages or after is not None:
        pages.append(ask(TYPED, {"id": hub, "first": MOST, "after": after})["neighbourhood"])
        after = pages[-1]["pageInfo"]["endCursor"]
    return pages


def of_packed(columns: dict[str, Any]) -> Answer:
    """What a packed answer says."""
    ids = columns["ids"]
    return Answer(
        set(zip(ids, columns["kinds"], columns["captions"], strict=True)),
        {
            (kind, ids[source], ids[target])
            for kind, source, target in zip(
                columns["linkKinds"], columns["sources"], columns["targets"], strict=True
            )
        },
    )


def of_typed(pages: list[dict[str, Any]]) -> Answer:
    """What the pages of a typed answer say."""
    return Answer(
        {(node["id"], node["kind"], node["caption"]) for page in pages for node in page["entities"]},
        {
            (link["kind"], link["source"]["id"], link["target"]["id"])
            for page in pages
            for link in page["links"]
        },
    )


def run(workshop: Workshop) -> Iterator[Row]:
    workshop.say("a graph for one answer")
    with workshop.folder("packed") as folder:
        delta = made_graph.write(folder / "delta", NODES)
        service = Scoped(Settings(folder / "data"))
        try:
            for follower in (service.store, service.search):
                follower.apply(delta, Revision(1))
            yield _row(service, made_graph.entity_id(NODES).hex())
        finally:
            service.close()


def _row(service: Scoped, hub: str) -> Row:
    def ask(text: str, variables: dict[str, Any]) -> dict[str, Any]:
        answer = execute(service, text, variables)
        orjson.dumps(answer)
        if "errors" in answer:
            raise SystemExit(f"The service answers with {answer['errors'][:1]}.")
        data: dict[str, Any] = answer["data"]
        return data

    answer, other = of_packed(packed(ask, hub)), of_typed(typed(ask, hub))
    if answer != other:
        raise SystemExit(f"Packed and typed differ: {answer} and {other}.")
    slow = times([hub] * 5, lambda one: typed(ask, one), warm=1)
    fast = times([hub] * 9, lambda one: packed(ask, one), warm=1)
    target = Target("≤", 0.2, of_peer=True)
    return Row(
        f"packed answer of {answer}", "ms", fast.median, target, "typed answer", slow.median, _TYPED,
        fast.cpu_median, slow.cpu_median,
    )  # fmt: skip


BENCHMARK = Benchmark("packed", run)

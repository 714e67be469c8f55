"""One hop around entities: counts before nodes, a page of each bucket, and cursors for the rest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from graph.errors import InvalidValue
from graph.model import Entity, Truncation, View
from graph.reading import cursors
from graph.reading.answers import Expansion, NeighbourCount
from graph.reading.reach import Picks, links_to
from graph.reading.reading import Reading, unique
from graph.reading.survey import (
    Bucket,
    Surroundings,
    count,
    neighbours,
    survey,
    take,
)
from graph.store.base import Store

RANKS = ("ID",)


@dataclass(frozen=True, slots=True)
class Expand:
    """What to list. link_kinds: only these, all when empty. per_kind_limit: neighbours a bucket (link kind,
    direction, neighbour kind); 0 gives counts only. exclude: neighbours not to list; they stay counted.
    after: cursors of earlier truncations: of their entities only those buckets are listed, from where they
    were cut. rank: the order of neighbours; "ID" by entity id."""

    link_kinds: Collection[str] = ()
    per_kind_limit: int = 25
    exclude: Sequence[bytes] = ()
    after: Sequence[str] = ()
    rank: str = "ID"


def expand(store: Store, view: View, ids: Sequence[bytes], options: Expand) -> list[Expansion]:
    """See Graph.expand."""
    cursors.at_least("perKindLimit", options.per_kind_limit, 0)
    if options.rank not in RANKS:
        raise InvalidValue("rank", options.rank, f"one of {', '.join(RANKS)}")
    view, rest = _rest(view, options.after)
    reading = Reading(store, view)
    found = unique(reading.resolve([*ids, *rest]))
    hidden: set[bytes] = {entity.id for entity in reading.resolve(options.exclude) if entity is not None}
    resume = dict(zip(rest, reading.resolve(list(rest)), strict=True))
    places = {entity.id: rest[mid] for mid, entity in resume.items() if entity is not None}
    around = survey(reading, found, kinds=options.link_kinds)
    chosen = [
        _choose(reading, one, places.get(one.entity.id), hidden, options.per_kind_limit) for one in around
    ]
    reading.load({spot.comp for picks, _ in chosen for page in picks.values() for _, spot in page})
    return [_expansion(reading, one, *choice, options) for one, choice in zip(around, chosen, strict=True)]


def _choose(
    reading: Reading, around: Surroundings, places: dict[Bucket, bytes] | None, hidden: set[bytes], limit: int
) -> tuple[Picks, set[Bucket]]:
    """(what to list of each bucket, the buckets that have more)."""
    picks: Picks = {}
    more: set[Bucket] = set()
    for bucket in around.buckets if limit else ():
        if places is not None and bucket not in places:
            continue
        stream = neighbours(reading, around, [bucket], places[bucket] if places else None)
        picks[bucket], cut = take((item for item in stream if item[0] not in hidden), limit)
        if cut:
            more.add(bucket)
    return picks, more


def _expansion(
    reading: Reading, around: Surroundings, picks: Picks, more: set[Bucket], options: Expand
) -> Expansion:
    entity = around.entity
    nexts = {bucket: _cursor(reading.view, entity, bucket, picks[bucket][-1][0]) for bucket in more}
    totals = [(bucket, count(reading, around, bucket)) for bucket in around.buckets]
    counts = tuple(
        NeighbourCount(bucket.kind, "OUT" if bucket.out else "IN", bucket.nkind, total, nexts.get(bucket))
        for bucket, total in totals
        # A hub bucket may have none on a day; others are not even looked for then.
        if total.value
    )
    truncated = tuple(
        Truncation("perKindLimit", options.per_kind_limit, nexts[bucket])
        for bucket in sorted(more, key=lambda bucket: bucket.order)
    )
    return Expansion(entity, counts, links_to(reading, around, picks), truncated)


def _cursor(view: View, entity: Entity, bucket: Bucket, last: bytes) -> str:
    return cursors.cursor("expand", view, [entity.id.hex(), *bucket, last.hex()])


def _rest(view: View, after: Sequence[str]) -> tuple[View, dict[bytes, dict[Bucket, bytes]]]:
    """The cursors' one view, and by entity id the buckets to go on with, after which neighbour."""
    rest: dict[bytes, dict[Bucket, bytes]] = {}
    revisions = set()
    for text in after:
        revision, (mid, kind, out, nkind, last) = cursors.read("expand", text, [str, str, bool, str, str])
        bucket = Bucket(str(kind), bool(out), str(nkind))
        rest.setdefault(cursors.id_of(mid), {})[bucket] = cursors.id_of(last)
        revisions.add(revision)
    if len(revisions) > 1:
        raise InvalidValue("after", sorted(revisions), "cursors of one revision")
    return (replace(view, revision=revisions.pop()) if revisions else view), rest

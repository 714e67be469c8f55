"""The links of one kind and direction of one entity, over all kinds of neighbours: a page of them by neighbour id."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import islice

from graph.model import Total, Truncation, View
from graph.reading import cursors
from graph.reading.answers import Linked
from graph.reading.reach import Picks, links_to
from graph.reading.reading import Reading
from graph.reading.survey import Bucket, Spot, Surroundings, count, neighbours, survey
from graph.store.base import Store


def linked(
    store: Store, view: View, mid: bytes, kind: str, out: bool, after: str | None, limit: int
) -> Linked | None:
    """See Graph.linked."""
    cursors.at_least("limit", limit, 1)
    view, place = cursors.resume("linked", view, after, [str])
    reading = Reading(store, view)
    entity = reading.resolve([mid])[0]
    if entity is None:
        return None
    around = survey(reading, [entity], kinds=[kind])[0]
    buckets = [bucket for bucket in around.buckets if bucket.out == out]
    last = None if place is None else cursors.id_of(place[0])
    got = list(islice(_merged(reading, around, buckets, last), limit + 1))
    picks: Picks = {}
    for bucket, item in got[:limit]:
        picks.setdefault(bucket, []).append(item)
    by_neighbour = {
        (link.target if out else link.source).id: link for link in links_to(reading, around, picks)
    }
    links = tuple(by_neighbour[other] for other in sorted(by_neighbour))
    places = tuple(cursors.cursor("linked", view, [other.hex()]) for other in sorted(by_neighbour))
    totals = [count(reading, around, bucket) for bucket in buckets]
    total = Total(
        sum(each.value for each in totals), "GTE" if any(each.relation == "GTE" for each in totals) else "EQ"
    )
    cut = Truncation("limit", limit, places[-1]) if len(got) > limit else None
    return Linked(links, places, total, cut)


def _merged(
    reading: Reading, around: Surroundings, buckets: list[Bucket], after: bytes | None
) -> Iterator[tuple[Bucket, tuple[bytes, Spot]]]:
    """(bucket, neighbour) by neighbour id. An entity has one kind, so no neighbour is in two of the buckets."""

    def tagged(bucket: Bucket) -> Iterator[tuple[Bucket, tuple[bytes, Spot]]]:
        return ((bucket, item) for item in neighbours(reading, around, [bucket], after))

    return heapq.merge(*(tagged(bucket) for bucket in buckets), key=lambda pair: pair[1][0])

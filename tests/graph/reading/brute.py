"""What a reader should be told of a world, by loops over its mentions: no components, groups, counters or cursors."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from graph.model import Entity, Group, LabelId, Link, Mention, Pair
from graph.reading.among import Among
from graph.resolution.clusters import cluster
from tests.graph.reading.worlds import Said, Tie, World, an_id


class Brute:
    """One reader's world: `home` is the entity id of each mention, `members` its mentions."""

    def __init__(self, now: World, labels: Iterable[int], valid: date | None = None) -> None:
        self.now = now.seen(tuple(labels))
        alone = [
            Group(0, s.number, LabelId(s.label), s.mid, s.born, 1, s.kind, s.caption, s.authority, s.keys)
            for s in self.now.said.values()
        ]
        pairs = [
            Pair(
                0, 0, an_id(v.a), an_id(v.b), v.a, v.b, v.verdict, "judgement" if v.strength is None else "model",
                v.strength, v.id, LabelId(v.label), "{}",
            )
            for v in self.now.verdicts.values()
        ]  # fmt: skip
        found = cluster(alone, pairs)
        self.home = {group.grp: one.anchor for one in found for group in one.groups}
        self.members: dict[bytes, list[Said]] = {}
        for number, mid in self.home.items():
            self.members.setdefault(mid, []).append(self.now.said[number])
        self.links: dict[tuple[str, bytes, bytes], list[Tie]] = {}
        day = None if valid is None else valid.isoformat()
        for tie in self.now.ties.values():
            first, last = tie.valid
            if day is None or ((first or "") <= day and (last or "9999") >= day):
                key = (tie.kind, self.home[tie.source], self.home[tie.target])
                self.links.setdefault(key, []).append(tie)

    def entity(self, mid: bytes) -> tuple[bytes, str, str, int]:
        """(id, kind, caption, mentions); one that nobody gave a caption is called by its first key's value."""
        held = self.members[mid]
        _, _, caption, kind = min((s.caption == "", s.authority, s.caption, s.kind) for s in held)
        named = caption or next(
            (k.split(":", 1)[1].split("/")[-1] for k in sorted({k for s in held for k in s.keys})), ""
        )
        return mid, kind, named, len(held)

    def buckets(self, mid: bytes) -> dict[tuple[str, str, str], list[bytes]]:
        """Neighbours by (link kind, direction, kind), by id."""
        found: dict[tuple[str, str, str], set[bytes]] = {}
        for kind, source, target in self.links:
            for way, here, there in (("OUT", source, target), ("IN", target, source)):
                if here == mid:
                    found.setdefault((kind, way, self.entity(there)[1]), set()).add(there)
        return {bucket: sorted(near) for bucket, near in found.items()}

    def degree(self, mid: bytes) -> int:
        return sum(len(near) for near in self.buckets(mid).values())

    def near(self, mid: bytes) -> set[bytes]:
        return {other for near in self.buckets(mid).values() for other in near}

    def among(self, ids: Iterable[bytes]) -> set[tuple[str, bytes, bytes]]:
        """The links among some entities."""
        held = set(ids)
        return {key for key in self.links if {key[1], key[2]} <= held}

    def walk(self, starts: Iterable[bytes], hops: int, max_degree: int) -> list[tuple[int, bytes]]:
        """(hop, id) of everything up to some hops away, in order."""
        hop = dict.fromkeys(starts, 0)
        todo = deque(sorted(hop))
        while todo:
            mid = todo.popleft()
            if hop[mid] < hops and (hop[mid] == 0 or self.degree(mid) <= max_degree):
                for other in sorted(self.near(mid) - hop.keys()):
                    hop[other] = hop[mid] + 1
                    todo.append(other)
        return sorted((at, mid) for mid, at in hop.items())

    def paths(self, source: bytes, target: bytes, max_hops: int, max_degree: int) -> list[tuple[bytes, ...]]:
        """All shortest ways, by trying every way without a return."""
        found: list[tuple[bytes, ...]] = []
        ways: list[tuple[bytes, ...]] = [(source,)]
        while ways and not found:
            found = sorted(way for way in ways if way[-1] == target)
            ways = [
                (*way, other)
                for way in ways
                if len(way) <= max_hops and (len(way) == 1 or self.degree(way[-1]) <= max_degree)
                for other in self.near(way[-1]) - set(way)
            ]
        return found

    def steps(self, path: tuple[bytes, ...]) -> list[set[tuple[str, bytes, bytes]]]:
        """The links between each two of a path."""
        return [{key for key in self.links if {key[1], key[2]} == {a, b}} for a, b in pairwise(path)]


def brief(entity: Entity) -> tuple[bytes, str, str, int]:
    """An entity as Brute.entity tells it."""
    return entity.id, entity.kind, entity.caption, entity.mention_count


def shown(answer: Any) -> Any:
    """What leaves the class of an answer: without component, group and row numbers."""
    if isinstance(answer, Entity):
        return brief(answer)
    if isinstance(answer, Mention):
        return tuple(answer._replace(comp=0, grp=0))
    if isinstance(answer, Link):
        return [
            shown(each)
            for each in ("Link", answer.id, answer.count, answer.source, answer.target, answer.episodes)
        ]
    if is_dataclass(answer):
        return [type(answer).__name__, *(shown(getattr(answer, each.name)) for each in fields(answer))]
    if isinstance(answer, tuple | list | Among):
        return [shown(each) for each in answer]
    return answer

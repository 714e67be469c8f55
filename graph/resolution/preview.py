"""Consequences before adoption: which entities of a reader would merge or split, were a run of the models committed.

The run's decisions are projected in a transaction that is dropped, so what is told is what would be; the entities before and
after are worked out as for any reader (clusters.py), in the components that change.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from graph.model import Entity, Group, LabelId, Pair
from graph.projection import Trial
from graph.reading.reading import entity_of
from graph.resolution.clusters import cluster

MERGE: Final = "merge"
SPLIT: Final = "split"
REGROUP: Final = "regroup"
"""Several entities become several others: mentions move."""


@dataclass(frozen=True, slots=True)
class Part:
    """An entity before or after. size: mentions that the reader sees."""

    id: str
    kind: str
    caption: str
    size: int


@dataclass(frozen=True, slots=True)
class Said:
    """What a model says of a pair. bits: None where it weighed nothing; against: why it was not followed."""

    verdict: str
    bits: float | None
    against: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A pair of mentions that makes a change; before or after: None where no decision stands. comparisons: bits by name,
    as they would be, or were where nothing would be said any more."""

    a: str
    b: str
    by: str
    before: Said | None
    after: Said | None
    comparisons: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Change:
    """what: merge, split or regroup. moved: mentions that would not stay with the largest part."""

    what: str
    moved: int
    before: tuple[Part, ...]
    after: tuple[Part, ...]
    because: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """counts: of all changes, by what; changes: the first `limit` of them, those that move most first."""

    counts: Mapping[str, int]
    changes: tuple[Change, ...]
    limit: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def preview(trial: Trial | None, labels: Iterable[LabelId], limit: int) -> Preview:
    """What a reader who sees some labels would see change; trial: None when nothing would be decided."""
    if trial is None:
        return Preview({MERGE: 0, SPLIT: 0, REGROUP: 0}, (), limit)
    seen = ", ".join(str(int(label)) for label in sorted(labels)) or "NULL"
    comps = trial.after.sql("SELECT comp FROM t_comp_old").to_arrow_table()
    trial.before.register("v_touched", comps)
    touched = "comp IN (SELECT comp FROM v_touched)"
    before = _State(trial.before, f"(SELECT * FROM grp WHERE {touched} AND label IN ({seen}))", seen)
    after = _State(trial.after, f"(SELECT * FROM t_grp_now WHERE label IN ({seen}))", seen)
    trial.before.unregister("v_touched")
    changed = _changed(trial, before, after)
    ties = _ties(trial, before, after)
    changes = [_change(before, after, *sides, ties) for sides in changed]
    changes.sort(key=lambda change: (-change.moved, change.before[0].id))
    counts = Counter({MERGE: 0, SPLIT: 0, REGROUP: 0})
    counts.update(change.what for change in changes)
    return Preview(dict(counts), tuple(changes[:limit]), limit)


class _State:
    """The entities of the touched components, before or after. of: by group; ends: pairs by (a, b, decider)."""

    def __init__(self, con: duckdb.DuckDBPyConnection, groups: str, seen: str) -> None:
        by_comp: dict[int, list[Group]] = {}
        for row in con.execute(
            f"SELECT comp, grp, label, anchor, born, n, kind, caption, authority, keys FROM {groups}"
        ).fetchall():
            by_comp.setdefault(row[0], []).append(Group._make((*row[:-1], tuple(row[-1]))))
        of_comp = {group.grp: comp for comp, held in by_comp.items() for group in held}
        pairs: dict[int, list[Pair]] = {}
        self.ends: dict[tuple[bytes, bytes, str], Pair] = {}
        for row in con.execute(
            f"""SELECT x.mid, y.mid, x.grp, y.grp, p.verdict, p.decider, p.strength, p.id, p.label, p.reason FROM pair p
                JOIN men x ON x.mno = p.a JOIN men y ON y.mno = p.b
                WHERE x.alive AND y.alive AND p.label IN ({seen})
                  AND x.grp IN (SELECT grp FROM {groups}) AND y.grp IN (SELECT grp FROM {groups})"""
        ).fetchall():
            pair = Pair(of_comp[row[2]], of_comp[row[3]], *row)
            self.ends[pair.a, pair.b, pair.by] = pair
            for comp in {pair.comp, pair.other}:
                pairs.setdefault(comp, []).append(pair)
        self.entities: dict[bytes, Entity] = {}
        self.of: dict[int, bytes] = {}
        for comp, held in by_comp.items():
            for found in cluster(held, pairs.get(comp, [])):
                entity = entity_of(comp, found.groups, whole=False)
                self.entities[entity.id] = entity
                self.of |= {group.grp: entity.id for group in found.groups}

    def part(self, one: bytes) -> Part:
        entity = self.entities[one]
        return Part(one.hex(), entity.kind, entity.caption, sum(group.n for group in entity.groups))


def _changed(
    trial: Trial, before: _State, after: _State
) -> list[tuple[list[bytes], list[bytes], dict[tuple[bytes, bytes], int]]]:
    """(entities before, entities after, mentions by both) of each change: what shares mentions, more than one to one."""
    was = trial.before.sql(
        "SELECT mno, grp FROM men WHERE alive AND grp IN (SELECT unnest(?::BIGINT[]))",
        params=[list(before.of)],
    ).to_arrow_table()
    trial.after.register("v_was", was)
    rows = trial.after.execute(
        """SELECT w.grp, m.grp, count(*) FROM v_was w JOIN men m ON m.mno = w.mno WHERE m.alive GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    trial.after.unregister("v_was")
    shared: Counter[tuple[bytes, bytes]] = Counter()
    for old, new, n in rows:
        shared[before.of[old], after.of[new]] += n
    later: dict[bytes, list[bytes]] = {}
    earlier: dict[bytes, list[bytes]] = {}
    for old, new in shared:
        later.setdefault(old, []).append(new)
        earlier.setdefault(new, []).append(old)
    found, done = [], set[bytes]()
    for start in sorted(later):
        if start in done:
            continue
        olds, news, left = [start], list[bytes](), [start]
        done.add(start)
        while left:
            for new in later[left.pop()]:
                if new not in news:
                    news.append(new)
                    fresh = [old for old in earlier[new] if old not in done]
                    done.update(fresh)
                    olds += fresh
                    left += fresh
        if len(olds) > 1 or len(news) > 1:
            both = {(old, new): shared[old, new] for old in olds for new in later[old]}
            found.append((sorted(olds), sorted(news), both))
    return found


def _ties(trial: Trial, before: _State, after: _State) -> dict[bytes, list[Tie]]:
    """By entity before: the pairs of whose ends one more, or no more, is one entity, as the decision on them says."""
    mids = sorted({mid for state in (before, after) for end in state.ends for mid in end[:2]})
    was, now = _places(trial.before, before, mids), _places(trial.after, after, mids)
    found: dict[bytes, list[Tie]] = {}
    for key in sorted(before.ends.keys() | after.ends.keys()):
        old, new = before.ends.get(key), after.ends.get(key)
        verdicts = old.verdict if old else "", new.verdict if new else ""
        together, then = was[key[0]] == was[key[1]], now[key[0]] == now[key[1]]
        # Joined by a SAME that comes or a DIFFERENT that goes, parted the other way round.
        apart, joined = verdicts if then else verdicts[::-1]
        if together != then and verdicts[0] != verdicts[1] and (joined == "SAME" or apart == "DIFFERENT"):
            reason = _reason((new or before.ends[key]).reason)
            tie = Tie(key[0].hex(), key[1].hex(), key[2], _said(old), _said(new), reason.get("bits", {}))
            for one in {was[key[0]], was[key[1]]}:
                found.setdefault(one, []).append(tie)
    return found


def _places(con: duckdb.DuckDBPyConnection, state: _State, mids: Sequence[bytes]) -> dict[bytes, bytes]:
    """The entity of each of some visible mentions."""
    rows = con.execute(
        "SELECT mid, grp FROM men WHERE alive AND mid IN (SELECT unnest(?::BLOB[]))", [list(mids)]
    ).fetchall()
    return {mid: state.of[grp] for mid, grp in rows}


def _said(pair: Pair | None) -> Said | None:
    if pair is None:
        return None
    return Said(pair.verdict, pair.strength, str(_reason(pair.reason).get("against", "")))


def _reason(text: str) -> dict[str, Any]:
    told = json.loads(text or "[]")
    return told[0] if isinstance(told, list) and told else {}


def _change(
    before: _State,
    after: _State,
    olds: Sequence[bytes],
    news: Sequence[bytes],
    shared: Mapping[tuple[bytes, bytes], int],
    ties: Mapping[bytes, Sequence[Tie]],
) -> Change:
    what = MERGE if len(news) == 1 else SPLIT if len(olds) == 1 else REGROUP
    because = {(tie.a, tie.b, tie.by): tie for one in olds for tie in ties.get(one, ())}
    return Change(
        what,
        sum(shared.values()) - max(shared.values()),
        tuple(before.part(one) for one in olds),
        tuple(after.part(one) for one in news),
        tuple(because[key] for key in sorted(because)),
    )

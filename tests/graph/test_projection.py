"""The projection against a slow oracle that works everything out from scratch after every revision."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from graph.evidence import mention_id
from graph.ledger import Judgement
from graph.model import LabelId, Revision
from graph.projection import Projection, Revised
from graph.tables import HUB
from tests.graph.batches import L, M, R, write_batch
from tests.graph.followed import SECRET, SOURCES, Rows


class Oracle:
    """Latest records, judgements and decisions; components and rows by brute force."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], tuple[tuple[str, int], R]] = {}
        self.born: dict[bytes, int] = {}
        self.judgements: dict[str, Judgement] = {}

    def ingest(self, source: str, records: list[R], revision: int) -> None:
        latest: dict[str, R] = {}
        for r in records:
            if r.key not in latest or (r.day, r.timepoint) >= (latest[r.key].day, latest[r.key].timepoint):
                latest[r.key] = r
        for key, r in latest.items():
            held = self.records.get((source, key))
            if held is None or (r.day, r.timepoint) >= held[0]:
                content = (
                    held[1]
                    if held
                    and (held[1].put, repr(held[1].mentions), repr(held[1].links))
                    == (r.put, repr(r.mentions), repr(r.links))
                    else r
                )
                self.records[source, key] = ((r.day, r.timepoint), content)
                for m in r.mentions if r.put else ():
                    self.born.setdefault(mention_id(SECRET, source, key, m.slot), revision)

    def expected(self) -> dict[str, Any]:
        alive: dict[bytes, tuple[int, M]] = {}
        links = []
        for (source, key), (_, r) in self.records.items():
            if r.put:
                ids = {m.slot: mention_id(SECRET, source, key, m.slot) for m in r.mentions}
                alive.update({ids[m.slot]: (SOURCES[source].label, m) for m in r.mentions})
                links += [
                    (link, ids[link.source], ids[link.target], SOURCES[source].label) for link in r.links
                ]
        paired = {x for j in self.judgements.values() for x in (j.a, j.b)}
        group = {
            mid: (mid,) if mid in paired or not m.keys else (label, *sorted(set(m.keys)))
            for mid, (label, m) in alive.items()
        }
        parent = {mid: mid for mid in alive}

        def find(x: bytes) -> bytes:
            while parent[x] != x:
                x = parent[x]
            return x

        holders = defaultdict(list)
        for mid, (_, m) in alive.items():
            for k in m.keys:
                holders[k].append(mid)
        for together in holders.values():
            for other in together[1:]:
                parent[find(other)] = find(together[0])
        standing = [j for j in self.judgements.values() if j.a in alive and j.b in alive]
        for j in standing:
            if j.verdict == "SAME":
                parent[find(j.a)] = find(j.b)
        comps = defaultdict(set)
        for mid in alive:
            comps[find(mid)].add(mid)
        of = {mid: frozenset(members) for members in comps.values() for mid in members}

        def order(mid: bytes) -> tuple[int, bytes]:
            return (self.born[mid], mid)

        def anchor(mid: bytes) -> bytes | None:
            members = of[mid]
            labels = {alive[m][0] for m in members}
            odd = any(
                j.a in members
                and j.b in members
                and (j.verdict == "DIFFERENT" or (j.verdict == "SAME" and j.label not in (0, *labels)))
                for j in standing
            )
            return None if len(labels) > 1 or odd else min(members, key=order)

        counters: dict[tuple[Any, ...], set[frozenset[bytes]]] = defaultdict(set)
        for link, a, b, label in links:
            if anchor(b):
                counters[of[a], label, True, link.kind].add(of[b])
            if anchor(a):
                counters[of[b], label, False, link.kind].add(of[a])
        return {
            "comps": set(of.values()),
            "groups": {frozenset(m for m in alive if group[m] == g) for g in group.values()},
            "anchors": {mid: anchor(mid) for mid in alive},
            "links": sorted(
                (link.kind, a, b, link.valid_from or "", anchor(a) or b"", anchor(b) or b"")
                for link, a, b, _ in links
            ),
            "pairs": sorted((j.id, j.verdict) for j in standing),
            "counters": {(*k[:3], k[3], len(v)) for k, v in counters.items() if len(v) >= HUB},
            "docs": sorted(
                (
                    anchor(next(iter(c))) or b"",
                    tuple(sorted({alive[m][1].name for m in c if alive[m][1].name})),
                )
                for c in set(of.values())
                if anchor(next(iter(c)))
            ),
        }


def held(rows: Rows, revision: int) -> dict[str, Any]:
    """The same facts from the projected rows of one revision."""
    mentions = rows.live("mentions", revision)
    groups = {g["grp"]: g for g in rows.live("groups", revision)}
    members, grouped = defaultdict(set), defaultdict(set)
    for m in mentions:
        assert groups[m["grp"]]["comp"] == m["comp"], "a mention is where its group is"
        members[m["comp"]].add(m["mid"])
        grouped[m["grp"]].add(m["mid"])
    for g in groups.values():
        inside = grouped[g["grp"]]
        assert g["n"] == len(inside)
        assert (g["born"], g["anchor"]) == min(
            (m["born"], m["mid"]) for m in mentions if m["grp"] == g["grp"]
        )
    keys = sorted((k["key"], k["grp"], k["comp"], k["label"]) for k in rows.live("keys", revision))
    assert keys == sorted(
        (k, g["grp"], g["comp"], g["label"]) for g in groups.values() for k in json.loads(g["keys"])
    )
    of = {mid: frozenset(inside) for inside in members.values() for mid in inside}
    place = {m["mid"]: (m["comp"], m["grp"]) for m in mentions}
    links = rows.live("links", revision)
    anchors: dict[bytes, bytes | None] = {}
    for link in links:
        for end in ("from", "to"):
            assert place[link[f"{end}_mid"]] == (link[f"{end}_comp"], link[f"{end}_grp"])
            anchors[link[f"{end}_mid"]] = link[f"{end}_anchor"]
    for p in rows.live("pairs", revision):
        assert (place[p["a"]], place[p["b"]]) == ((p["comp"], p["grp_a"]), (p["other"], p["grp_b"]))
    docs = rows.live("docs", revision)
    for d in docs:
        if d["anchor"]:
            anchors[d["anchor"]] = d["anchor"]
    by_comp = {comp: frozenset(inside) for comp, inside in members.items()}
    return {
        "comps": set(of.values()),
        "groups": {frozenset(g) for g in grouped.values()},
        "anchors": anchors,
        "links": sorted(
            (
                x["kind"],
                x["from_mid"],
                x["to_mid"],
                x["valid_from"] or "",
                x["from_anchor"] or b"",
                x["to_anchor"] or b"",
            )
            for x in links
        ),
        "pairs": sorted((p["id"], p["verdict"]) for p in rows.live("pairs", revision)),
        "counters": {
            (by_comp[c["comp"]], c["label"], c["out"], c["kind"], c["n"])
            for c in rows.live("counters", revision)
        },
        "docs": sorted((d["anchor"], tuple(d["names"])) for d in docs if d["anchor"]),
    }


def random_record(rng: random.Random, hub: bool) -> R:
    key = f"r{rng.randrange(400 if hub else 30)}"
    day = f"2020-01-{rng.randrange(1, 28):02d}"
    if rng.random() < 0.1:
        return R(key, day, put=False, timepoint=rng.randrange(3))
    pool = [f"k{n}" for n in range(900 if hub else 12)]
    keys = tuple(sorted(rng.sample(pool, rng.choice([0, 1, 1, 1, 2]))))
    thing = M("thing", "Company", keys, f"name {rng.randrange(6)}")
    hub_key = "hub" if hub else rng.choice(["hub", "other"])
    place = M("place", "Address", (f"address:{hub_key}",), hub_key)
    links = (
        (L("AT", "thing", "place", valid_from=rng.choice([None, "2001-01-01"])),)
        if rng.random() < 0.9
        else ()
    )
    return R(key, day, (thing, place), links, timepoint=rng.randrange(3))


@pytest.mark.parametrize("seed", range(4))
def test_every_revision_equals_working_it_out_from_scratch(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    projection, oracle, rows = Projection(tmp_path / "state.duckdb", SECRET), Oracle(), Rows()
    expected = {}
    for revision in range(1, 21):
        delta = tmp_path / f"d{revision}"
        standing = sorted(j for j in oracle.judgements)
        choice = rng.random()
        if choice < 0.2 and len(oracle.born) > 2:
            a, b = sorted(rng.sample(sorted(oracle.born), 2))
            judgement = Judgement(
                f"j{revision}",
                a,
                b,
                rng.choice(["SAME", "SAME", "DIFFERENT", "UNSURE"]),
                LabelId(rng.choice([0, 1])),
                "me",
                "",
                Revision(revision),
            )
            oracle.judgements[judgement.id] = judgement
            projection.project(Revised(revision, judged=(judgement,)), delta)
        elif choice < 0.3 and standing:
            undone = rng.choice(standing)
            del oracle.judgements[undone]
            projection.project(Revised(revision, undone=(undone,)), delta)
        else:
            source = rng.choice(sorted(SOURCES))
            hub = seed % 2 == 1 and rng.random() < 0.5
            records = [random_record(rng, hub) for _ in range(rng.choice([150] if hub else [1, 3, 10]))]
            oracle.ingest(source, records, revision)
            projection.project(
                Revised(revision, SOURCES[source], write_batch(tmp_path / f"b{revision}", records)), delta
            )
        projection.commit()
        rows.apply(delta, revision)
        expected[revision] = oracle.expected()
    for revision, facts in expected.items():
        found = held(rows, revision)
        anchors = found.pop("anchors")
        right = dict(facts)
        true_anchors = right.pop("anchors")
        assert {mid: true_anchors[mid] for mid in anchors} == anchors, revision
        assert found == right, revision
    assert sum(len(f["counters"]) for f in expected.values()) > 0 or seed % 2 == 0

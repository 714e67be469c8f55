"""The made-up world in batches with `clew resolve` after them, in any order, ends in the clusters of one run with --full.

The issue's measure is a share of clusters of several mentions that may differ, each with its reason; here none does.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from api.intake import Intake
from api.service import Service
from api.settings import Settings
from graph.access import PUBLIC, AccessLabel
from graph.directory import Directory
from graph.model import Group, Pair
from graph.projection.schema import connect
from graph.resolution.clusters import cluster
from graph.resolution.decide import decide
from tests.world import generate
from tests.world.plan import FAMILIES

HERON, WREN = AccessLabel(case="op-heron"), AccessLabel(case="op-wren")
SEES: tuple[tuple[AccessLabel, ...], ...] = ((), (HERON,), (WREN,), (HERON, WREN))
"""Readers, by what they see beside what is public."""
FEW = ("BasicCompany", "Prod195", "psc-", "stream", "book_00000", "book_00001", "discord_g00000_general")
MANY = (*FEW, "book_", "discord_", "aircraft", "poi_l")

Clusters = dict[frozenset[bytes], str]


def label_of(path: Path, labelled: bool) -> AccessLabel:
    """Controllers are of one case, chats of another, phone books of either or public."""
    if not labelled:
        return AccessLabel()
    if path.name.startswith("book_"):
        return (AccessLabel(), HERON, WREN)[sum(path.name.encode()) % 3]
    return (
        WREN if path.name.startswith("psc-") else HERON if path.name.startswith("discord") else AccessLabel()
    )


def taken_in(root: Path, batches: Sequence[Sequence[Path]], *, labelled: bool, anew: bool) -> Path:
    """A data directory into which batches of files were ingested, with `clew resolve` after each; anew: with --full. Nothing follows it."""
    root.mkdir(parents=True)
    (root / "secret").write_text("ab" * 32, encoding="ascii")
    service = Service(Settings(data=root, store="sqlite:///"))
    service.directory = Directory(root, match=decide)
    for batch in batches:
        for path in batch:
            for report in service.ingest(path, Intake(label=label_of(path, labelled))):
                assert "refused" not in report, report
        service.resolve(anew=anew)
    assert service.resolve(anew=True)["revision"] is None, "a run with --full would decide otherwise"
    service.close()
    return root


def clusters(root: Path, sees: Sequence[AccessLabel]) -> Clusters:
    """The entities of several mentions as a reader sees them, with the kind of their oldest one."""
    numbers = {label: number for number, label in Directory(root).ledger.labels()}
    seen = ", ".join(str(int(n)) for n in (PUBLIC, *(numbers[label] for label in sees if label in numbers)))
    with closing(connect(root / "state.duckdb")) as con:
        groups, pairs = defaultdict[int, list[Group]](list), defaultdict[int, list[Pair]](list)
        for row in con.execute(
            f"SELECT comp, grp, label, anchor, born, n, kind, caption, authority, keys FROM grp WHERE label IN ({seen})"
        ).fetchall():
            groups[row[0]].append(Group._make((*row[:-1], tuple(row[-1]))))
        comp = {group.grp: of for of, held in groups.items() for group in held}
        for row in con.execute(
            f"""SELECT x.mid, y.mid, x.grp, y.grp, p.verdict, p.decider, p.strength, p.id, p.label, p.reason FROM pair p JOIN men x ON x.mno = p.a
                JOIN men y ON y.mno = p.b WHERE x.alive AND y.alive AND p.label IN ({seen}) AND x.label IN ({seen}) AND y.label IN ({seen})"""
        ).fetchall():
            for of in {comp[row[2]], comp[row[3]]}:
                pairs[of].append(Pair(comp[row[2]], comp[row[3]], *row))
        members = defaultdict[int, set[bytes]](set)
        for mid, grp in con.execute(f"SELECT mid, grp FROM men WHERE alive AND label IN ({seen})").fetchall():
            members[grp].add(mid)
    found: Clusters = {}
    for of, held in groups.items():
        for one in cluster(held, pairs[of]):
            mids = frozenset[bytes]().union(*(members[group.grp] for group in one.groups))
            if len(mids) > 1:
                found[mids] = one.groups[0].kind
    return found


def orders(files: Sequence[Path], seed: int) -> Iterator[list[list[Path]]]:
    """Backwards three at once, then shuffled by five, then shuffled one by one for the last few."""
    draw = random.Random(seed)
    backwards, first, second = list(files)[::-1], *(draw.sample(list(files), len(files)) for _ in range(2))
    yield [backwards[n : n + 3] for n in range(0, len(files), 3)]
    yield [first[n : n + 5] for n in range(0, len(files), 5)]
    yield [second[:-4], *([path] for path in second[-4:])]


@pytest.mark.parametrize(
    ("companies", "months", "names", "labelled", "how_many"),
    [
        pytest.param(200, 1, FEW, True, 1, id="few"),
        *(
            pytest.param(300, months, MANY, labelled, 3, id=f"{months} months{' of cases' * labelled}", marks=pytest.mark.soak)
            for months in (1, 2)
            for labelled in (False, True)
        ),
    ],
)  # fmt: skip
def test_batches_in_any_order_end_in_the_clusters_of_one_full_run(
    tmp_path: Path, companies: int, months: int, names: tuple[str, ...], labelled: bool, how_many: int
) -> None:
    world = generate(tmp_path / "world", companies, seed=11, months=months, families=FAMILIES).out
    files = [path for path in sorted(world.iterdir()) if path.name.startswith(names)]
    at_once = taken_in(tmp_path / "at once", [files], labelled=labelled, anew=True)
    wanted = {sees: clusters(at_once, sees) for sees in (SEES if labelled else SEES[:1])}
    for number, batches in enumerate(list(orders(files, companies))[:how_many]):
        root = taken_in(tmp_path / f"batches {number}", batches, labelled=labelled, anew=False)
        for sees, whole in wanted.items():
            found = clusters(root, sees)
            differ = [sorted(map(bytes.hex, mids)) for mids in found.keys() ^ whole.keys()]
            kinds = Counter(whole.values())
            print(f"{len(batches)} batches, {sees}: {len(whole)} clusters ({kinds}), {len(differ)} differ")
            assert differ == []
    kinds = Counter(wanted[SEES[3] if labelled else ()].values())
    assert {kind for kind, n in kinds.items() if n >= 10} >= {"Person", "Company", "Address", "Account"}
    decided = deciders(at_once)
    assert decided["person-1"] > 20
    assert decided["organisation-1"] + decided["address-1"] > 0


def deciders(root: Path) -> Counter[str]:
    """SAME pairs that stand, by the model that decided them."""
    with closing(connect(root / "state.duckdb")) as con:
        return Counter(
            dict(
                con.execute("SELECT decider, count(*) FROM pair WHERE verdict = 'SAME' GROUP BY 1").fetchall()
            )
        )

"""The records and the truth of a set, as texts. What cannot be read is a reject, counted and told; the rest goes on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from graph.errors import Refused
from graph.resolution.evaluate.tables import Asked, Reject, Texts, bounded, rows
from graph.resolution.evaluate.truth_file import TruthFile

_NOTHING: Final = frozenset(
    ["", "-", "--", "?", "N/A", "NA", "NAN", "NULL", "NONE", "UNKNOWN", "NOT KNOWN", "NOT STATED", "REFUSED", "<NA>", "#N/A"]
)  # fmt: skip
"""What tables write where they have nothing to say."""


@dataclass(slots=True)
class Records:
    """Rows in the order of the files. values: by column (ours; other_1, other_2 …), of each row the texts it states.

    pairs: of places of rows that are truly one; clusters: of each row, "" where it is not told."""

    ids: list[str] = field(default_factory=list)
    file: list[int] = field(default_factory=list)
    values: dict[str, list[Texts]] = field(default_factory=dict)
    clusters: list[str] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)


def read(said: TruthFile) -> Records:
    """The records of a set with their truth; raises Refused where a whole file is not as truth.toml says."""
    found = Records()
    targets = _targets(said)
    found.values = {name: [] for name in dict.fromkeys(targets.values())}
    places: list[dict[str, int]] = []
    asked = Asked(frozenset(filter(None, (said.id, said.cluster))), frozenset(targets))
    for number in range(len(said.records)):
        # Ids of one file: two files that are linked may count their rows alike.
        if not places or said.task == "link":
            places.append({})
        _take(found, said, number, targets, asked, places[-1])
    asked.complete(said.records[-1], asked.mapped - asked.seen, asked.known)
    if len(found) == 0:
        raise Refused(f"{said.folder} holds no record that can be read.", remedy=_first(found.rejects))
    if said.pairs:
        _pairs(found, said, places[0], places[-1])
    return found


def _targets(said: TruthFile) -> dict[str, str]:
    """Their column -> ours; what is compared as text keeps apart."""
    found: dict[str, str] = {}
    others = 0
    for theirs, ours in said.columns:
        if ours == "other":
            others += 1
            ours = f"other_{others}"
        found[theirs] = ours
    return found


def _take(
    found: Records,
    said: TruthFile,
    number: int,
    targets: dict[str, str],
    asked: Asked,
    places: dict[str, int],
) -> None:
    path = said.records[number]
    pattern = re.compile(said.pattern) if said.pattern else None
    for row, held in rows(path, said, asked, found.rejects):
        key = " ".join(held.get(said.id, ())) if said.id else str(row)
        if not key or key in places:
            why = "an earlier row has this id; ids must differ" if key else "the row has no id"
            found.rejects.append(Reject(path.name, row, said.id, key, f"Left out: {why}."))
            continue
        places[key] = len(found.ids)
        found.ids.append(key)
        found.file.append(number)
        if said.cluster:
            cluster = " ".join(held.get(said.cluster, ()))
            match = pattern.search(cluster) if pattern else None
            found.clusters.append((match[1] or "" if match else "") if pattern else cluster)
            if not found.clusters[-1]:
                found.rejects.append(Reject(path.name, row, said.cluster, cluster, "Kept as one of its own: it names no cluster."))  # fmt: skip
        stated: dict[str, Texts] = {}
        for theirs, ours in targets.items():
            texts = tuple(text for text in held.get(theirs, ()) if text.upper() not in _NOTHING)
            stated[ours] = stated.get(ours, ()) + bounded(path, row, theirs, texts, found.rejects)
        for ours, texts in stated.items():
            found.values[ours].append(texts)


def _pairs(found: Records, said: TruthFile, left: dict[str, int], right: dict[str, int]) -> None:
    assert said.pairs is not None
    # Where no id is in both files, an id tells its file, whichever column it stands in.
    anywhere = left | right if left.keys().isdisjoint(right) else {}
    stated = 0
    for row, held in rows(said.pairs, said, Asked(frozenset((said.left, said.right))), found.rejects):
        stated += 1
        ends = []
        for column, places in ((said.left, left), (said.right, right)):
            key = " ".join(held.get(column, ()))
            place = places.get(key, anywhere.get(key))
            if place is None:
                which = "no record that was read" if anywhere or left is right else "no record of its file"
                found.rejects.append(Reject(said.pairs.name, row, column, key, f"Left out: {which} has this id."))  # fmt: skip
                break
            ends.append(place)
        if len(ends) == 2 and ends[0] == ends[1]:
            found.rejects.append(Reject(said.pairs.name, row, said.right, found.ids[ends[0]], "Left out: a record is one with itself anyway."))  # fmt: skip
        elif len(ends) == 2:
            found.pairs.append((min(ends), max(ends)))
    if stated and not found.pairs:
        raise Refused(
            f"{said.pairs}: none of {stated} pairs names two records that were read.",
            remedy=f"Look whether `left` ({said.left}) is of the first file and `right` ({said.right}) of the last, and `id` ({said.id}).",
        )


def _first(rejects: list[Reject]) -> str:
    return f"The first of {len(rejects)} rejects: {rejects[0]}" if rejects else "The files are empty."

"""What remains of components' links when hub keys are skipped, as ranges an index can seek.

A hub's skipped neighbours may be a million links: reading and dropping them would cost what they cost. The ranges
go around them, so a hub costs what is left of it. (Its skipped links that another component's ranges meet are
dropped one by one: skip_out, skip_in.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from graph.store.base import HubKey

_LOW: Final = ""
_HIGH: Final = "\U0010ffff"
"""Kinds are names: all sort between these two."""


def outside(comps: Sequence[int], skip: Iterable[HubKey]) -> dict[str, list[int] | list[list[int | str]]]:
    """The parameters of read_links_past_hubs.cypher: for each component and direction, whole or around what is skipped."""
    skipped: dict[tuple[int, bool], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    keys: dict[bool, list[list[int | str]]] = {True: [], False: []}
    for comp, out, kind, nkind in sorted(set(skip)):
        skipped[comp, out][kind].add(nkind)
        keys[out].append([comp, kind, nkind])
    both: list[int] = []
    whole: dict[bool, list[int]] = {True: [], False: []}
    mixed: dict[bool, list[int]] = {True: [], False: []}
    kinds: dict[bool, list[list[int | str]]] = {True: [], False: []}
    nkinds: dict[bool, list[list[int | str]]] = {True: [], False: []}
    for comp in sorted(set(comps)):
        if (comp, True) not in skipped and (comp, False) not in skipped:
            both.append(comp)
            continue
        for out in (True, False):
            if (comp, out) not in skipped:
                whole[out].append(comp)
                continue
            mixed[out].append(comp)
            kinds[out] += [[comp, *gap] for gap in _gaps(skipped[comp, out])]
            for kind, of_kind in sorted(skipped[comp, out].items()):
                nkinds[out] += [[comp, kind, *gap] for gap in _gaps(of_kind)]
    return {
        "both": both,
        "out": whole[True],
        "in": whole[False],
        "out_kinds": kinds[True],
        "in_kinds": kinds[False],
        "out_nkinds": nkinds[True],
        "in_nkinds": nkinds[False],
        "out_mixed": mixed[True],
        "in_mixed": mixed[False],
        "skip_out": keys[True],
        "skip_in": keys[False],
    }


def _gaps(names: Iterable[str]) -> list[tuple[str, str]]:
    """The open intervals between names."""
    return list(pairwise([_LOW, *sorted(names), _HIGH]))

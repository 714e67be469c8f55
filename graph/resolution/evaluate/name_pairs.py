"""Pairs of names with a yes or no: how well `likeness` ranks them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from graph.errors import Refused
from graph.resolution.evaluate.tables import Asked, Reject, bounded, rows
from graph.resolution.evaluate.truth_file import TruthFile
from graph.resolution.name_likeness import likeness

_YES: Final = frozenset(("true", "yes", "y", "1", "t", "match"))
_NO: Final = frozenset(("false", "no", "n", "0", "f", ""))


@dataclass(frozen=True, slots=True)
class Ranking:
    """average_precision: over the ranking, pairs of one likeness at once. best_f1: over all thresholds, at best_at."""

    pairs: int
    true_pairs: int
    average_precision: float
    best_f1: float
    best_at: float
    seconds: float

    def told(self) -> dict[str, Any]:
        return {
            "pairs": self.pairs,
            "true_pairs": self.true_pairs,
            "average_precision": round(self.average_precision, 4),
            "best_f1": round(self.best_f1, 4),
            "best_at": round(self.best_at, 4),
            "seconds": round(self.seconds, 2),
        }


def judge(said: TruthFile, rejects: list[Reject]) -> Ranking:
    """The ranking of a set's pairs; raises Refused where there is none to rank."""
    asked = Asked(frozenset((said.left, said.right, said.match)))
    held: list[tuple[str, str, bool]] = []
    for path in said.records:
        for row, texts in rows(path, said, asked, rejects):
            left, right, match = (
                " ".join(bounded(path, row, name, texts.get(name, ()), rejects))
                for name in (said.left, said.right, said.match)
            )
            if match.lower() not in _YES | _NO:
                rejects.append(
                    Reject(path.name, row, said.match, match, "Left out: it is neither true nor false.")
                )
                continue
            held.append((left, right, match.lower() in _YES))
    if not any(match for _, _, match in held):
        raise Refused(
            f"{said.folder}: no pair is said to be one.", remedy=f"Look at the column {said.match!r}."
        )
    started = time.perf_counter()
    scores = [likeness(left, right) for left, right, _ in held]
    seconds = time.perf_counter() - started
    precision, best, at = ranked(scores, [match for _, _, match in held])
    return Ranking(len(held), sum(match for _, _, match in held), precision, best, at, seconds)


def ranked(scores: Sequence[float], matches: Sequence[bool]) -> tuple[float, float, float]:
    """(average precision, best F1, the score at which it is) of a ranking; equal scores come at once."""
    every = sum(matches)
    order = sorted(range(len(scores)), key=lambda n: -scores[n])
    average = best = at = 0.0
    right = new = 0
    for place, n in enumerate(order, 1):
        right += matches[n]
        new += matches[n]
        if place < len(order) and scores[order[place]] == scores[n]:
            continue
        average += new / every * right / place
        new = 0
        f1 = 2 * right / (place + every)
        if f1 > best:
            best, at = f1, scores[n]
    return average, best, at

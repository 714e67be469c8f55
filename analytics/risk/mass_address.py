"""Offices at a mass-registration address: how many companies are registered where this one is, now."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analytics.risk.base import RISING, Facts, Reason, given, rising
from graph.reading.columns import Ints


def mass_address(facts: Facts, parameters: Mapping[str, float]) -> list[Reason]:
    """A body's own office; of a person the busiest of the offices of the companies they run or control now."""
    n = facts.size
    at = facts.ties["REGISTERED_AT"]
    pairs = np.unique(at.sources[at.current] * max(n, 1) + at.targets[at.current])
    bodies, offices = pairs // max(n, 1), pairs % max(n, 1)
    held = np.bincount(offices, minlength=n)
    best, office = _most(n, bodies, held[offices], offices)
    person = facts.of_kind("Person")
    ends: list[Ints] = []
    for kind in ("OFFICER_OF", "CONTROLS"):
        tie = facts.ties[kind]
        ends.append(np.stack([tie.sources[tie.current], tie.targets[tie.current]]))
    runs, companies = np.concatenate(ends, axis=1)
    mine = person[runs]
    through, company = _most(n, runs[mine], best[companies[mine]], companies[mine])
    found = np.where(person, through, best)

    def about(position: int) -> list[int]:
        if person[position]:
            body = int(company[position])
            return [body, int(office[body])] if body >= 0 and office[body] >= 0 else []
        return [int(office[position])] if office[position] >= 0 else []

    return [
        Reason(
            "mass_address", "companies registered at the address of its office", RISING.format(points="cap", value="companies"),
            rising(found.astype(np.float64), parameters), {"companies": found.astype(np.float64), **given(parameters, "cap", "from", "full")}, about,
        )
    ]  # fmt: skip


def _most(n: int, who: Ints, counts: Ints, what: Ints) -> tuple[Ints, Ints]:
    """(the greatest count of each, what has it: the first by position; -1 without any)."""
    best, chosen = np.zeros(n, np.int64), np.full(n, -1, np.int64)
    order = np.lexsort((-what, counts, who))  # the last of each wins: most, then the first
    best[who[order]] = counts[order]
    chosen[who[order]] = what[order]
    return best, chosen

"""Appointment churn: how many appointments began or ended in the busiest year of a company, or of a person."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from analytics.risk.base import OPEN, RISING, Facts, Reason, given, rising
from graph.reading.columns import Ints


def churn(facts: Facts, parameters: Mapping[str, float]) -> list[Reason]:
    """Distinct beginnings and endings by (officer, company, day): what two sources say of one appointment counts once."""
    tie, n = facts.ties["OFFICER_OF"], max(facts.size, 1)
    changes = np.concatenate(
        [
            np.stack([tie.sources, tie.targets, day, np.full(len(day), side)])[:, day > OPEN + 1]
            for side, day in enumerate((tie.starts, tie.ends))
        ],
        axis=1,
    )
    officers, companies, days, _ = np.unique(changes, axis=1) if changes.shape[1] else changes
    who, when = np.concatenate([officers, companies]), np.concatenate([days, days])
    most, first = busiest(n, who, when, int(parameters["days"]))
    last = np.where(most > 0, first + int(parameters["days"]) - 1, 0)
    return [
        Reason(
            "churn", "appointments begun or ended within the busiest days (window_start and window_end: days since 1970)",
            RISING.format(points="cap", value="changes"), rising(most[: facts.size].astype(np.float64), parameters),
            {"changes": most[: facts.size].astype(np.float64), "window_start": first[: facts.size].astype(np.float64),
             "window_end": last[: facts.size].astype(np.float64), **given(parameters, "cap", "from", "full", "days")},
        )
    ]  # fmt: skip


def busiest(n: int, who: Ints, when: Ints, days: int) -> tuple[Ints, Ints]:
    """(the most events of each within so many days, the first day of the earliest such window; 0 and 0 without any)."""
    most, first = np.zeros(n, np.int64), np.zeros(n, np.int64)
    if not len(who):
        return most, first
    day = when - when.min()
    span = int(day.max()) + days + 2
    key = np.sort(who * span + day)
    counts = np.searchsorted(key, key + days, side="left") - np.arange(len(key))
    owner, start = key // span, key % span + when.min()
    order = np.lexsort((-start, counts, owner))  # the last of each wins: most, then the earliest
    most[owner[order]] = counts[order]
    first[owner[order]] = start[order]
    return most, first

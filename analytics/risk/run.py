"""A risk run: the scores of a whole graph, kept for the ranking."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from analytics.analyse import RISK
from analytics.risk.score import Said, Scores
from analytics.runs import Run, Runs
from graph.jobs import Job
from graph.model import View


def keep(scores: Scores, said: Said, view: View, runs: Runs, job: Job) -> Run:
    """Keep scores as the job's run: a row for every entity above 0, by score (highest first), then id."""
    network = scores.facts.network
    run = Run(
        id=job.id, algorithm=RISK, version=scores.model.version, output="RISK",
        parameters={"model": scores.model.digest}, projection={}, engine="LOCAL", labels=view.labels,
        roles=tuple(sorted({role.label for role in said.roles})), revision=view.revision, size=network.size,
        links=len(network.sources), metrics={"scored": float(np.count_nonzero(scores.total))}, number=job.number,
    )  # fmt: skip
    shown = np.flatnonzero(scores.total > 0)
    shown = shown[np.lexsort((shown, -scores.total[shown]))]
    columns: dict[str, Any] = {
        "id": pa.array([network.id(int(one)) for one in shown], pa.binary(16)),
        "kind": pa.array([network.kind_names[kind] for kind in network.kinds[shown]], pa.string()),
        "value": pa.array(scores.total[shown], pa.float64()),
    }
    columns |= {name: pa.array(points[shown], pa.float64()) for name, points in scores.contributions.items()}
    runs.write(run, {"values": pa.table(columns)})
    return run

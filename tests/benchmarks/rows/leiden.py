"""Leiden, and an analysis from end to end, beside Graph Data Science on the same graph in the same run."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter, process_time

import numpy as np

from analytics.algorithms import algorithm_named
from analytics.analyse import Request, analyse
from analytics.engine import run as run_on
from analytics.engines.gds import Gds
from analytics.engines.local import Local
from analytics.runs import Runs
from graph.jobs import Jobs
from graph.reading import Graph
from graph.reading.network import Projection, network
from tests.benchmarks import made_graph
from tests.benchmarks.bench import Benchmark, Row, Target
from tests.benchmarks.workshop import Workshop


def run(workshop: Workshop) -> Iterator[Row]:
    store, leiden = workshop.sqlite.store, algorithm_named("leiden")
    workshop.say("projecting")
    start, used = perf_counter(), process_time()
    found = network(store, made_graph.VIEW, Projection())
    read = perf_counter() - start
    yield Row("the graph as arrays, SQLite", "s", read, Target("≤", 12), cpu=process_time() - used)
    parameters = leiden.read({})
    edges = leiden.edges(found, parameters)
    workshop.say("Leiden, local")
    start, used = perf_counter(), process_time()
    first = Local().compute(leiden, edges, parameters, lambda _done, _total: None)
    ours, cpu = perf_counter() - start, process_time() - used
    workshop.say("Leiden, GDS")
    gds = Gds(workshop.gds)
    start = perf_counter()
    theirs = run_on(gds, leiden, found)
    peer = perf_counter() - start
    local = leiden.finish(edges, first, parameters)
    again = run_on(Local(), leiden, found)
    if not np.array_equal(again.values, local.values):
        raise SystemExit("Leiden gave two answers for one graph.")
    told = f"modularity {local.metrics['modularity']:.4f} and {theirs.metrics['modularity']:.4f}; GDS with handing the graph over"
    yield Row("Leiden", "s", ours, Target("≤", 1, of_peer=True), "GDS", peer, told, cpu)
    with workshop.folder("runs") as folder:
        jobs, runs = Jobs(folder / "ledger.db"), Runs(folder / "runs")
        job = jobs.start("analyse", {}, made_graph.VIEW.labels, "local")
        start, used = perf_counter(), process_time()
        analyse(Graph(store), made_graph.VIEW, Request("leiden").checked(), Local, runs, job)
        once = perf_counter() - start
        yield Row("project, run Leiden, name, write", "s", once, Target("≤", 25), cpu=process_time() - used)
        job = jobs.start("analyse", {}, made_graph.VIEW.labels, "local")
        start, used = perf_counter(), process_time()
        analyse(Graph(store), made_graph.VIEW, Request("leiden").checked(), Local, runs, job)
        note = "with an earlier run, whose ids are matched"
        yield Row("the same again", "s", perf_counter() - start, Target("≤", 25), note=note, cpu=process_time() - used)  # fmt: skip


BENCHMARK = Benchmark("leiden", run)

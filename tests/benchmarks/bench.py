"""What a benchmark is and gives, how the registry finds it, and how things are timed."""

from __future__ import annotations

import importlib
import pkgutil
import resource
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import psutil

if TYPE_CHECKING:
    from tests.benchmarks.workshop import Workshop


class Target(NamedTuple):
    """A bound: at least (a rate) or at most (a time), absolute or as a multiple of the peer's figure."""

    sense: Literal["≥", "≤"]
    value: float
    of_peer: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. ours and theirs in the unit, theirs None without a peer; note: what a reader must know.

    cpu, peer_cpu: processor time of the same work in the same unit, where it is known: what the figure is on an idle
    machine at most, however many others run on this one."""

    work: str
    unit: Literal["records/s/core", "s", "ms", "pairs"]
    ours: float
    target: Target | None = None
    peer: str = ""
    theirs: float | None = None
    note: str = ""
    cpu: float | None = None
    peer_cpu: float | None = None

    @property
    def ratio(self) -> float | None:
        """Our figure by the peer's."""
        return None if not self.theirs else self.ours / self.theirs

    @property
    def missed_by(self) -> float | None:
        """1 or less: met; above it the factor by which the target is missed. None without a target."""
        if self.target is None or (self.target.of_peer and not self.theirs):
            return None
        bound = self.target.value * (self.theirs or 0) if self.target.of_peer else self.target.value
        return bound / self.ours if self.target.sense == "≥" else self.ours / bound


class Size(NamedTuple):
    """How much is measured. nodes: of the graph, four times as many links; queries: of each kind."""

    name: str
    companies: int
    flight_lines: int
    chat_messages: int
    nodes: int
    flights: int
    names: int
    queries: int
    heap: str


SIZES = {
    size.name: size
    for size in (
        Size("small", 20_000, 100_000, 50_000, 100_000, 200_000, 100_000, 100, "1g"),
        Size("full", 100_000, 500_000, 250_000, 1_000_000, 2_000_000, 1_000_000, 200, "4g"),
    )
}


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One subject. name: what the command line calls it. run: yields rows as they are measured."""

    name: str
    run: Callable[[Workshop], Iterator[Row]]


def benchmarks() -> dict[str, Benchmark]:
    """All benchmarks by name: each module of rows/ has exactly one. TypeError names a module that has none."""
    from tests.benchmarks import rows

    found: dict[str, Benchmark] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(rows.__path__)):
        benchmark = getattr(importlib.import_module(f"{rows.__name__}.{module}"), "BENCHMARK", None)
        if not isinstance(benchmark, Benchmark) or benchmark.name in found:
            raise TypeError(f"tests/benchmarks/rows/{module}.py: BENCHMARK is {benchmark!r}.")
        found[benchmark.name] = benchmark
    return found


class Took(NamedTuple):
    """Seconds of one piece of work: on the clock, and of processors."""

    wall: float
    cpu: float


def took(work: Callable[[], Any], server: int | None = None) -> Took:
    """What a piece of work takes. cpu: of all our threads and ended children, and of a server's process."""
    start, before = perf_counter(), _processors(server)
    work()
    return Took(perf_counter() - start, _processors(server) - before)


def _processors(server: int | None) -> float:
    used = sum(
        one.ru_utime + one.ru_stime
        for one in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
    return used + (sum(psutil.Process(server).cpu_times()[:2]) if server else 0)


class Times(NamedTuple):
    """Milliseconds a call, ascending: on the clock, and of our process's processors."""

    wall: list[float]
    cpu: list[float]

    @property
    def p95(self) -> float:
        return at(self.wall, 0.95)

    @property
    def median(self) -> float:
        return at(self.wall, 0.5)

    @property
    def cpu_p95(self) -> float:
        return at(self.cpu, 0.95)

    @property
    def cpu_median(self) -> float:
        return at(self.cpu, 0.5)


def times(asked: Sequence[Any], call: Callable[[Any], Any], *, warm: int = 5) -> Times:
    """What each call takes; the first few are asked once before, unmeasured."""
    for one in asked[:warm]:
        call(one)
    wall, cpu = list[float](), list[float]()
    for one in asked:
        start, used = perf_counter(), process_time()
        call(one)
        wall.append((perf_counter() - start) * 1e3)
        cpu.append((process_time() - used) * 1e3)
    return Times(sorted(wall), sorted(cpu))


def at(values: Sequence[float], share: float) -> float:
    """The value at a share of ascending ones: 0.5 their median, 0.95 their p95."""
    return values[min(len(values) - 1, int(len(values) * share))]

"""One record matched over HTTP by `clew serve`: idle, while `clew ingest` takes in a bulk file beside it, and while the index follows.

Base and bulk file are made-up controllers (PSC JSON lines), taken in by the command line as a user would; the bulk file goes in from
another process, into the same data directory."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, Final, NamedTuple

import duckdb
import httpx

from tests.api.following import free_port
from tests.benchmarks.bench import Benchmark, Row, Target, Times
from tests.benchmarks.rows.names import SYLLABLES
from tests.benchmarks.workshop import Workshop

EVERY: Final = 0.1
"""Seconds from one question to the next, where they are answered sooner."""
_CLEW: Final = [sys.executable, "-m", "api.cli"]

_LINES = """COPY (SELECT json_object('company_number', number, 'data', json_object('kind', 'individual-person-with-significant-control',
    'name', forename || ' ' || surname, 'name_elements', json_object('forename', forename, 'surname', surname),
    'date_of_birth', json_object('month', 1 + hash(i, 3) % 12, 'year', 1930 + hash(i, 2) % 75), 'nationality', 'British', 'country_of_residence', 'England',
    'address', json_object('premises', (1 + hash(i, 4) % 300)::VARCHAR, 'address_line_1', last(hash(i, 5) % 30000) || ' Street', 'locality', 'Leeds',
      'postal_code', format('LS{{}} {{}}AA', 1 + hash(i, 5) % 29, hash(i, 6) % 10)),
    'natures_of_control', ['ownership-of-shares-25-to-50-percent'], 'notified_on', '2016-04-06', 'etag', md5(i::VARCHAR),
    'links', json_object('self', format('/company/{{}}/persons-with-significant-control/individual/{{}}', number, left(md5(i::VARCHAR), 27)))))
  FROM (SELECT i, format('{{:08d}}', 1 + i // 2) AS number, {names} FROM range({first}, {last}) t(i))) TO '{path}' (FORMAT csv, HEADER false, QUOTE '', DELIMITER '\\1', ESCAPE '')"""
_NAMES = "first((hash(i) % 1000003 / 1000003.0) ** 2 * 3000) AS forename, last((hash(i, 1) % 1000033 / 1000033.0) ** 2.5 * 60000) AS surname"

_ASK = """query($record: RecordInput!) { match(record: $record, first: 10) { behind revision compared truncated { by }
    candidates { entity { id caption } verdict reason bits waterfall { comparisons { name level bits a b } } } } }"""
_NOTE = "p95 over HTTP, with the waterfalls of up to ten candidates; a question every 100 ms. The server answers from the last revision that the index holds and says so (`behind`)"


class Asked(NamedTuple):
    """Questions. behind: revisions, at most."""

    times: Times
    seconds: float
    behind: int

    def __str__(self) -> str:
        return f"{len(self.times.wall):,} asked in {self.seconds:.0f} s, worst {self.times.wall[-1]:,.0f} ms; {self.behind} revision behind"


@dataclass
class _Asker:
    """Asks one record after another, and keeps what each took: milliseconds on the clock, and of the server's processors."""

    client: httpx.Client
    pid: int
    asked: list[dict[str, Any]]
    took: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    behind: int = 0
    n: int = 0

    def one(self) -> dict[str, Any]:
        """An answer. SystemExit when it is an error."""
        sent = {"query": _ASK, "variables": {"record": self.asked[self.n % len(self.asked)]}}
        start, used = perf_counter(), _processors(self.pid)
        told = self.client.post("/graphql", json=sent).json()
        spent = perf_counter() - start
        self.cpu.append((_processors(self.pid) - used) * 1000)
        if "errors" in told:
            raise SystemExit(f"match answers with {told['errors'][:1]}.")
        self.n += 1
        self.took.append(spent * 1000)
        found: dict[str, Any] = told["data"]["match"]
        self.behind = max(self.behind, found["behind"])
        time.sleep(max(0.0, EVERY - spent))
        return found

    def until(self, ended: Callable[[dict[str, Any]], bool]) -> Asked:
        """Of questions up to an answer with which it has ended."""
        self.took, self.cpu, self.behind, start = [], [], 0, perf_counter()
        while not ended(self.one()):
            pass
        return Asked(Times(sorted(self.took), sorted(self.cpu)), perf_counter() - start, self.behind)


def _processors(pid: int) -> float:
    """Seconds of processors that a process of this machine has had: its clock, as Linux numbers it."""
    return time.clock_gettime((~pid << 3) | 2)


def run(workshop: Workshop) -> Iterator[Row]:
    people, queries = workshop.size.names // 3, workshop.size.queries
    with workshop.folder("match-served") as folder:
        workshop.say("making people")
        asked = _made(folder, people, queries)
        data = folder / "data"
        workshop.say("ingesting people")
        mentions = json.loads(_ingesting(data, folder / "base.txt").communicate()[0])["mentions"]
        with _served(data) as (client, pid):
            asker = _Asker(client, pid, asked)
            workshop.say("indexing for matches")
            start = perf_counter()
            _wait(client, asked[0])
            yield Row(
                f"match index of {mentions:,} mentions, made beside the server", "s", perf_counter() - start
            )
            idle = asker.until(lambda _: asker.n >= 2 * len(asked)).times
            what = f"one record over HTTP into {mentions:,} mentions"
            yield Row(what, "ms", idle.p95, Target("≤", 50), note=_NOTE, cpu=idle.cpu_p95)
            yield Row("one record over HTTP, the median", "ms", idle.median, cpu=idle.cpu_median)
            workshop.say("matching beside a bulk ingest")
            other = _ingesting(data, folder / "bulk.txt")
            beside = asker.until(lambda _: other.poll() is not None)
            more = json.loads(other.communicate()[0])["mentions"]
            what = f"one record over HTTP while `clew ingest` takes in {more:,} mentions ({beside})"
            yield Row(what, "ms", beside.times.p95, Target("≤", 200), note=_NOTE, cpu=beside.times.cpu_p95)
            workshop.say("matching while the index follows")
            after = asker.until(lambda found: found["behind"] == 0)
            what = f"one record over HTTP while the index follows them ({after})"
            yield Row(what, "ms", after.times.p95, Target("≤", 200), note=_NOTE, cpu=after.times.cpu_p95)


def _made(folder: Path, people: int, queries: int) -> list[dict[str, Any]]:
    """base.txt and bulk.txt, of so many people each; and records of some of the first, each with a slip or a gap."""
    dice = random.Random(9)
    with duckdb.connect() as con:
        con.execute(SYLLABLES)
        for name, first in (("base", 0), ("bulk", people)):
            con.execute(
                _LINES.format(names=_NAMES, first=first, last=first + people, path=folder / f"{name}.txt")
            )
        rows = con.execute(
            f"""SELECT forename, surname, 1930 + hash(i, 2) % 75, 1 + hash(i, 3) % 12, format('{{:08d}}', 1 + i // 2)
                FROM (SELECT i, {_NAMES} FROM range({people}) t(i)) ORDER BY hash(i, 7) LIMIT {queries}"""
        ).fetchall()
    asked = []
    for n, (forename, surname, year, month, number) in enumerate(rows):
        place = dice.randrange(1, len(surname))
        slipped = surname[:place] + surname[place + 1 :] if n % 3 == 0 else surname
        record = {"name": f"{forename} {slipped}", "birthDate": f"{year}-{month:02d}" if n % 4 else str(year)}
        asked.append(record | ({"companyNumber": [number]} if n % 2 else {}))
    return asked


def _ingesting(data: Path, file: Path) -> subprocess.Popen[str]:
    """`clew ingest FILE --json`, under way."""
    command = [*_CLEW, "--data", str(data), "ingest", str(file), "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


@contextmanager
def _served(data: Path) -> Iterator[tuple[httpx.Client, int]]:
    """A client of `clew serve`, a process of its own, and its id."""
    port = free_port()
    process = subprocess.Popen(
        [*_CLEW, "--data", str(data), "serve", "--port", str(port)], stderr=subprocess.DEVNULL
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=600) as client:
            while not _answers(client):
                if process.poll() is not None:
                    raise SystemExit("clew serve ended before it answered.")
                time.sleep(0.1)
            yield client, process.pid
    finally:
        process.terminate()
        process.wait()


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx.TransportError:
        return False


def _wait(client: httpx.Client, record: dict[str, Any]) -> None:
    """Ask until the index has been made."""
    while "errors" in client.post("/graphql", json={"query": _ASK, "variables": {"record": record}}).json():
        time.sleep(0.5)


BENCHMARK = Benchmark("match_served", run)

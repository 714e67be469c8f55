"""Describe and stage evidence: records a second and core of each format, beside its parser alone."""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import ijson
import orjson

from ingest.pipeline import RefusedFile, read_file
from tests.benchmarks.bench import Benchmark, Row, Target, took
from tests.benchmarks.workshop import Workshop
from tests.world import discord
from tests.world.generate import generate

NOTE = "Processor time of all threads: what one core does. Ours is from the file to staged Parquet, recognition and digest included; a peer only parses."

# OpenSky's flight list; each line a flight of its own.
FLIGHT_LIST = """
    COPY (
      WITH r AS (SELECT i, hash(i) % 9000 AS a, hash(i, 1) AS b, hash(i, 2) AS c, hash(i, 3) % 700000 AS s
                 FROM range({n}) t(i))
      SELECT ['BAW', 'EZY', 'RYR', 'DLH', 'AFR'][1 + (b % 5)::INT] || (1 + a % 8999) AS callsign, '' AS number,
             lower(printf('%06x', (4194304 + b % 900000)::BIGINT)) AS icao24, 'G-' || chr((65 + b % 26)::INT) ||
             chr((65 + c % 26)::INT) || chr((65 + a % 26)::INT) || 'X' AS registration, 'A320' AS typecode,
             ['EGCC', 'EGLL', 'EGPH', 'EGBB', 'LFPG', ''][1 + (c % 6)::INT] AS origin,
             ['EDDF', 'EHAM', 'LEMD', 'EIDW', ''][1 + (a % 5)::INT] AS destination,
             strftime(TIMESTAMP '2026-01-01' + INTERVAL (s) SECOND + INTERVAL (i % 200) DAY, '%Y-%m-%d %H:%M:%S+00:00') AS firstseen,
             strftime(TIMESTAMP '2026-01-01' + INTERVAL (s + 5400) SECOND + INTERVAL (i % 200) DAY, '%Y-%m-%d %H:%M:%S+00:00') AS lastseen,
             strftime(TIMESTAMP '2026-01-01' + INTERVAL (s) SECOND + INTERVAL (i % 200) DAY, '%Y-%m-%d 00:00:00+00:00') AS day,
             53.35 AS latitude_1, -2.27 AS longitude_1, 304.8 AS altitude_1, 50.03 AS latitude_2, 8.57 AS longitude_2,
             (c % 12000) / 10 AS altitude_2
      FROM r) TO '{path}' (FORMAT csv, HEADER)"""


def run(workshop: Workshop) -> Iterator[Row]:
    size = workshop.size
    with workshop.folder("ingest") as folder:
        workshop.say("a world of companies")
        generate(folder / "world", size.companies)
        generate(folder / "small", 200, seed=2)
        for path in sorted((folder / "small").glob("*.*")):
            _staged(
                path, folder
            )  # what a process does once (imports, tables of airports) is no record's cost
        flights = folder / "flightlist_20260101_20260731.csv"
        duckdb.sql(FLIGHT_LIST.format(n=size.flight_lines, path=flights))
        files: list[tuple[str, Path, float | None, str, Callable[[Path], int]]] = [
            ("register CSV", _one(folder, "BasicCompanyData*.csv"), 40_000, "csv", _csv),
            ("flight list CSV", flights, 40_000, "csv", _csv),
            ("controllers (PSC) JSON lines, row form", _one(folder, "psc-snapshot*.txt"), 15_000, "orjson", _orjson),
            ("officers, Product 195, row form", _one(folder, "Prod195*.dat"), 8_000, "split", _split),
            ("stream events, row form", _one(folder, "stream*.jsonl"), 8_000, "orjson", _orjson),
            ("a chat room (Discord JSON), row form", _chat(folder, size.chat_messages), 5_000, "ijson", _ijson),
        ]  # fmt: skip
        for what, path, target, peer, parse in files:
            workshop.say(what)
            yield _row(folder, what, path, target, peer, parse)


def _row(
    folder: Path, what: str, path: Path, target: float | None, peer: str, parse: Callable[[Path], int]
) -> Row:
    counted = [0, 0]

    def ours() -> None:
        counted[0] = _staged(path, folder)

    def theirs() -> None:
        counted[1] = parse(path)

    spent, bare = took(ours).cpu, took(theirs).cpu
    return Row(
        f"describe and stage {what}", "records/s/core", counted[0] / spent,
        None if target is None else Target("≥", target), f"{peer} alone", counted[1] / bare, NOTE,
    )  # fmt: skip


def _staged(path: Path, folder: Path) -> int:
    """Reads a file as `ingest` does, up to the commit; gives its number of records."""
    with tempfile.TemporaryDirectory(dir=folder) as staging:
        (read,) = read_file(
            path, format=None, now=datetime(2026, 9, 30, tzinfo=UTC), zone=None, complete=False, staging=Path(staging)
        )  # fmt: skip
    if isinstance(read, RefusedFile):
        raise SystemExit(f"{path.name}: {read.refused}")
    return read.read


def _one(folder: Path, pattern: str) -> Path:
    (path,) = (folder / "world").glob(pattern)
    return path


def _chat(folder: Path, number: int) -> Path:
    """An export of one room: 500 users, a quarter of the messages answers, an eighth naming somebody."""
    draw = random.Random(4)
    words = [
        "the",
        "van",
        "is",
        "at",
        "the",
        "dock",
        "by",
        "six",
        "bring",
        "both",
        "phones",
        "and",
        "ask",
        "for",
        "the",
        "man",
        "from",
        "the",
        "office",
    ]
    users = [
        discord.User(str(10**17 + n), f"user{n}", f"User {n}", roles=("member", "crew")[: n % 3])
        for n in range(500)
    ]
    room = discord.Room("900000000000000001", "general", guild_id="900000000000000000", guild="Dock")
    sent = datetime(2026, 1, 5, tzinfo=UTC)
    for serial in range(number):
        sent += timedelta(seconds=draw.randrange(1, 90))
        answered = room.messages[-draw.randrange(1, 40)] if serial > 40 and not serial % 4 else None
        room.messages.append(
            discord.Message(
                draw.choice(users), sent, " ".join(draw.choices(words, k=draw.randrange(2, 24))),
                kind="Reply" if answered else "Default", reply_to=answered.id if answered else "",
                mentions=(draw.choice(users),) if not serial % 8 else (), id=discord.snowflake(sent, serial),
            )
        )  # fmt: skip
    discord.write(path := folder / "general.json", room, sent, 1, old=False)
    return path


def _ijson(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in ijson.items(file, "messages.item"))


def _csv(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def _orjson(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for line in file if line.strip() and orjson.loads(line) is not None)


def _split(path: Path) -> int:
    with path.open(encoding="latin-1") as file:
        return sum(1 for line in file if line.split("<"))


BENCHMARK = Benchmark("ingest", run)

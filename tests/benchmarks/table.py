"""The one table, and under what circumstances it was measured."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import psutil
from rich import box
from rich.console import Console
from rich.table import Table

from tests.benchmarks.bench import Row, Size, Target

_VERSIONS = ("duckdb", "tantivy", "pyarrow", "neo4j", "strawberry-graphql")


def show(console: Console, rows: Sequence[tuple[str, Row]], size: Size, began: datetime) -> None:
    """Print the rows, each under its benchmark's name, then notes, machine, sizes, date and versions."""
    table = Table(box=box.ASCII_DOUBLE_HEAD, show_lines=False)
    for title in ("row", "work"):
        table.add_column(title, overflow="fold")
    for title in ("ours", "of it cpu", "target", "peer's", "of its cpu", "ratio"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("peer", overflow="fold")
    table.add_column("met", no_wrap=True)
    notes: list[str] = []
    for name, row in rows:
        mark = ""
        if row.note:
            notes.append(row.note) if row.note not in notes else None
            mark = f" [{notes.index(row.note) + 1}]"
        table.add_row(
            name, row.work + mark, _figure(row.ours, row.unit),
            "" if row.cpu is None else _figure(row.cpu, row.unit), _target(row.target, row.unit),
            "" if row.theirs is None else _figure(row.theirs, row.unit),
            "" if row.peer_cpu is None else _figure(row.peer_cpu, row.unit),
            "" if row.ratio is None else f"{row.ratio:.2f}", row.peer, _verdict(row),
        )  # fmt: skip
    console.print(table, markup=False)
    for number, note in enumerate(notes, 1):
        console.print(f"[{number}] {note}", markup=False, highlight=False)
    for line in circumstances(size, began):
        console.print(line, markup=False, highlight=False)


def circumstances(size: Size, began: datetime) -> list[str]:
    """Machine, sizes, date and versions, a line each."""
    busy, memory = os.getloadavg()[2], psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in _VERSIONS)
    return [
        f"machine: {_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB; load over 15 minutes {busy:.1f}",
        f"size {size.name}: {size.companies:,} companies, {size.flight_lines:,} lines of flight list, {size.chat_messages:,} chat messages, graph of {size.nodes:,}"
        f" entities and {4 * size.nodes:,} links, {size.flights:,} flights, {size.names:,} names, {size.queries} queries of a"
        f" kind, Neo4j heap {size.heap}",
        f"date: {began:%Y-%m-%d %H:%M} UTC; Python {platform.python_version()}, {versions}, Neo4j 5.26",
    ]


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    return next(
        (x.partition(":")[2].strip() for x in lines if x.startswith("model name")), platform.machine()
    )


def _figure(value: float, unit: str) -> str:
    digits = 0 if value >= 1000 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {'/s' if unit.startswith('records') else unit}"


def _target(target: Target | None, unit: str) -> str:
    if target is None:
        return "-"
    bound = f"{target.value:g}x peer" if target.of_peer else _figure(target.value, unit)
    return f"{target.sense} {bound}"


def _verdict(row: Row) -> str:
    missed = row.missed_by
    if missed is None:
        return ""
    return "met" if missed <= 1 else f"missed {missed:.2f}x"

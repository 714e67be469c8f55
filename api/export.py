"""Exports: the crosswalk of everything a reader sees, and graph answers as CSV or GraphML.

The crosswalk is one row a mention: which entity it is of, and where the record stands that says so. It is put together
by DuckDB from whole tables, in bounded memory, and written whole or not at all.

A cell that a spreadsheet would take for a formula (it begins with = + - @, a tab or a carriage return) gets an
apostrophe before it, unless `plain` asks for the text as it is.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, TextIO

import duckdb
import numpy as np
import pyarrow as pa

from api.service import Service
from graph.errors import InvalidValue
from graph.files import scratch
from graph.model import Link, View
from graph.ontology import ontology
from graph.reading.answers import Subgraph
from graph.reading.columns import Columns
from graph.reading.members import GROUPS, PAIRS, Members, entities

CROSSWALK: Final = ("entity_id", "kind", "source", "format", "file", "locator", "slot", "caption")
NODES: Final = ("id", "kind", "caption", "mentions")
LINKS: Final = ("id", "kind", "source", "target", "count", "roles", "valid_from", "valid_to")

_FORMULA: Final = "=+-@\t\r"
_ABSENT: Final = "absent from the snapshot"
_MENTIONS: Final = ("mid", "grp", "source", "slot", "caption", "revision", "locator")
_LINE: Final = r"^line (\d+)(?: \(record (\d+)\))?$"
_PLACED: Final = (
    r"^(?:line [0-9]+, )?(?:card|message|flight|flights|departures|arrivals|item|result|object) (\d+)$"
)
"""Records known by their place; of all others the locator is what the source calls them."""
_LINES_FROM_ONE: Final = ("companies-house-psc", "companies-house-stream")
"""Formats whose line 1 is record 1; others have a header there."""


def crosswalk(
    service: Service, view: View, out: Path, kind: str | None = None, *, plain: bool = False
) -> int:
    """Write the crosswalk to a CSV file, by (entity id, source, file, place, slot); gives its rows.

    kind: only entities of it; InvalidValue for none. locator: the 1-based number of the record in CSV files, lines and
    cards, the object's own id in exports that give one; of a record that a snapshot ended, where it stood last."""
    if kind is not None and kind not in ontology().kinds:
        raise InvalidValue("kind", kind, "one of " + ", ".join(ontology().kinds))
    with scratch(service.settings.data, "export") as work, closing(_database(service, work)) as con:
        _load(con, service, view)
        _places(con, service)
        with _whole(out) as path:
            (rows,) = con.execute(
                f"COPY ({_select(kind, plain)}) TO '{_quoted(path)}' (FORMAT csv, HEADER)"
            ).fetchone() or (0,)
        return int(rows)


def _database(service: Service, work: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(str(work / "export.duckdb"))
    con.execute(f"SET memory_limit = '{service.settings.memory}'")
    con.execute(f"SET temp_directory = '{_quoted(work / 'spill')}'")
    con.execute("SET preserve_insertion_order = false")
    return con


def _load(con: duckdb.DuckDBPyConnection, service: Service, view: View) -> None:
    """Tables said (mentions, with the position of their entity) and entity (id and kind by position)."""
    con.execute(
        """CREATE TABLE said(mid BLOB, entity BIGINT, source BIGINT, slot VARCHAR, caption VARCHAR, revision BIGINT,
             locator VARCHAR)"""
    )
    tables = {"groups": GROUPS, "pairs": PAIRS, "mentions": _MENTIONS}
    held = {"groups": Columns(), "pairs": Columns()}
    members: Members | None = None
    for table, batch in service.store.scan(view, tables):
        if table in held:
            held[table].batches.append(batch)
            continue
        members = members or entities(service.store, view, held["groups"], held["pairs"])
        grps: Any = np.asarray(batch.column("grp"))
        rows = pa.Table.from_batches([batch]).append_column("entity", pa.array(members.at(grps)))
        con.register("v_rows", rows)
        con.execute(
            "INSERT INTO said BY NAME SELECT mid, entity, source, slot, caption, revision, locator FROM v_rows"
        )
        con.unregister("v_rows")
    ids: Any = b"" if members is None else members.ids.tobytes()
    kinds = [] if members is None else [members.kind_names[code] for code in members.kinds]
    named = pa.table(
        {
            "id": pa.Array.from_buffers(pa.binary(16), len(kinds), [None, pa.py_buffer(ids)]),
            "kind": pa.array(kinds, pa.string()),
            "entity": pa.array(np.arange(len(kinds))),
        }
    )
    con.register("v_named", named)
    con.execute("CREATE TABLE entity AS SELECT entity, lower(hex(id)) AS id, kind FROM v_named")
    con.unregister("v_named")


def _places(con: duckdb.DuckDBPyConnection, service: Service) -> None:
    """Tables source, line (a revision's file and format) and number (the record number of a line, by revision)."""
    ledger = service.directory.ledger
    con.execute("CREATE TABLE source(id BIGINT, name VARCHAR)")
    _insert(con, "source", [(source.id, source.name) for source in ledger.sources()])
    _stood(con, service)
    con.execute("CREATE TABLE line(revision BIGINT, file VARCHAR, format VARCHAR)")
    con.execute("CREATE TABLE number(revision BIGINT, locator VARCHAR, number BIGINT)")
    brought = {line.revision: line.content for line in ledger.lines() if "file" in line.content}
    _insert(con, "line", [(at, each["file"], each.get("format", "")) for at, each in brought.items()])
    lined = con.execute(f"SELECT DISTINCT revision FROM said WHERE regexp_matches(locator, '{_LINE}')")
    for (revision,) in lined.fetchall():
        content = brought.get(revision, {})
        if content.get("counts", {}).get("skipped", 1):
            first = 0 if content.get("format") in _LINES_FROM_ONE else 1
            con.execute(
                f"""INSERT INTO number SELECT DISTINCT revision, locator, coalesce(
                      nullif(regexp_extract(locator, '{_LINE}', 2), '')::BIGINT, regexp_extract(locator, '{_LINE}', 1)::BIGINT - {first})
                    FROM said WHERE revision = {revision} AND regexp_matches(locator, '{_LINE}')"""
            )
        else:
            _number_lines(con, service, revision)


def _number_lines(con: duckdb.DuckDBPyConnection, service: Service, revision: int) -> None:
    """Every record of a file is kept or rejected: a line's number among these lines is its record's, whatever headers,
    blank lines and values with line breaks stand between."""
    evidence = service.directory.evidence
    rejected = [(each["locator"],) for each in evidence.rejects(revision)]
    con.execute("CREATE OR REPLACE TEMP TABLE rejected(locator VARCHAR)")
    _insert(con, "rejected", rejected)
    con.execute(
        f"""INSERT INTO number
            SELECT {int(revision)}, locator, row_number() OVER (ORDER BY regexp_extract(locator, '{_LINE}', 1)::BIGINT)
            FROM (SELECT locator FROM read_parquet(?) UNION SELECT locator FROM rejected)
            WHERE regexp_matches(locator, '{_LINE}')""",
        [evidence.tables(revision)["records"][:1]],
    )


def _stood(con: duckdb.DuckDBPyConnection, service: Service) -> None:
    """Records that a snapshot ended stand in it nowhere: they are shown where they stood last."""
    if not con.execute(f"SELECT 1 FROM said WHERE locator = '{_ABSENT}' LIMIT 1").fetchone():
        return
    files = sorted(str(path) for path in (service.settings.data / "deltas").glob("*/mentions.parquet"))
    con.execute(
        f"""CREATE TEMP TABLE stood AS SELECT mid, revision, locator FROM read_parquet(?)
            WHERE locator <> '{_ABSENT}' AND mid IN (SELECT mid FROM said WHERE locator = '{_ABSENT}')
            QUALIFY row_number() OVER (PARTITION BY mid ORDER BY revision DESC, row DESC) = 1""",
        [files],
    )
    con.execute(
        f"""UPDATE said SET revision = s.revision, locator = s.locator FROM stood s
            WHERE s.mid = said.mid AND s.revision <= said.revision AND said.locator = '{_ABSENT}'"""
    )


def _select(kind: str | None, plain: bool) -> str:
    place = f"coalesce(n.number::VARCHAR, CASE WHEN regexp_matches(m.locator, '{_PLACED}') THEN regexp_extract(m.locator, '{_PLACED}', 1) ELSE m.locator END)"
    columns = {
        "entity_id": "e.id",
        "kind": "e.kind",
        "source": "s.name",
        "format": "coalesce(l.format, '')",
        "file": "coalesce(l.file, '')",
        "locator": f"CASE WHEN m.locator = '{_ABSENT}' THEN '' ELSE {place} END",
        "slot": "m.slot",
        "caption": "m.caption",
    }
    guarded = {
        name: column if plain or name in ("entity_id", "kind") else _guarded_sql(column)
        for name, column in columns.items()
    }
    listed = ", ".join(f"{guarded[name]} AS {name}" for name in CROSSWALK)
    where = "" if kind is None else f"WHERE e.kind = '{_quoted(kind)}'"
    return f"""SELECT {listed} FROM said m JOIN entity e ON e.entity = m.entity JOIN source s ON s.id = m.source
        LEFT JOIN line l ON l.revision = m.revision
        LEFT JOIN number n ON n.revision = m.revision AND n.locator = m.locator {where}
        ORDER BY e.id, s.name, l.file, n.number, {place}, m.slot, m.mid"""


def _guarded_sql(column: str) -> str:
    starts = "[" + "".join(f"\\x{ord(sign):02x}" for sign in _FORMULA) + "]"
    return f"CASE WHEN regexp_matches({column}, '^{starts}') THEN '''' || {column} ELSE {column} END"


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        con.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def _quoted(text: object) -> str:
    return str(text).replace("'", "''")


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A file beside `out` that takes its place when it is complete."""
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    os.close(handle)
    try:
        yield Path(name)
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(out)
    finally:
        Path(name).unlink(missing_ok=True)


def write_csv(found: Subgraph, nodes: Path, links: Path, *, plain: bool = False) -> None:
    """A graph as two CSV files."""
    with _whole(nodes) as path:
        _csv(path, NODES, node_rows(found), plain)
    with _whole(links) as path:
        _csv(path, LINKS, link_rows(found), plain)


def _csv(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]], plain: bool) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        lines(file, header, rows, plain=plain)


def lines(file: TextIO, header: tuple[str, ...], rows: Iterable[tuple[object, ...]], *, plain: bool) -> None:
    """Write CSV rows, guarded unless plain."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([each if plain else guarded(each) for each in row] for row in rows)


def guarded(value: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] and value[0] in _FORMULA else value


def _row(link: Link) -> tuple[object, ...]:
    roles = sorted({episode.role for episode in link.episodes if episode.role})
    starts = [episode.valid_from for episode in link.episodes]
    ends = [episode.valid_to for episode in link.episodes]
    start = min((each for each in starts if each), default="")
    end = "" if None in ends else max((each for each in ends if each), default="")
    return (
        link.id, link.kind, link.source.id.hex(), link.target.id.hex(), link.count, "; ".join(roles), start, end,
    )  # fmt: skip


def node_rows(found: Subgraph) -> Iterator[tuple[object, ...]]:
    """The rows of the nodes' CSV."""
    return ((e.id.hex(), e.kind, e.caption, e.mention_count) for e in found.entities)


def link_rows(found: Subgraph) -> Iterator[tuple[object, ...]]:
    """The rows of the links' CSV."""
    return map(_row, found.links)


_ID = 32


def named_in(answer: object) -> tuple[list[str], list[str]]:
    """(entity ids, link ids) that a GraphQL answer shows, each once, in its order: whatever its shape, typed or packed."""
    entities_, links_ = dict[str, None](), dict[str, None]()

    def walk(part: object) -> None:
        if isinstance(part, dict):
            for name, value in part.items():
                for text in value if name == "ids" and isinstance(value, list) else [value]:
                    if name in ("id", "ids") and isinstance(text, str):
                        _sort(text, entities_, links_)
                walk(value)
            _packed(part, links_)
        elif isinstance(part, list):
            for one in part:
                walk(one)

    walk(answer)
    return list(entities_), list(links_)


def _sort(text: str, entities_: dict[str, None], links_: dict[str, None]) -> None:
    parts = text.split(":")
    if len(parts) == 3 and len(parts[1]) == len(parts[2]) == _ID:
        links_[text] = None
    elif len(text) == _ID and not set(text) - set("0123456789abcdef"):
        entities_[text] = None


def _packed(part: dict[str, Any], links_: dict[str, None]) -> None:
    ids, kinds, sources, targets = (part.get(n) for n in ("ids", "linkKinds", "sources", "targets"))
    if isinstance(ids, list) and all(isinstance(each, list) for each in (kinds, sources, targets)):
        for kind, a, b in zip(kinds or [], sources or [], targets or [], strict=True):
            links_[f"{kind}:{ids[a]}:{ids[b]}"] = None


def answered(service: Service, view: View, answer: object) -> Subgraph:
    """The graph that an answer shows: its entities and the ends of its links, with the links that it shows, or, if it
    shows none, all among the entities."""
    ids, links_ = named_in(answer)
    ends = [end for link in links_ for end in link.split(":")[1:]]
    found = service.graph.subgraph(view, [bytes.fromhex(text) for text in dict.fromkeys([*ids, *ends])])
    if not links_:
        return found
    return Subgraph(found.entities, tuple(link for link in found.links if link.id in set(links_)))

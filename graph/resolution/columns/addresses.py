"""The columns of addresses: postcode, house number, unit, street, town. A row a key and way of putting it, not a mention: those of one key
are one already."""

from __future__ import annotations

import json
from typing import Final

import duckdb
import pyarrow as pa

from graph.projection.schema import temp
from graph.resolution.columns.shared import near, register
from graph.resolution.postal import postal
from graph.values.folding import bare

KINDS = ("Address",)
_LINES = ("care_of", "po_box", "premises", "line_1", "line_2")
LONGEST: Final = 1_000
"""Characters of the lines that are taken apart, as of an address stated whole. Longer ones have no street, and are one by their key
alone: one slip is looked for in the product of two streets' lengths."""
_SAID = "json_extract_string(props, '$.{}[0][0]')"


def make(con: duckdb.DuckDBPyConnection, men: str, lnk: str, into: str) -> int:
    """See columns.make(). Of a label's mentions of one set of keys that say the same, the least by id stands for the others, whichever
    came first."""
    temp(
        con,
        "t_said",
        f"""SELECT mno, mid, rid, label, list_sort(keys) AS keys, props FROM {men} WHERE kind = 'Address' AND len(keys) > 0
              AND {_SAID.format("postcode")} IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY label, list_sort(keys), props ORDER BY mid) = 1""",
    )
    register(con, "t_postal", _taken_apart(con))
    count = temp(
        con,
        into,
        """SELECT s.mno, s.mid, s.rid, s.label, s.keys, p.postcode, p.number, p.unit, p.street, p.town,
             'place/' || coalesce(p.number, '') || '|' || coalesce(p.unit, '') AS place
           FROM t_said s JOIN t_postal p ON p.props = s.props WHERE p.street IS NOT NULL
           QUALIFY row_number() OVER (PARTITION BY s.label, s.keys, p.postcode, p.number, p.unit, p.street, p.town ORDER BY s.mid) = 1""",
    )
    near(con, men, lnk, into)
    return count


def _taken_apart(con: duckdb.DuckDBPyConnection) -> pa.Table:
    raw = [row[0] for row in con.execute("SELECT DISTINCT props FROM t_said").fetchall()]
    rows = [_columns(json.loads(text)) for text in raw]
    names = ("postcode", "number", "unit", "street", "town")
    columns = {name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(names)}
    return pa.table({"props": pa.array(raw, pa.string()), **columns})


def _columns(said: dict[str, list[list[str]]]) -> tuple[str | None, ...]:
    told = {name: values[0][0] for name, values in said.items()}
    code = bare(told.get("postcode", "")).replace(" ", "") or None
    lines = [f"BOX {told[name]}" if name == "po_box" else told[name] for name in _LINES if told.get(name)]
    town = bare(told.get("locality", "")) or None
    if sum(map(len, lines)) > LONGEST:
        return (code, None, None, None, town)
    return (code, *postal(lines), town)

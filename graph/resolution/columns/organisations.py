"""The columns of companies and other bodies that have a name: the name without its legal form, numbers, country."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from graph.projection.schema import temp
from graph.resolution.columns.shared import ONE, folded, near, register, without_form
from graph.values import company_name

KINDS = ("Company", "Organisation")


def make(con: duckdb.DuckDBPyConnection, men: str, lnk: str, into: str) -> int:
    """See columns.make()."""
    temp(
        con,
        "t_said",
        f"""SELECT mno, mid, rid, label, keys, kind, coalesce({ONE.format("name")}, caption) AS name,
              {ONE.format("country_registered")} AS country, {ONE.format("legal_form")} AS form,
              coalesce({ONE.format("company_number")}, {ONE.format("stated_registration_number")}) AS number
            FROM {men} WHERE kind IN ('Company', 'Organisation') AND coalesce({ONE.format("name")}, caption, '') <> ''""",
    )
    register(con, "t_keyed_name", _name_keys(con))
    register(con, "t_folded_country", folded(con, "country"))
    count = temp(
        con,
        into,
        f"""SELECT s.mno, s.mid, s.rid, s.label, list_sort(s.keys) AS keys, s.kind, nullif(k.key, '') AS name, k.words AS words,
             CASE WHEN len(string_split(k.words, ' ')) > 1 THEN split_part(k.words, ' ', 1) || ' ' || split_part(k.words, ' ', 2)
                  ELSE k.words END AS start,
             list_filter(s.keys, lambda k: starts_with(k, 'company_number:'))[1] AS registered,
             nullif(ltrim(upper(regexp_replace(s.number, '[^0-9A-Za-z]', '', 'g')), '0'), '') AS number,
             c.folded AS country, w.to_mno IS NOT NULL AS employs
           FROM t_said s LEFT JOIN (SELECT DISTINCT to_mno FROM {lnk} WHERE kind = 'WORKS_FOR') w ON w.to_mno = s.mno
           LEFT JOIN t_keyed_name k ON k.raw = s.name LEFT JOIN t_folded_country c ON c.raw = s.country""",
    )
    near(con, men, lnk, into)
    return count


def _name_keys(con: duckdb.DuckDBPyConnection) -> pa.Table:
    rows = con.execute("SELECT DISTINCT name FROM t_said").fetchall()
    raw = [row[0] for row in rows]
    keys = [company_name.key(x) for x in raw]
    return pa.table(
        {
            "raw": pa.array(raw, pa.string()),
            "key": pa.array(keys, pa.string()),
            "words": pa.array([without_form(key) or None for key in keys], pa.string()),
        }
    )

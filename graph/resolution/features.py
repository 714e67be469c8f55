"""What mentions are compared by: stored columns, upper-case ASCII, one row a mention.

Two steps. `base` reads mentions and the links of their own records, and looks at nobody else. `scoped` adds what hangs
on others, how many share an identifier, counted among the mentions of some labels only (resolve.py says which).

Inputs are two tables or views of a DuckDB connection, with at least these columns:
men(mno, mid, rid, label, kind, caption, props, names, keys), lnk(kind, from_mno, to_mno).
"""

from __future__ import annotations

from typing import Any, Final

import duckdb
import pyarrow as pa

from graph.projection.schema import temp
from graph.resolution.forenames import canonical, listed, meanings, surname_listed
from graph.resolution.person_names import parse
from graph.values import company_name
from graph.values.folding import bare

FEW: Final = {"contact": 3, "body": 12, "employer": 12, "place": 6}
"""Up to so many different people share an identifier that is worth its full weight."""
SOME: Final = {"contact": 12, "body": 40, "employer": 12, "place": 25}
"""Up to so many share one that is still worth something; beyond, it says nothing."""

_ONE: Final = "json_extract_string(props, '$.{}[0][0]')"
_TIES: Final = """SELECT l.from_mno AS mno, t.kind, t.keys, t.props, t.caption FROM {lnk} l
    JOIN {near} t ON t.mno = l.to_mno WHERE l.from_mno IN (SELECT mno FROM {own}) AND l.kind IN ({kinds})"""
TIES: Final = ("OFFICER_OF", "CONTROLS", "WORKS_FOR", "SERVICE_ADDRESS", "HAS_ADDRESS", "REGISTERED_AT", "HAS_PHONE",
               "HAS_EMAIL", "HAS_HANDLE", "HAS_WEBSITE")  # fmt: skip
"""Links that tell something of who a mention is; a book's owner is not its entries."""


def people(con: duckdb.DuckDBPyConnection, men: str, lnk: str, into: str) -> int:
    """Make <into> (a row a person's mention) and <into>_near (mno, label, class, value): their number."""
    temp(
        con,
        "t_said",
        f"""SELECT mno, mid, rid, label, keys, {_ONE.format("name")} AS name,
              coalesce({_ONE.format("forenames")}, '') AS forenames, coalesce({_ONE.format("surname")}, '') AS surname,
              coalesce({_ONE.format("title")}, '') AS title, coalesce({_ONE.format("honours")}, '') AS honours,
              {_ONE.format("birth_date")} AS birth, {_ONE.format("nationality")} AS nationality,
              {_ONE.format("country_of_residence")} AS country, {_ONE.format("occupation")} AS occupation
            FROM {men} WHERE kind = 'Person'""",
    )
    _register(con, "t_parsed", _parsed(con))
    for column in ("nationality", "country", "occupation"):
        _register(con, f"t_folded_{column}", _folded(con, column))
    count = temp(
        con,
        into,
        """SELECT s.mno, s.mid, s.rid, s.label, list_sort(s.keys) AS keys, p.first, p.canon, p.meanings, p.listed, nullif(p.middle, '') AS middle,
             p.last, p.last_canon, p.last_listed, p.title, p.generation, p.formal AND coalesce(s.nationality, s.country, s.occupation) IS NOT NULL AS formal, p.shown,
             CASE WHEN p.first IS NOT NULL AND p.last IS NOT NULL
                  THEN least(p.canon, p.last) || ' ' || greatest(p.canon, p.last) END AS both_names,
             try_cast(substr(s.birth, 1, 4) AS INTEGER) AS year, try_cast(nullif(substr(s.birth, 6, 2), '') AS INTEGER) AS month,
             try_cast(nullif(substr(s.birth, 9, 2), '') AS INTEGER) AS day,
             n.folded AS nationality, c.folded AS country, o.folded AS occupation
           FROM t_said s
           LEFT JOIN t_parsed p ON p.name = coalesce(s.name, '') AND p.forenames = s.forenames AND p.surname = s.surname
             AND p.before = s.title AND p.after = s.honours
           LEFT JOIN t_folded_nationality n ON n.raw = s.nationality LEFT JOIN t_folded_country c ON c.raw = s.country
           LEFT JOIN t_folded_occupation o ON o.raw = s.occupation""",
    )
    _near(con, men, lnk, into)
    return count


def organisations(con: duckdb.DuckDBPyConnection, men: str, lnk: str, into: str) -> int:
    """As people(), of mentions of companies and other bodies that have a name."""
    temp(
        con,
        "t_said",
        f"""SELECT mno, mid, rid, label, keys, kind, coalesce({_ONE.format("name")}, caption) AS name,
              {_ONE.format("country_registered")} AS country, {_ONE.format("legal_form")} AS form,
              coalesce({_ONE.format("company_number")}, {_ONE.format("stated_registration_number")}) AS number
            FROM {men} WHERE kind IN ('Company', 'Organisation') AND coalesce({_ONE.format("name")}, caption, '') <> ''""",
    )
    _register(con, "t_keyed_name", _name_keys(con))
    _register(con, "t_folded_country", _folded(con, "country"))
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
    _near(con, men, lnk, into)
    return count


def _near(con: duckdb.DuckDBPyConnection, men: str, lnk: str, own: str) -> None:
    """<own>_near(mno, label, teller, class, value, shared): identifiers of what a mention's own record ties it to: how to reach
    it, with whom, and where. shared: the key by which it is counted who shares it; a postcode's is its address.

    teller: the label of whoever tells it, where that is another record: the register, what a company is called."""
    temp(
        con, "t_tied", _TIES.format(lnk=lnk, near=men, own=own, kinds=", ".join(f"'{kind}'" for kind in TIES))
    )
    _register(con, "t_called", _names_of(con, men))
    postcode = f"upper(regexp_replace({_ONE.format('postcode')}, '[^0-9A-Za-z]', '', 'g'))"
    temp(
        con,
        f"{own}_near",
        f"""SELECT DISTINCT t.mno, p.label, coalesce(t.teller, p.label) AS teller, t.class, t.value, t.shared FROM (
              SELECT mno, NULL AS teller, 'contact' AS class, unnest(keys) AS value, value AS shared FROM t_tied
                WHERE kind IN ('Phone', 'Email', 'Website', 'Handle')
              UNION ALL SELECT mno, NULL, 'body', unnest(list_filter(keys, lambda k: starts_with(k, 'company_number:'))) AS value,
                value FROM t_tied WHERE kind IN ('Company', 'Organisation')
              UNION ALL SELECT t.mno, c.label, 'employer', c.name, c.name FROM t_tied t JOIN t_called c ON c.key = t.caption
                WHERE t.kind IN ('Company', 'Organisation') AND t.caption <> ''
              UNION ALL SELECT t.mno, c.label, 'employer', c.name, c.name FROM (SELECT mno, unnest(keys) AS key FROM t_tied
                WHERE kind IN ('Company', 'Organisation')) t JOIN t_called c ON c.key = t.key
              UNION ALL SELECT mno, NULL, 'place', {postcode} AS value, coalesce(keys[1], value) FROM t_tied
                WHERE kind = 'Address') t
            JOIN {own} p ON p.mno = t.mno WHERE t.value IS NOT NULL AND t.value <> ''""",
    )


def _names_of(con: duckdb.DuckDBPyConnection, men: str) -> pa.Table:
    """(key, label, name): what bodies are called without their legal form, by their number's key and by their caption."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE t_bodies AS
            SELECT DISTINCT label, caption, list_filter(keys, lambda k: starts_with(k, 'company_number:'))[1] AS number
            FROM {men} WHERE kind IN ('Company', 'Organisation') AND caption <> ''"""
    )
    rows = con.execute("SELECT label, caption, number FROM t_bodies ORDER BY ALL").fetchall()
    words = {caption: _without_form(company_name.key(caption)) for caption in {row[1] for row in rows}}
    found = sorted(
        {(caption, label, words[caption]) for label, caption, _ in rows}
        | {(number, label, words[caption]) for label, caption, number in rows if number}
    )
    return pa.table(
        {
            "key": pa.array([row[0] for row in found], pa.string()),
            "label": pa.array([row[1] for row in found], pa.int64()),
            "name": pa.array([row[2] for row in found], pa.string()),
        }
    )


def scoped(con: duckdb.DuckDBPyConnection, base: str, who: str, labels: str, into: str) -> None:
    """<into>: the rows of <base> with these labels ("0, 3"), their identifiers put in lists by how many share them.

    who: SQL of what tells two things apart that share one: mentions of one and the same man count once."""
    temp(
        con,
        "t_shared",
        f"""SELECT n.class, n.shared, count(DISTINCT {who}) AS n FROM {base}_near n JOIN {base} b ON b.mno = n.mno
            WHERE n.label IN ({labels}) AND n.teller IN ({labels}) GROUP BY ALL""",
    )
    limits = " ".join(f"WHEN '{name}' THEN {{}}".format(most) for name, most in FEW.items())
    limits_some = " ".join(f"WHEN '{name}' THEN {{}}".format(most) for name, most in SOME.items())
    temp(
        con,
        "t_weighed",
        f"""SELECT DISTINCT n.mno, n.class, n.value, s.n <= CASE n.class {limits} END AS few FROM {base}_near n
            JOIN t_shared s ON s.class = n.class AND s.shared = n.shared
            WHERE n.label IN ({labels}) AND n.teller IN ({labels}) AND s.n <= CASE n.class {limits_some} END""",
    )
    lists = ", ".join(
        f"list(value ORDER BY value) FILTER (class = '{name}' AND {'few' if few else 'NOT few'}) AS {name}_{'few' if few else 'some'}"
        for name in FEW
        for few in (True, False)
    )
    temp(
        con,
        into,
        f"""SELECT b.*, n.* EXCLUDE (mno), has.classes FROM {base} b
            LEFT JOIN (SELECT mno, {lists} FROM t_weighed GROUP BY mno) n ON n.mno = b.mno
            LEFT JOIN (SELECT mno, list(DISTINCT class ORDER BY class) AS classes FROM {base}_near
              WHERE teller IN ({labels}) GROUP BY mno) has ON has.mno = b.mno
            WHERE b.label IN ({labels})""",
    )


def _parsed(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Names taken apart, over their distinct texts."""
    rows = con.execute(
        "SELECT DISTINCT coalesce(name, ''), forenames, surname, title, honours FROM t_said"
    ).fetchall()
    parts = [parse(*row) for row in rows]
    texts: dict[str, list[str | None]] = {
        "name": [row[0] for row in rows],
        "forenames": [row[1] for row in rows],
        "surname": [row[2] for row in rows],
        "before": [row[3] for row in rows],
        "after": [row[4] for row in rows],
        "first": [p.first for p in parts],
        "canon": [p.first and canonical(p.first) for p in parts],
        "middle": [p.middle for p in parts],
        "last": [p.last for p in parts],
        "last_canon": [p.last and canonical(p.last) for p in parts],
        "title": [p.title for p in parts],
        "shown": [" ".join(x for x in (p.first, p.middle, p.last) if x) for p in parts],
    }
    columns: dict[str, Any] = {name: pa.array(held, pa.string()) for name, held in texts.items()}
    meant = [p.first and meanings(p.first) for p in parts]
    return pa.table(
        {
            **columns,
            "formal": pa.array([p.formal for p in parts], pa.bool_()),
            "listed": pa.array([bool(p.first) and listed(p.first or "") for p in parts], pa.bool_()),
            "last_listed": pa.array(
                [bool(p.last) and surname_listed(p.last or "") for p in parts], pa.bool_()
            ),
            "generation": pa.array([p.generation for p in parts], pa.int64()),
            "meanings": pa.array(meant, pa.list_(pa.string())),
        }
    )


def _folded(con: duckdb.DuckDBPyConnection, column: str) -> pa.Table:
    rows = con.execute(f"SELECT DISTINCT {column} FROM t_said WHERE {column} IS NOT NULL").fetchall()
    raw = [row[0] for row in rows]
    return pa.table(
        {"raw": pa.array(raw, pa.string()), "folded": pa.array([bare(x) or None for x in raw], pa.string())}
    )


def _name_keys(con: duckdb.DuckDBPyConnection) -> pa.Table:
    rows = con.execute("SELECT DISTINCT name FROM t_said").fetchall()
    raw = [row[0] for row in rows]
    keys = [company_name.key(x) for x in raw]
    return pa.table(
        {
            "raw": pa.array(raw, pa.string()),
            "key": pa.array(keys, pa.string()),
            "words": pa.array([_without_form(key) for key in keys], pa.string()),
        }
    )


_FORMS = frozenset(
    [
        "LTD",
        "LLP",
        "PLC",
        "LP",
        "CIC",
        "CIO",
        "INC",
        "CORP",
        "LLC",
        "GMBH",
        "AG",
        "SA",
        "SARL",
        "BV",
        "NV",
        "SL",
        "SRL",
        "SPA",
        "OY",
        "AB",
        "AS",
        "KG",
        "UK",
        "THE",
        "AND",
    ]
)


def _without_form(key: str) -> str:
    words = [word for word in key.split() if word not in _FORMS]
    return " ".join(words or key.split())


def _register(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    con.register("v_register", table)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM v_register")
    con.unregister("v_register")

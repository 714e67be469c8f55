"""What the columns of all kinds share: the identifiers that a mention's own record ties it to, and how many share them."""

from __future__ import annotations

from typing import Final

import duckdb
import pyarrow as pa

from graph.projection.schema import temp
from graph.values import company_name
from graph.values.folding import bare

FEW: Final = {"contact": 3, "body": 12, "employer": 12, "place": 6, "people": 1_000_000_000}
"""Up to so many different people share an identifier that is worth its full weight."""
SOME: Final = {"contact": 12, "body": 40, "employer": 12, "place": 25, "people": 1_000_000_000}
"""Up to so many share one that is still worth something; beyond, it says nothing."""

ONE: Final = "json_extract_string(props, '$.{}[0][0]')"
_TIES: Final = """SELECT l.from_mno AS mno, t.kind, t.keys, t.props, t.caption FROM {lnk} l
    JOIN {near} t ON t.mno = l.to_mno WHERE l.from_mno IN (SELECT mno FROM {own}) AND l.kind IN ({kinds})
    AND l.from_mno NOT IN (SELECT from_mno FROM {lnk} WHERE kind IN ({kinds}) GROUP BY from_mno
      HAVING count(*) > {many} AND count(DISTINCT to_mno) > {many})"""
MANY: Final = 200
"""Things that one record may tie a mention to. Who has more telephones or companies is a list rather than somebody, and what it is
tied to says nothing: each of its pairs would compare them all."""
# Full stops and a +tag before the @ lead to the same mailbox with most who run one, and nobody takes an address that differs by them alone.
_LOCAL: Final = "replace(regexp_extract(key, '^email:([^@+]+)', 1), '.', '')"
_MAILBOX: Final = f"'email:' || nullif({_LOCAL}, '') || regexp_extract(key, '@.*$')"
TIES: Final = ("OFFICER_OF", "CONTROLS", "WORKS_FOR", "SERVICE_ADDRESS", "HAS_ADDRESS", "REGISTERED_AT", "HAS_PHONE",
               "HAS_EMAIL", "HAS_HANDLE", "HAS_WEBSITE")  # fmt: skip
"""Links that tell something of who a mention is; a book's owner is not its entries."""


ENTERED: Final = (*TIES, "HAS_CONTACT")
"""Links that the columns are made of: what a mention is tied to, and whose book it stands in."""


def near(con: duckdb.DuckDBPyConnection, men: str, lnk: str, own: str) -> None:
    """<own>near(mno, label, teller, class, value, shared): identifiers of what a mention's own record ties it to: how to reach
    it, with whom, and where. shared: the key by which it is counted who shares it; a postcode's is its address.

    teller: the label of whoever tells it, where that is another record: the register, what a company is called."""
    kinds = ", ".join(f"'{kind}'" for kind in TIES)
    temp(con, "t_tied", _TIES.format(lnk=lnk, near=men, own=own, kinds=kinds, many=MANY))
    register(con, "t_called", _names_of(con, men))
    postcode = f"upper(regexp_replace({ONE.format('postcode')}, '[^0-9A-Za-z]', '', 'g'))"
    temp(
        con,
        f"{own}_near",
        f"""SELECT DISTINCT t.mno, p.label, coalesce(t.teller, p.label) AS teller, t.class, t.value, t.shared FROM (
              SELECT mno, NULL AS teller, 'contact' AS class, unnest(keys) AS value, value AS shared FROM t_tied
                WHERE kind IN ('Phone', 'Email', 'Website', 'Handle')
              UNION ALL SELECT mno, NULL, 'contact', {_MAILBOX} AS value, value
                FROM (SELECT mno, unnest(keys) AS key FROM t_tied WHERE kind = 'Email')
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
    """(key, label, name): what the bodies of t_tied are called without their legal form, by their number's key and by their caption."""
    tied = "t_tied WHERE kind IN ('Company', 'Organisation')"
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE t_bodies AS SELECT * FROM (
              SELECT DISTINCT label, caption, list_filter(keys, lambda k: starts_with(k, 'company_number:'))[1] AS number
              FROM {men} WHERE kind IN ('Company', 'Organisation') AND caption <> '')
            WHERE caption IN (SELECT caption FROM {tied}) OR number IN (SELECT unnest(keys) FROM {tied})"""
    )
    rows = con.execute("SELECT label, caption, number FROM t_bodies ORDER BY ALL").fetchall()
    words = {caption: without_form(company_name.key(caption)) for caption in {row[1] for row in rows}}
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


def folded(con: duckdb.DuckDBPyConnection, column: str) -> pa.Table:
    rows = con.execute(f"SELECT DISTINCT {column} FROM t_said WHERE {column} IS NOT NULL").fetchall()
    raw = [row[0] for row in rows]
    return pa.table(
        {"raw": pa.array(raw, pa.string()), "folded": pa.array([bare(x) or None for x in raw], pa.string())}
    )


_FORMS: Final = frozenset(
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


def without_form(key: str) -> str:
    words = [word for word in key.split() if word not in _FORMS]
    return " ".join(words or key.split())


def register(con: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    con.register("v_register", table)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM v_register")
    con.unregister("v_register")

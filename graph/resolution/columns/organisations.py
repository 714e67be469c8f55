"""The columns of companies and other bodies that have a name: the name without its legal form, numbers, country, whom they have."""

from __future__ import annotations

from typing import Final

import duckdb
import pyarrow as pa

from graph.errors import InvalidValue
from graph.projection.schema import temp
from graph.resolution.columns.shared import MANY, ONE, near, register, without_form
from graph.resolution.forenames import canonical
from graph.resolution.person_names import parse
from graph.values import company_name, country
from graph.values.folding import bare

KINDS = ("Company", "Organisation")
STAFF: Final = ("OFFICER_OF", "CONTROLS", "WORKS_FOR")
"""Links by which a record says who acts or works for a body."""


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
    register(con, "t_folded_country", _countries(con))
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
    _staff(con, men, lnk, into)
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


def _staff(con: duckdb.DuckDBPyConnection, men: str, lnk: str, into: str) -> None:
    """Rows of <into>_near, class people: who acts for a body or works for it, as the records of its number tell, and its own.

    A register's bodies are one with nobody by that but a body without a number, whose own record says who works for it: told is only of
    those that are called nearly like one of these, or a register of millions would be taken apart for a phone book's sake."""
    links = ", ".join(f"'{kind}'" for kind in STAFF)
    temp(
        con,
        "t_asked",
        f"""SELECT mno, left(words, 6) AS first, right(words, 12) AS final FROM {into}
            WHERE registered IS NULL AND mno IN (SELECT to_mno FROM {lnk} WHERE kind IN ({links}))""",
    )
    temp(
        con,
        "t_answering",
        f"""SELECT DISTINCT registered AS number FROM {into} WHERE registered IS NOT NULL
            AND (left(words, 6) IN (SELECT first FROM t_asked) OR right(words, 12) IN (SELECT final FROM t_asked))""",
    )
    temp(
        con,
        "t_staff",
        f"""SELECT DISTINCT b.mno, b.number, p.label,
              coalesce({ONE.format("name")}, '') AS name, coalesce({ONE.format("forenames")}, '') AS forenames,
              coalesce({ONE.format("surname")}, '') AS surname, left(coalesce({ONE.format("birth_date")}, ''), 7) AS birth
            FROM (SELECT from_mno, to_mno, kind FROM {lnk}) l JOIN (
              SELECT * FROM (SELECT mno, list_filter(keys, lambda k: starts_with(k, 'company_number:'))[1] AS number
                             FROM {men} WHERE kind IN ('Company', 'Organisation'))
              WHERE mno IN (SELECT mno FROM t_asked) OR number IN (SELECT number FROM t_answering)) b ON b.mno = l.to_mno
            JOIN (SELECT mno, label, props FROM {men} WHERE kind = 'Person') p ON p.mno = l.from_mno WHERE l.kind IN ({links})""",
    )
    rows = con.execute("SELECT DISTINCT name, forenames, surname, birth FROM t_staff ORDER BY ALL").fetchall()
    told = [(row, one) for row in rows for one in called(*row)]
    names = ("name", "forenames", "surname", "birth")
    columns = {name: pa.array([row[n] for row, _ in told], pa.string()) for n, name in enumerate(names)}
    register(
        con, "t_staff_called", pa.table({**columns, "called": pa.array([x for _, x in told], pa.string())})
    )
    con.execute(
        f"""INSERT INTO {into}_near SELECT DISTINCT o.mno, o.label, t.label, 'people', n.called, n.called
            FROM (SELECT * FROM (SELECT mno AS own, * FROM t_staff UNION SELECT o.mno, t.* FROM {into} o JOIN t_staff t ON t.number = o.registered)
              QUALIFY count(*) OVER (PARTITION BY own, label) <= {MANY}) t
            JOIN {into} o ON o.mno = t.own
            JOIN t_staff_called n ON (n.name, n.forenames, n.surname, n.birth) = (t.name, t.forenames, t.surname, t.birth)"""
    )


def called(name: str, forenames: str, surname: str, birth: str) -> list[str]:
    """What tells somebody who acts for a body from others there: both names in any order; one of them and the birth month."""
    parts = parse(name, forenames, surname)
    first, last = parts.first and canonical(parts.first), parts.last
    known = [x for x in (first, last) if x and len(x) > 1]
    found = [" ".join(sorted(known))] if len(known) == 2 else []
    return found + ([f"{one} {birth}" for one in known] if len(birth) == 7 else [])


def _countries(con: duckdb.DuckDBPyConnection) -> pa.Table:
    rows = con.execute("SELECT DISTINCT country FROM t_said WHERE country IS NOT NULL").fetchall()
    raw = [row[0] for row in rows]
    return pa.table(
        {"raw": pa.array(raw, pa.string()), "folded": pa.array([land(x) for x in raw], pa.string())}
    )


def land(text: str) -> str | None:
    """The country that a text names, as its code, else the text folded: a register of a part of the United Kingdom is a British one."""
    try:
        return country.clean(text.replace("&", " and "))
    except InvalidValue:
        return bare(text) or None
